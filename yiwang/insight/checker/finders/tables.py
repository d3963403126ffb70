"""Sums in tables: the row or the column called 合计, and columns that add up in nearly every row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yiwang.insight.checker.adding import fits, one_slip_sum
from yiwang.insight.checker.claims import Claim, sum_claim
from yiwang.insight.checker.grids import Grid, grids
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

TOTAL = re.compile(
    r"(?:\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十\d]+[、.])?(?:合计|总计|小计|共计|总数|总量|合总计).{0,6}"
)
WITHIN = re.compile(r"其中|#")  # a row that divides the one before it
# columns that do not add up
UNADDED = re.compile(r"率|占比|比例|比重|平均|人均|均|排名|名次|得分|分数|序号|年份|增长|增减|同比|备注|%")
LONGEST = 120  # rows above a row of totals among which its first part is sought
WIDEST = 12  # columns a column of totals may have beside it
LEAST = 5  # smaller totals add up by chance


@dataclass(frozen=True, slots=True)
class Adding:
    """A total and the figures of its row or column that may be its parts."""

    total: Quantity
    parts: tuple[Quantity, ...]

    @property
    def telling(self) -> bool:
        return self.total.value >= LEAST and sum(part.value > 0 for part in self.parts) >= 2

    @property
    def fits(self) -> bool:
        return fits(self.total, self.parts) if self.parts else self.total.value == 0

    @property
    def slipped(self) -> bool:
        return len(self.parts) >= 2 and one_slip_sum(self.parts, self.total)


def find(text: Text, _quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Column by column what a row of totals adds up, row by row what a column of totals does."""
    for grid in grids(text):
        yield from _down(grid)
        yield from _across(grid)


def _judged(addings: Sequence[Adding], *, sure: bool) -> Iterator[Claim]:
    """The sums that fit, and beside them those that one slip keeps from it; alone only where they are ``sure`` to add up."""
    good = [one for one in addings if one.fits and one.telling]
    bad = [one for one in addings if not one.fits]
    for one in good:
        yield sum_claim(one.total, [part for part in one.parts if part.value], good=True)
    if len(bad) <= max(len(good), int(sure)):
        for one in bad:
            if one.slipped or (len(good) >= 3 and one.telling):
                yield sum_claim(one.total, [part for part in one.parts if part.value], good=False)


# -- down the columns ---------------------------------------------------------------------------------------------------


def _down(grid: Grid) -> Iterator[Claim]:
    """Each row of totals with the rows above it, or with those below it where it is the first."""
    totals = [
        n for n, row in enumerate(grid.rows) if any(TOTAL.fullmatch(re.sub(r"\s", "", name)) for name in row.names)
    ]
    for place in totals:
        before = max((n for n in totals if n < place), default=-1)
        behind = min((n for n in totals if n > place), default=len(grid.rows))
        begins = {before + 1, *range(max(before + 1, place - LONGEST), place - 1)}
        ranges = [list(range(begin, place)) for begin in sorted(begins)]
        if before >= 0:
            ranges += [[n for n in totals if n < place], [n for n in range(place) if n not in totals]]
        if place == 0 or (place == before + 1 and place):
            ranges.append(list(range(place + 1, behind)))
        best = max((_columns(grid, place, rows) for rows in ranges if len(rows) > 1), key=_score, default=[])
        if sum(one.fits and one.telling for one in best) > 1 or best == _columns(grid, place, (ranges or [[]])[0]):
            yield from _judged(best, sure=True)


def _score(addings: Sequence[Adding]) -> tuple[int, int]:
    return sum(one.fits and one.telling for one in addings), sum(len(one.parts) for one in addings)


def _columns(grid: Grid, place: int, rows: Sequence[int]) -> list[Adding]:
    """What each column of a row of totals adds up, of these rows without those that divide another."""
    plain = [n for n in rows if not WITHIN.match(grid.rows[n].name)]
    found = []
    for column, total in enumerate(grid.rows[place].cells):
        parts = [grid.rows[n].cells[column] for n in plain]
        if (
            total is not None
            and not UNADDED.search(grid.heads[column])
            and not any(_rate(one) for one in (total, *parts))
        ):
            found.append(Adding(total, tuple(one for one in parts if one is not None)))
    return [one for one in found if one.total.value or any(part.value for part in one.parts)]


def _rate(one: Quantity | None) -> bool:
    return one is not None and one.percent


# -- along the rows -----------------------------------------------------------------------------------------------------


def _across(grid: Grid) -> Iterator[Claim]:
    """Each column of totals, called so or known by adding up in three rows or more, with the columns beside it."""
    taken: set[int] = set()
    for column in sorted(range(grid.width), key=lambda n: not TOTAL.fullmatch(grid.heads[n])):
        called = TOTAL.search(grid.heads[column]) is not None
        best: list[Adding] = []
        for parts in _beside(grid, column):
            addings = _rows(grid, column, parts)
            if _score(addings) > _score(best):
                best, used = addings, {column, *parts}
        good = sum(one.fits and one.telling for one in best)
        bad = sum(not one.fits for one in best)
        if not good or (good < 3 and not called) or bad * 2 > good or used <= taken:
            continue
        taken |= used
        yield from _judged(best, sure=called)


def _beside(grid: Grid, column: int) -> Iterator[list[int]]:
    """Runs of two columns or more that end or begin right beside a column, without those that do not add up."""
    added = [n for n in range(grid.width) if not UNADDED.search(grid.heads[n])]
    left, right = [n for n in added if n < column], [n for n in added if n > column]
    for size in range(2, min(len(left), WIDEST) + 1):
        yield left[-size:]
    for size in range(2, min(len(right), WIDEST) + 1):
        yield right[:size]


def _rows(grid: Grid, column: int, parts: Sequence[int]) -> list[Adding]:
    found = []
    for row in grid.rows:
        total, own = row.cells[column], [row.cells[n] for n in parts]
        if total is not None and not any(_rate(one) for one in (total, *own)):
            found.append(Adding(total, tuple(one for one in own if one is not None)))
    return [one for one in found if one.total.value or any(part.value for part in one.parts)]
