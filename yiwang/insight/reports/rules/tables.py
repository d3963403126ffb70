"""Tables of figures: one figure a cell, sums by row and by column, and balances that hold in every column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from yiwang.insight.reports.rules import printing
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.findings import MUST, Finding, finding


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column; with ``adds`` it is the sum of those."""

    id: str
    title: str
    adds: tuple[str, ...] = ()
    level: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``balances``: (rows, rows, words): the two sums are the same in every column."""

    id: str
    section: str
    title: str
    unit: str
    columns: tuple[Line, ...]
    rows: tuple[Line, ...]
    balances: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = field(default=())

    def name(self, row: str, column: str) -> str:
        """The name of a cell's figure."""
        return f"{self.id}_{row}_{column}"

    def cells(self) -> Iterator[tuple[Line, Line, str]]:
        for row in self.rows:
            for column in self.columns:
                yield row, column, self.name(row.id, column.id)

    def names(self) -> list[str]:
        return [name for _, _, name in self.cells()]

    def asked(self) -> list[str]:
        """Cells somebody fills in: the others are sums."""
        return [name for row, column, name in self.cells() if not row.adds and not column.adds]

    def parts(self, row: Line, column: Line) -> tuple[str, ...]:
        """What a cell is the sum of: its row's parts first, then its column's."""
        if row.adds:
            return tuple(self.name(one, column.id) for one in row.adds)
        return tuple(self.name(row.id, one) for one in column.adds)


def summed(table: Table, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Every sum of the table that its cells allow, however deep; cells that are filled in stay as they are."""
    known = {name: value for name, value in values.items() if name in set(table.asked())}
    waiting = [(name, table.parts(row, column)) for row, column, name in table.cells() if row.adds or column.adds]
    grew = True
    while grew:
        grew = False
        for name, wanted in waiting:
            if name not in known and all(one in known for one in wanted):
                known[name] = sum((known[one] for one in wanted), Decimal(0))
                grew = True
    return known


def balances(tables: Sequence[Table], cards: Mapping[str, Card]) -> list[Finding]:
    """Columns in which the two sides differ."""
    found = []
    for table in tables:
        for left, right, says in table.balances:
            for column in table.columns:
                a, b = _sum(table, left, column.id, cards), _sum(table, right, column.id, cards)
                if a is not None and b is not None and a != b:
                    told = f"请核对：{table.title}“{column.title}”一列，{says}：{printing.plain(a)}与{printing.plain(b)}不等。"
                    found.append(finding("parts", MUST, told, table.id, says, column.id, section=table.section))
    return found


def _sum(table: Table, rows: Sequence[str], column: str, cards: Mapping[str, Card]) -> Decimal | None:
    values = [cards[name].value for row in rows if (name := table.name(row, column)) in cards]
    if len(values) != len(rows) or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))
