"""A million cases loaded by COPY: the inbox's first page, a case's page, a sweep, a re-projection, and nobody waits.

The server is durable. Pages are measured as the server's time for the queries a page makes (``queries.inbox`` with its
counts; ``queries.matter`` with clocks explained, story, steps). While a million clocks are projected anew another
connection keeps taking steps; the longest of them is printed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from statistics import median

from bench import _house
from bench._machine import machine, verdict, versions

CASES = int(os.environ.get("YW_BENCH_CASES", "1000000"))
DUE = 1000
ORGANS = 60
TODAY = date(2026, 9, 24)

MATTERS = """
insert into matter (id, reference, process_id, process_version, chain, state, version, organ_id, party_id, item, guide,
    title, parent_id, received_at, counted_on, closed_at, settings, steps, head_ordinal, head_digest)
select n, '2026-' || lpad(n::text, greatest(6, length(n::text)), '0'), 'bench.seven', '2026.1', '', 'received', 1, 1 + n %% %s, n, 'item', 'guide',
    '食品经营许可 核发', null, timestamptz '2026-09-01 10:00+08' + (n %% 20) * interval '1 day', date '2026-09-01', null,
    '{"budgets":{"guide.legal_days":20,"guide.promised_days":7}}', E'submit=person:9\\n', 1, '\\x00'
from generate_series(1, %s) n
"""


SEATS = """
insert into matter_seat (matter_id, seat, organ_id, role, phase, clock, due_on, opened_at)
select c.matter_id, 'acceptor', 1 + c.matter_id %% %s, 'acceptor', 'to-accept', '', c.due_on, %s
from matter_clock c order by c.matter_id
"""

# Every fiftieth clock was paused once and every fiftieth extended, so that not all of them are one join.
CLOCKS = """
insert into matter_clock (matter_id, clock, kind, unit, days, started_on, pauses, extension, due_on, provisional, revision)
select n, 'legal', 'legal', 'working-day', days, start, pauses::jsonb, extension::jsonb,
    case when pauses = '[]' and extension is null then plain
        else calendar_due(start, days + case when extension is null then 0 else 5 end, 'working-day', pauses::jsonb) end,
    false, 1
from (
    select n, kind.*,
        case when n > %(due)s and n %% 50 = 1 then format('[["%%s", "%%s", "testing", "x"]]', kind.start + 1, kind.start + 4)
            else '[]' end as pauses,
        case when n > %(due)s and n %% 50 = 2 then '[5, "2026-09-20", "staff:1", "x", "x"]' end as extension
    from generate_series(1, %(cases)s) n
    join lateral (select case when n <= %(due)s then 20 else n %% 20 end as number) chosen on true
    join (
        select number, days, start, calendar_add(start, days) as plain from (
            select number, 40 as days, %(today)s::date - 5 - number as start from generate_series(0, 19) number
            union all select 20, 20, %(today)s::date - 60
        ) each
    ) kind on kind.number = chosen.number
) row order by n
"""


def load() -> None:
    """A million open cases waiting for their acceptor, each with its open seat and one running legal clock."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        # loading alone: what points at what is right by construction
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(MATTERS, [ORGANS, CASES])
        cursor.execute("select setval('matter_id_seq', %s)", [CASES + 1])
        cursor.execute(CLOCKS, {"cases": CASES, "due": DUE, "today": TODAY})
        cursor.execute(SEATS, [ORGANS, _house.moment(2)])
    with connection.cursor() as cursor:
        for name in ("matter", "matter_seat", "matter_clock"):
            cursor.execute(f"vacuum analyze {name}")


def timed(work: Callable[[], object], times: int) -> float:
    """Median milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e3)
    return median(found)


def sweep_ms() -> float:
    """The sweep's one query, in the database: 1000 due of a million open clocks."""
    from django.db import connection

    from yiwang.matters.actions import sweeps

    found = []
    with connection.cursor() as cursor:
        for _ in range(9):
            cursor.execute(
                f"explain (analyze, summary, format json) {sweeps.DUE}", [["legal"], TODAY.isoformat(), "5000"]
            )
            plan = cursor.fetchone()[0]
            plan = plan if isinstance(plan, list) else json.loads(plan)
            assert plan[0]["Plan"]["Actual Rows"] == DUE, plan[0]["Plan"]["Actual Rows"]
            found.append(plan[0]["Execution Time"])
    return median(found)


