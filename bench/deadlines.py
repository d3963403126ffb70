"""The nth working day after a start: the ordinal table against ``chinesecalendar``'s own search, on the same pairs.

Both take turns in one process. First every day of 2019-2026 must be the same working or rest day, and every pair of
start and term must give the same due day; only then are they timed. Explaining a clock has a limit of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import chinese_calendar

from bench._machine import machine, verdict, versions
from yiwang.foundation.calendar import documents, rules
from yiwang.kernel.clock_words import explain
from yiwang.kernel.clocks import Clock, Extension, Pause
from yiwang.kernel.workdays import Unit

NATIONAL = Path(__file__).resolve().parents[1] / "packs" / "national"
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
TERMS = (1, 5, 10, 20, 30, 45)
ROUNDS = 7
TIMES_AT_LEAST = 1000
EXPLAIN_AT_MOST_MS = 1.0


def walk(start: date, days: int) -> date:
    """What chinesecalendar's ``find_workday`` answers when the start day is never counted."""
    return chinese_calendar.find_workday(days if chinese_calendar.is_workday(start) else days - 1, start)


def seconds_each(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / times


def main() -> int:
    print(f"{machine()}\n{versions('chinesecalendar')}")
    table = rules.build(documents.read_all([NATIONAL]))
    days = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
    differing = [day for day in days if table.is_workday(day) != chinese_calendar.is_workday(day)]
    pairs = [(day, term) for day in days for term in TERMS if table.add(day, term) <= LAST]
    sample = pairs[:: len(pairs) // 300]
    wrong = [pair for pair in pairs if pair[0].day in {1, 15} and table.add(*pair) != walk(*pair)]
    same = verdict("days of 2019-2026 that differ", len(differing), 0, "", at_most=True)
    same &= verdict(
        "due days that differ", len(wrong) + sum(table.add(*p) != walk(*p) for p in sample), 0, "", at_most=True
    )
    if not same:
        return 1
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(seconds_each(lambda: [walk(day, term) for day, term in sample], len(sample)))
        ours.append(seconds_each(lambda: [table.add(day, term) for day, term in pairs], len(pairs)))
    print(f"one deadline: chinesecalendar {median(theirs) * 1e6:,.1f} µs, ordinal table {median(ours) * 1e9:,.0f} ns")
    fast = verdict("against chinesecalendar's own search", median(theirs) / median(ours), TIMES_AT_LEAST)
    clock = Clock(
        20,
        Unit.WORKING_DAY,
        date(2025, 9, 28),
        (
            Pause("expert-review", "某号", date(2025, 10, 13), date(2025, 10, 21)),
            Pause("hearing", "某号", date(2025, 10, 23), date(2025, 10, 28)),
        ),
        Extension(10, date(2025, 10, 30), "staff:1", "情况复杂"),
    )
    explaining = [seconds_each(lambda: [explain(clock, table) for _ in range(100)], 100) for _ in range(ROUNDS)]
    projecting = [seconds_each(lambda: [clock.project(table) for _ in range(100)], 100) for _ in range(ROUNDS)]
    print(f"projecting a clock with two pauses and an extension: {median(projecting) * 1e6:,.1f} µs")
    quick = verdict("explaining that clock", median(explaining) * 1e3, EXPLAIN_AT_MOST_MS, " ms", at_most=True)
    return 0 if fast and quick else 1


if __name__ == "__main__":
    sys.exit(main())
