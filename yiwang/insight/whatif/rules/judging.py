"""What many rounds say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yiwang.insight.whatif.rules.reckoning import SIGNALS

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """A number over the rounds: its mean and the interval that holds 95 of 100 rounds."""

    mean: float
    low: float
    high: float


def of(rounds: Sequence[Summary], ask: Callable[[Summary], float]) -> Range:
    """One number of every round."""
    values = np.array([ask(one) for one in rounds], dtype=float)
    low, high = np.percentile(values, [2.5, 97.5])
    return Range(float(values.mean()), float(low), float(high))


def cases(one: Summary) -> int:
    return int(sum(one["days"].values()))


def share(one: Summary) -> float:
    """On time, per cent."""
    return 100.0 * float(one["on_time"]) / max(1, cases(one))


def quantile(one: Summary, part: float) -> float:
    """The working day by which that part of the cases is decided."""
    wanted, passed = part * cases(one), 0
    for value, count in sorted((int(value), count) for value, count in one["days"].items()):
        passed += count
        if passed >= wanted:
            return float(value)
    return 0.0


def mean(one: Summary) -> float:
    return float(sum(int(value) * count for value, count in one["days"].items())) / max(1, cases(one))


def cards(one: Summary) -> float:
    """Yellow and red cards together."""
    return float(one["signals"]["yellow"] + one["signals"]["red"])


def described(rounds: Sequence[Summary]) -> dict[str, Any]:
    """The numbers the page shows of one way of working."""
    if not rounds:
        return {}
    ranges = {
        "cases": of(rounds, cases),
        "median": of(rounds, lambda one: quantile(one, 0.5)),
        "mean": of(rounds, mean),
        "nine_of_ten": of(rounds, lambda one: quantile(one, 0.9)),
        "on_time": of(rounds, share),
        **{name: of(rounds, lambda one, name=name: float(one["signals"][name])) for name in SIGNALS},  # type: ignore[misc]
    }
    days: Counter[str] = Counter()
    for one in rounds:
        days.update(one["days"])
    total = max(1, sum(days.values()))
    steps: dict[str, Any] = {}
    for name in {name for one in rounds for name in one["steps"]}:
        lines = np.array([one["steps"].get(name, [0, 0, 0, 0, 0]) for one in rounds], dtype=float).mean(axis=0)
        steps[name] = [round(float(value), 3) for value in lines]
    return {
        **{name: [round(found.mean, 3), round(found.low, 3), round(found.high, 3)] for name, found in ranges.items()},
        "days": {
            value: round(100 * count / total, 3) for value, count in sorted(days.items(), key=lambda x: int(x[0]))
        },
        "steps": steps,
    }


def differences(before: Sequence[Summary], after: Sequence[Summary]) -> dict[str, list[float]]:
    """The change round by round: both were played with the same cases."""
    asks: dict[str, Callable[[Summary], float]] = {
        "mean": mean,
        "median": lambda one: quantile(one, 0.5),
        "on_time": share,
        "cards": cards,
    }
    found = {}
    for name, ask in asks.items():
        values = np.array([ask(b) - ask(a) for a, b in zip(before, after, strict=True)])
        low, high = np.percentile(values, [2.5, 97.5])
        found[name] = [round(float(value), 3) for value in (values.mean(), low, high)]
    return found


def bottleneck(steps: Mapping[str, Sequence[float]]) -> str:
    """The step at which cases wait longest in all (lying and queueing); empty where nothing waits."""
    waits = {name: line[1] + line[2] for name, line in steps.items() if name and line[0]}
    return max(waits, key=lambda name: (waits[name], name)) if any(waits.values()) else ""


def distances(predicted: Mapping[str, float], happened: Mapping[str, float]) -> tuple[float, float]:
    """Of two distributions of days: the largest distance of their cumulative shares (0 to 1), and how many working days
    a case lies apart on the average."""
    one, other = (_shares(counts) for counts in (predicted, happened))
    longest = max(len(one), len(other))
    gap = np.abs(np.cumsum(_padded(one, longest)) - np.cumsum(_padded(other, longest)))
    return float(gap.max()), float(gap.sum())


def _shares(counts: Mapping[str, float]) -> Any:
    found = np.zeros(max(map(int, counts), default=0) + 1)
    for value, count in counts.items():
        found[int(value)] += count
    return found / max(found.sum(), 1e-12)


def _padded(values: Any, length: int) -> Any:
    return np.pad(values, (0, length - len(values)))
