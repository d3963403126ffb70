"""Why is it due on that day: explaining a clock, from the interval ledger to the Chinese sentences.

Measured over every clock of the hand-worked table and one that has everything at once (two pauses, an extension inside
one, two festivals, make-up Saturdays, an overrun). The limit holds for the median **and** for the slowest of them.
"""

from __future__ import annotations

import csv
import gc
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from bench._machine import machine, verdict
from yiwang.foundation.calendar import documents, rules
from yiwang.kernel.clock_words import explain, one_line
from yiwang.kernel.clocks import Clock, Extension, Pause
from yiwang.kernel.workdays import OrdinalTable, Unit

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 200
AT_MOST_MS = 1.0
DAY = date.fromisoformat
LADEN = Clock(
    45,
    Unit.WORKING_DAY,
    date(2025, 11, 10),
    (
        Pause("expert-review", "云市监特〔2025〕12号", date(2025, 12, 22), date(2026, 1, 5)),
        Pause("hearing", "云市监特〔2025〕15号", date(2026, 1, 26), date(2026, 2, 27)),
    ),
    Extension(15, date(2026, 1, 28), "staff:1", "情况复杂"),
    date(2026, 4, 20),
)


def clocks() -> Iterator[Clock]:
    """The table's clocks, then the laden one."""
    with (ROOT / "tests" / "spec" / "clocks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pauses = [part.split() for part in row["pauses"].split(";") if part]
            granted = row["extension"].split()
            yield Clock(
                int(row["days"]),
                Unit(row["unit"]),
                DAY(row["start"]),
                tuple(Pause(g, "云市监特〔2025〕1号", DAY(b), DAY(r)) for g, b, r in pauses),
                Extension(int(granted[0]), DAY(granted[1]), "staff:9", "情况复杂") if granted else None,
            )
    yield LADEN


def milliseconds(clock: Clock, table: OrdinalTable) -> float:
    """The median over the rounds, one explanation each."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        explain(clock, table)
        took.append(time.perf_counter() - began)
    return median(took) * 1e3


def main() -> int:
    table = rules.build(documents.read_all([ROOT / "packs" / "national"]))
    print(machine())
    print(one_line(explain(LADEN, table)))
    every = list(clocks())
    for clock in every:  # warm, and none may fail
        explain(clock, table)
    gc.disable()
    took = sorted(milliseconds(clock, table) for clock in every)
    gc.enable()
    print(f"{len(every)} clocks, {ROUNDS} times each")
    kept = [
        verdict("explaining a clock, median", median(took), AT_MOST_MS, " ms", at_most=True),
        verdict("the slowest of them", took[-1], AT_MOST_MS, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
