"""Rates and shares in tables: a column of percentages that is one column divided by another, or by the total of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yiwang.insight.checker.claims import Claim, compared, percent_of, shown
from yiwang.insight.checker.finders.tables import TOTAL
from yiwang.insight.checker.grids import Grid, grids
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import gives, one_slip, printed
from yiwang.insight.checker.quantities import Quantity

SUPPORT = 3  # rows in which the percentages must be those of the same two columns
GROWN = re.compile(r"增|减|升|降|同比|环比")


@dataclass(frozen=True, slots=True)
class Division:
    """One row's part, whole and percentage."""

    part: Quantity
    whole: Quantity
    rate: Quantity

    @property
    def fits(self) -> bool:
        return self.whole.value > 0 and gives(self.rate, self.part, self.whole)

    @property
    def telling(self) -> bool:
        return self.fits and self.part.value > 0 and self.part.start != self.whole.start and self.whole.value >= 5


def find(text: Text, _quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each column of percentages with the two figures that give nearly all of its rows."""
    for grid in grids(text):
        for column in range(grid.width):
            if not all(one is None or one.percent for one in grid.column(column)) or GROWN.search(grid.heads[column]):
                continue
            best = max(
                _tried(grid, column), key=lambda tried: sum(one.telling for one in tried[1]), default=("ratio", [])
            )
            yield from _judged(*best)


def _tried(grid: Grid, column: int) -> Iterator[tuple[str, list[Division]]]:
    """Every pair of columns, and every column against its row of totals."""
    counted = [n for n in range(grid.width) if not any(one and one.percent for one in grid.column(n))]
    last = next((row for row in reversed(grid.rows) if any(TOTAL.fullmatch(name) for name in row.names)), None)
    for part in counted:
        for divisor in counted:
            if divisor != part:
                yield "ratio", _divisions((row.cells[part], row.cells[divisor], row.cells[column]) for row in grid.rows)
        total = last.cells[part] if last else None
        if total is not None:
            yield "share", _divisions((row.cells[part], total, row.cells[column]) for row in grid.rows)


def _divisions(cells: Iterable[Sequence[Quantity | None]]) -> list[Division]:
    return [
        Division(part, whole, rate)
        for part, whole, rate in cells
        if part is not None and whole is not None and rate is not None
    ]


def _judged(kind: str, divisions: Sequence[Division]) -> Iterator[Claim]:
    good = [one for one in divisions if one.telling]
    bad = [one for one in divisions if not one.fits]
    if len(good) < SUPPORT or len(bad) * 3 > len(good):
        return
    for one in (*good, *(one for one in bad if one_slip(one.rate, one.part, one.whole))):
        yield compared(
            "share" if kind == "share" else "ratio",
            [one.part, one.whole, one.rate],
            good=one.fits,
            formula=f"{shown(one.part.value)}÷{shown(one.whole.value)}",
            stated=one.rate,
            computed=printed(percent_of(one.part.value, one.whole.value, one.rate), one.rate),
            part=one.part,
            whole=one.whole,
            causes="表中比率或其中一个数笔误，也可能分子、分母另有口径",
        )
