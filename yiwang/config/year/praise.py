"""好差评 as a year's profile states it: cases that could be rated, ratings, good, bad, and bad ones mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from yiwang.kernel.declared import Table

LEVELS = (90, 8, 2)


@dataclass(frozen=True, slots=True)
class Praise:
    """``cases`` came into the rating module (办件), ``given`` of them were rated, ``good`` (levels 1 to 3) and ``bad``; of
    the bad ones ``rectified`` were mended and signed for when the year ended. ``levels`` weigh the three good ones."""

    cases: int
    given: int
    good: int
    bad: int
    rectified: int
    levels: tuple[int, int, int] = LEVELS

    @property
    def totals(self) -> tuple[int, int, int, int, int]:
        """All five, in the order of the fields."""
        return self.cases, self.given, self.good, self.bad, self.rectified

    def part(self, share: Fraction) -> Praise:
        """Every total times ``share``; good ones are what the bad ones leave."""
        cases, given, _, bad, rectified = (nearest(count * share) for count in self.totals)
        return Praise(cases, given, given - bad, bad, rectified, self.levels)


def read(table: Table | None) -> Praise | None:
    """The table ``[ratings]``; faults go to its reading."""
    if table is None:
        return None
    found = Praise(
        cases=table.whole("cases", least=0),
        given=table.whole("given", least=0),
        good=table.whole("good", least=0),
        bad=table.whole("bad", least=0),
        rectified=table.whole("rectified", least=0),
        levels=_levels(table),
    )
    table.done()
    return found


def _levels(table: Table) -> tuple[int, int, int]:
    table.asked.add("levels")
    given = table.data.get("levels", list(LEVELS))
    if (
        not isinstance(given, list)
        or len(given) != len(LEVELS)
        or not any(given)
        or not all(type(one) is int and one >= 0 for one in given)
    ):
        table.fault("levels", "levels 须为3个不小于0的整数（非常满意、满意、基本满意的权重），不能全为0", "type")
        return LEVELS
    first, second, third = given
    return first, second, third


def contradictions(found: Praise, closed: int) -> Iterable[tuple[str, str]]:
    """What the totals cannot be together: (field, sentence)."""
    if found.cases > closed:
        yield "ratings.cases", f"“好差评”办件{found.cases}件多于办结的{closed}件：办结之后才能评价"
    if found.given > found.cases:
        yield "ratings.given", f"评价{found.given}条多于办件{found.cases}件：一件只评价一次"
    if found.good + found.bad != found.given:
        yield (
            "ratings.good",
            f"好评{found.good}条、差评{found.bad}条，合计{found.good + found.bad}条，评价为{found.given}条",
        )
    if found.rectified > found.bad:
        yield "ratings.rectified", f"整改{found.rectified}条多于差评{found.bad}条"


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves up."""
    return int(number + Fraction(1, 2))
