"""A sweep of cards over a million open clocks: the first one with a thousand exceeded, and the one after it.

The server is durable. Each case has an open seat, a running legal clock and its opening line in the ledger; 1000 clocks are
exceeded. Measured are the read of the sweep, a whole sweep that finds nothing new (the thousand cards of the first one are
passed over), and what one card costs in the sweep that raises it: a matter with its seats, clock, proof and ledger line.
"""

from __future__ import annotations

import os
import sys
import time
import tomllib
from datetime import date
from statistics import median

from bench import _house
from bench._machine import machine, verdict, versions

CLOCKS = int(os.environ.get("YW_BENCH_CASES", "1000000"))
DUE = min(1000, CLOCKS // 100)
ORGANS = 60
TODAY = date(2026, 9, 24)
PROCESS = "services.bench"

MATTERS = """
insert into matter (id, reference, process_id, process_version, chain, state, version, organ_id, party_id, item, guide,
    title, parent_id, received_at, counted_on, closed_at, settings, steps, head_ordinal, head_digest)
select n, '2026-' || lpad(n::text, greatest(6, length(n::text)), '0'), %s, '2026.1', '', 'reviewing', 2, 1 + n %% %s, n, 'item',
    'guide', '食品经营许可 核发', null, timestamptz '2026-07-01 10:00+08', date '2026-07-01', null, '{}', E'submit=person:9\\n', 1, '\\x00'
from generate_series(1, %s) n
"""
LINES = """
insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)
select 'matter:' || reference, 1, received_at, received_at, %s, 'person:9', organ_id::text, '{"detail":{"step":"submit"}}', '\\x00', '\\x00'
from matter order by id
"""
# Exceeded ones first, then due days spread over twenty working days from the second working day ahead on.
CLOCK_ROWS = """
insert into matter_clock (matter_id, clock, kind, unit, days, started_on, pauses, due_on, provisional, revision)
select n, 'legal', 'legal', 'working-day', day.days, day.start, '[]', day.due, false, 1
from generate_series(1, %(cases)s) n
join lateral (select case when n <= %(due)s then 0 else 3 + n %% 20 end as ahead) chosen on true
join (
    select ahead, 40 as days, calendar_add(date '2026-08-03', ahead) as start, calendar_add(calendar_add(date '2026-08-03', ahead), 40) as due
    from generate_series(3, 22) ahead
    union all select 0, 20, date '2026-07-20', calendar_add(date '2026-07-20', 20)
) day on day.ahead = chosen.ahead order by n
"""
SEATS = """
insert into matter_seat (matter_id, seat, organ_id, role, phase, clock, due_on, opened_at)
select n, 'review-a', 1 + n %% %s, 'reviewer', 'in-hand', '', null, %s from generate_series(1, %s) n
"""


def load() -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # what points at what is right by construction
        cursor.execute(MATTERS, [PROCESS, ORGANS, CLOCKS])
        cursor.execute("select setval('matter_id_seq', %s)", [CLOCKS + 1])
        cursor.execute(LINES, [f"{PROCESS}.submit"])
        cursor.execute(CLOCK_ROWS, {"cases": CLOCKS, "due": DUE})
        cursor.execute(SEATS, [ORGANS, _house.moment(2), CLOCKS])
    with connection.cursor() as cursor:
        for name in ("matter", "matter_seat", "matter_clock", "ledger_entry", "supervision_card"):
            cursor.execute(f"vacuum analyze {name}")


def store_rules() -> None:
    """The rules of the national pack and the process of cards, as loading a pack does."""
    from django.conf import settings

    from tests.factories.rules import store

    national = settings.ROOT / "packs" / "national"
    store(tomllib.loads((national / "processes" / "governance.card.toml").read_text(encoding="utf-8")))
    for path in sorted((national / "supervision").glob("*.toml")):
        store(tomllib.loads(path.read_text(encoding="utf-8")), kind="supervision-rule")


def main() -> int:
    _house.build(settings="yiwang.config.settings", options="-c shared_buffers=1GB -c max_wal_size=8GB")
    _house.load_calendar()
    from bench import _seven
    from tests.factories.rules import store

    _seven.register()
    store(_seven.declaration() | {"id": PROCESS})
    store_rules()
    from yiwang.config import navigation

    navigation.fill()
    from yiwang.foundation.calendar import queries as calendar
    from yiwang.governance.supervision import actions
    from yiwang.governance.supervision.actions import watching
    from yiwang.governance.supervision.models import Card, Reading

    print(f"{machine()}\n{versions('django', 'psycopg')}\nloading {CLOCKS:,} cases …", flush=True)
    began = time.perf_counter()
    load()
    # The million opening lines are no news to a house that runs: they were read as they came.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select max(number), pg_snapshot_xmin(pg_current_snapshot())::text::bigint from ledger_entry")
        number, xid = cursor.fetchone()
    Reading.objects.create(name="lines", number=number, xid=xid, at=_house.moment(2))
    print(f"loaded in {time.perf_counter() - began:,.0f} s", flush=True)
    at = _house.moment(24)
    began = time.perf_counter()
    first = actions.sweep(at=at)
    spent = time.perf_counter() - began
    raised = first.red + first.yellow + first.warnings
    print(f"first sweep: {first.red:,} red, {first.yellow:,} yellow, {first.warnings:,} warnings in {spent:.2f} s")
    assert first.red == DUE == Card.objects.filter(signal=3).count(), first
    found, table = watching.in_force(TODAY), calendar.table()
    reads, sweeps = [], []
    for _ in range(7):
        began = time.perf_counter()
        assert watching.due(found, table, TODAY, 20_000) == []
        reads.append((time.perf_counter() - began) * 1e3)
        began = time.perf_counter()
        again = actions.sweep(at=at)
        sweeps.append((time.perf_counter() - began) * 1e3)
        assert again.red == again.yellow == again.warnings == 0, again
    kept = [
        verdict(f"the read, {CLOCKS:,} open clocks, {DUE} exceeded", median(reads), 100, " ms", at_most=True),
        verdict("a sweep that finds nothing new", median(sweeps), 250, " ms", at_most=True),
        verdict("one card raised, with proof and ledger line", spent / max(raised, 1) * 1e3, 10, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
