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
from datetime import date, timedelta
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
select n, '2026-' || lpad(n::text, 6, '0'), 'bench.seven', '2026.1', '', 'received', 1, 1 + n %% %s, n, 'item', 'guide',
    '食品经营许可 核发', null, timestamptz '2026-09-01 10:00+08' + (n %% 20) * interval '1 day', date '2026-09-01', null,
    '{"budgets":{"guide.legal_days":20,"guide.promised_days":7}}', E'submit=person:9\\n', 1, '\\x00'
from generate_series(1, %s) n
"""


def load() -> None:
    """A million open cases waiting for their acceptor, each with its open seat and one running legal clock."""
    from django.db import connection, transaction

    table = _table()
    starts = [TODAY - timedelta(days=number) for number in range(5, 25)]
    dues = {start: table.add(start, 40) for start in starts}
    overdue = table.add(TODAY - timedelta(days=60), 20)
    opened = _house.moment(2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MATTERS, [ORGANS, CASES])
        cursor.execute("select setval('matter_id_seq', %s)", [CASES + 1])
        seat = "copy matter_seat (matter_id, seat, organ_id, role, phase, clock, due_on, opened_at) from stdin"
        with cursor.copy(seat) as copy:
            for number in range(1, CASES + 1):
                due = overdue if number <= DUE else dues[starts[number % 20]]
                organ = 1 + number % ORGANS
                copy.write_row((number, "acceptor", organ, "acceptor", "to-accept", "", due, opened))
        clock = "copy matter_clock (matter_id, clock, kind, unit, days, started_on, pauses, due_on, provisional, revision) from stdin"
        with cursor.copy(clock) as copy:
            for number in range(1, CASES + 1):
                late = number <= DUE
                start = TODAY - timedelta(days=60) if late else starts[number % 20]
                days, due = (20, overdue) if late else (40, dues[start])
                name = "legal"
                copy.write_row((number, name, "legal", "working-day", days, start, "[]", due, False, 1))
    with connection.cursor() as cursor:
        for name in ("matter", "matter_seat", "matter_clock"):
            cursor.execute(f"vacuum analyze {name}")


def _table():
    from yiwang.foundation.calendar import queries

    return queries.table()


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

    _seven.register()
    _house.store(_seven.declaration())
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
