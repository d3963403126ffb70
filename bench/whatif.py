"""What-if: cases simulated a second, in an office of forty pairs of hands and five steps a case. No database is asked."""

from __future__ import annotations

import sys
import time

import numpy as np

from bench._machine import machine, verdict, versions
from yiwang.insight.whatif.rules import events

CASES, STEPS, HANDS, DAY = 100_000, 5, 40, 390.0
AT_LEAST = 10_000  # cases a second: a county's year in a quarter of a minute


def office() -> tuple[list[tuple[float, events.Path, bool]], events.Hands]:
    """A year's cases; every pair of hands serves one step, four fifths of its hours."""
    chance = np.random.default_rng(1)
    work = 0.8 * 250 * DAY * (HANDS / STEPS) / CASES
    days = chance.integers(0, 3, (CASES, STEPS))
    minutes = np.where(days > 0, chance.uniform(0, 300, (CASES, STEPS)), chance.uniform(0, 1, (CASES, STEPS)))
    took = chance.exponential(work, (CASES, STEPS))
    arrivals = []
    for case, at in enumerate(np.sort(chance.uniform(0, 250 * DAY, CASES))):
        stages = tuple(
            ((step, int(days[case, step]), float(minutes[case, step]), float(took[case, step]), step + 1),)
            for step in range(STEPS)
        )
        arrivals.append((float(at), events.Path(stages), True))
    return arrivals, events.Hands(tuple((hand % STEPS,) for hand in range(HANDS)))


def main() -> int:
    print(f"{machine()}\n{versions('numpy')}")
    arrivals, hands = office()
    took = []
    for _ in range(3):
        began = time.perf_counter()
        ran = events.run(arrivals, hands, STEPS, day=DAY)
        took.append(time.perf_counter() - began)
    assert sum(waits.tasks for waits in ran.waits.values()) == CASES * STEPS
    print(
        f"{CASES:,} cases of {STEPS} steps in {min(took):.1f} s, mean queueing {sum(w.queued for w in ran.waits.values()) / CASES / STEPS:.0f} min"
    )
    return 0 if verdict("what-if", CASES / min(took), AT_LEAST, " cases/s") else 1


if __name__ == "__main__":
    sys.exit(main())
