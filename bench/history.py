"""Import of another system's event log: events a second, with every ledger line, seat, clock and the reading of the file.

Two invented logs of the same size: one follows a process of its own (read off the log), one is mapped to the seven-step
procedure, with a fault planted in every tenth case. The peer is what any import has to do at least: ``COPY`` the same
ledger lines, already made, into the same table.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench import _house
from bench._machine import machine, verdict, versions

CASES = 6000
AT_LEAST = 3000
STEPS = ["submit", "accept", "review-a", "review-b", "decide", "issue", "rate"]


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    _house.load_calendar()
    from bench import _seven
    from tests.factories.rules import store

    _seven.register()
    store(_seven.declaration())
    from yiwang.foundation.organs.models import Division, Organ
    from yiwang.kernel.permissions import SYSTEM
    from yiwang.matters.history import importing, mapping

    since = datetime(2000, 1, 1).date()
    place = Division.objects.create(code="449931", name="示例县", level="county", from_on=since)
    Organ.objects.create(pk=_seven.ORGAN, code="licensing", kind="department", division=place, from_on=since)
    print(f"{machine()}\n{versions('django', 'psycopg')}")
    columns = {"case": "case", "activity": "what", "time": "when", "resource": "who"}
    base = {"title": "外系统许可", "organ": "licensing", "columns": columns}
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        events = write_log(path)
        for name, more in (
            ("foreign", {"foreign": {"ends": ["rate"]}}),
            (
                "mapped",
                {
                    "process": "bench.seven",
                    "activities": {step: step for step in STEPS},
                    "budgets": {"guide.legal_days": 20, "guide.promised_days": 7},
                },
            ),
        ):
            began = time.perf_counter()
            report = importing.import_log(
                path=path,
                mapping=mapping.parse({"name": f"bench-{name}", **base, **more}),
                by=SYSTEM,
                at=_house.moment(24),
            )
            took = time.perf_counter() - began
            assert report.adds_up
            assert report.loaded.cases == CASES
            kept &= verdict(f"{name} log, {events:,} events", events / took, AT_LEAST, " events/s")
    print(f"peer: the same lines by COPY alone {copied(events):,.0f} events/s")
    return 0 if kept else 1


def write_log(path: Path) -> int:
    """Cases interleaved as they would be, with a step out of order in every tenth."""
    chance = random.Random(7)
    rows = []
    for number in range(CASES):
        when = datetime(2025, 1, 6, 9) + timedelta(minutes=number * 20)
        steps = list(STEPS)
        if number % 10 == 0:
            steps[1], steps[4] = steps[4], steps[1]
        for step in steps:
            when += timedelta(hours=chance.randint(1, 30), seconds=chance.randint(0, 3599))
            rows.append((when.isoformat() + "+08:00", f"C{number:06d}", step, f"r{chance.randint(1, 40)}"))
    rows.sort()
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["when", "case", "what", "who"])
        out.writerows(rows)
    return len(rows)


def copied(events: int) -> float:
    """The ledger lines just written, copied once more under other subjects."""
    from django.db import connection, transaction

    from yiwang.matters import life_rows

    with connection.cursor() as cursor:
        cursor.execute(
            f"select 'copy' || subject, {life_rows.LINE.partition(', ')[2]} from ledger_entry"
            " where subject like 'matter:%%' order by number limit %s",
            [events],
        )
        rows = cursor.fetchall()
    began = time.perf_counter()
    for start in range(0, len(rows), 2000):
        with transaction.atomic():
            life_rows.copy_rows("ledger_entry", life_rows.LINE, rows[start : start + 2000])
    return len(rows) / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
