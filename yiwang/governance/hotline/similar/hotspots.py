"""Hot spots: more orders about one thing from one place in a few days than usual. Pure.

The usual number is the place's own: what came from there about this in as many days, on the average of the weeks before.
How surprising the count is follows from the Poisson distribution, that of independent events at an even rate; the usual is
itself only an estimate, so its upper likely bound is taken. Small numbers are said to be small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ALWAYS = 0.5  # orders added to the weeks before: a place that never called is not infinitely surprised by one call


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and a topic. ``expected`` is the usual number for as many days, ``chance`` how likely at least ``count``
    would come if nothing were different (0 to 1), corrected for how many places and topics were looked at."""

    town: str
    topic: str
    count: int
    before: int
    expected: float
    chance: float

    @property
    def times(self) -> float:
        """How many times the usual."""
        return self.count / self.expected


def at_least(count: int, rate: float) -> float:
    """The chance of ``count`` or more where ``rate`` are expected (Poisson)."""
    if count <= 0:
        return 1.0
    term = below = math.exp(-rate)
    for k in range(1, count):
        term *= rate / k
        below += term
    return max(1.0 - below, 0.0) if below < 0.999_999 else _tail(count, rate)


def _tail(count: int, rate: float) -> float:
    """The far tail summed upwards: one minus nearly one would be noise."""
    term = math.exp(count * math.log(rate) - rate - math.lgamma(count + 1))
    total, k = 0.0, count
    while term > total * 1e-12 and k < count + 1_000:
        total += term
        k += 1
        term *= rate / k
    return total


def spots(
    recent: Mapping[tuple[str, str], int],
    before: Mapping[tuple[str, str], int],
    *,
    days: int,
    days_before: int,
    least: int,
    surprise: float,
) -> list[Spot]:
    """Places and topics whose count of the last ``days`` is surprising against the ``days_before`` days before, the most
    surprising first. Fewer than ``least`` orders are never a hot spot. ``surprise`` is the greatest chance, over all places
    and topics looked at together (Bonferroni), at which one is named."""
    looked_at = max(len(recent.keys() | before.keys()), 1)
    found = []
    for (town, topic), count in recent.items():
        if count < least:
            continue
        earlier = before.get((town, topic), 0)
        usual = (earlier + ALWAYS) * days / days_before
        bound = (earlier + ALWAYS + math.sqrt(earlier + ALWAYS)) * days / days_before
        chance = min(at_least(count, bound) * looked_at, 1.0)
        if chance <= surprise:
            found.append(Spot(town, topic, count, earlier, usual, chance))
    return sorted(found, key=lambda spot: (spot.chance, -spot.count, spot.town, spot.topic))


def says(spot: Spot, *, days: int, days_before: int) -> str:
    """The statistic in a sentence."""
    usual = f"约{spot.expected:.1f}" if spot.expected >= 0.1 else "不到0.1"
    chance = "不到0.1%" if spot.chance < 0.001 else f"约{spot.chance:.1%}"
    text = f"近{days}天{spot.count}件，此前{days_before}天共{spot.before}件，按同样天数平常{usual}件；若没有变化，碰巧这么多的机会{chance}。"
    return text + ("此前件数很少，平常数只是粗估。" if spot.before < 5 else "")


def by_day(days: Iterable[date], *, until: date, span: int) -> list[tuple[date, int]]:
    """How many on each of the last ``span`` days, days without any included: what a chart of a spot shows."""
    counts: dict[date, int] = {}
    for day in days:
        counts[day] = counts.get(day, 0) + 1
    first = until - timedelta(days=span - 1)
    return [(day, counts.get(day, 0)) for day in (first + timedelta(days=i) for i in range(span))]