def main() -> int:
    _house.build(settings="yiwang.config.settings", options="-c shared_buffers=1GB -c max_wal_size=8GB")
    _house.load_calendar()
    from bench import _seven
    from tests.factories.rules import store

    _seven.register()
    store(_seven.declaration())
    from django.db import connection

    from yiwang.kernel.permissions import Doer, Permission
    from yiwang.matters import actions, queries
    from yiwang.matters.actions import reprojection

    print(f"{machine()}\n{versions('django', 'psycopg')}\nloading {CASES:,} cases …", flush=True)
    began = time.perf_counter()
    load()
    print(f"loaded in {time.perf_counter() - began:,.0f} s", flush=True)
    clerk = Doer(
        "staff:2",
        "staff",
        account_id=2,
        organ_id=11,
        posts=frozenset({(11, "acceptor"), (11, "decider")}),
        grants=frozenset({(Permission.CASE_ACCEPT, 11), (Permission.CASE_SEE, 11)}),
    )
    reference = f"2026-{10 + ORGANS * (CASES // ORGANS // 2):06d}"  # one of organ 11's, from the middle

    def case_page() -> None:
        standing = queries.matter(clerk, reference)
        queries.explanations(clerk, standing, TODAY)
        queries.story(clerk, standing)
        queries.available_steps(clerk, standing)
        list(queries.jobs(clerk, standing))

    kept = [
        verdict("inbox, first page", timed(lambda: queries.inbox(clerk, TODAY), 15), 100, " ms", at_most=True),
        verdict("inbox counts", timed(lambda: queries.counts(clerk, TODAY), 15), 100, " ms", at_most=True),
        verdict("case page", timed(case_page, 15), 100, " ms", at_most=True),
        verdict(f"sweep, {DUE} due of {CASES:,}", sweep_ms(), 10, " ms", at_most=True),
    ]
    # a notice changes a day inside every open clock
    from yiwang.foundation.calendar import ordinals
    from yiwang.foundation.calendar import queries as calendar
    from yiwang.foundation.calendar.models import CalendarRevision
    from yiwang.kernel.workdays import OrdinalTable

    old = calendar.table()
    makeup = dict(old.makeup)
    off = dict(old.off) | {date(2026, 10, 22): "临时放假"}
    newer = OrdinalTable(
        old.first, old.last, off=off, makeup=makeup, announced=old.announced, revision=old.revision + 1
    )
    ordinals.write(newer, connection)
    revision = CalendarRevision.objects.create(at=_house.moment(24), changed_days=1)
    calendar._kept = OrdinalTable(
        old.first, old.last, off=off, makeup=makeup, announced=old.announced, revision=revision.number
    )
    began = time.perf_counter()
    marked = reprojection.mark(days=[date(2026, 10, 22)], revision=revision.number, by=clerk, at=_house.moment(24))
    marking = time.perf_counter() - began
    print(f"marked {marked['count']:,} clocks in {marking:.1f} s")
    waits: list[float] = []
    stop = threading.Event()

    def keep_taking() -> None:
        from django.db import connection as own

        number = CASES
        while not stop.is_set():
            organ = 1 + number % ORGANS
            acceptor = Doer(
                "staff:3",
                "staff",
                account_id=3,
                organ_id=organ,
                posts=frozenset({(organ, "acceptor")}),
                grants=frozenset({(Permission.CASE_ACCEPT, organ), (Permission.CASE_SEE, organ)}),
            )
            began = time.perf_counter()
            actions.take(reference=f"2026-{number:06d}", step="accept", by=acceptor, at=_house.moment(24))
            waits.append(time.perf_counter() - began)
            number = number - 97 if number > 97 + DUE else CASES - 1
            time.sleep(0.05)
        own.close()

    clerkly = threading.Thread(target=keep_taking)
    clerkly.start()
    began = time.perf_counter()
    progress = actions.reproject(at=_house.moment(24))
    spent = time.perf_counter() - began + marking
    stop.set()
    clerkly.join()
    print(f"{progress.clocks:,} clocks looked at, {progress.moved:,} moved; {len(waits)} steps taken meanwhile")
    kept += [
        verdict("re-projection", spent, 60, " s", at_most=True),
        verdict("longest step meanwhile", max(waits), 1, " s", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
