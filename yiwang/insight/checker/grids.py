"""The tables of a text: rows of figures under their names, whether its cells stand apart by tabs, bars, blanks or lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from yiwang.insight.checker.plain import NARROW, Text
from yiwang.insight.checker.quantities import PERCENT, Quantity

NUMBER = re.compile(
    r"(?P<number>[-−]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|[-−]?\d{1,15}(?:\.\d{1,10})?)\s*(?P<unit>%|万元|件次|人次|[件项个人次宗条家户起份名元])?"
)
EMPTY = re.compile(r"[-—–－/／\s]*")
# a row without bars or tabs: a name, then figures with blanks between them
SPACED = re.compile(
    r"\s*(?P<name>[^\d\s。；，：][^\d。；，：]{0,24}?)(?P<cells>(?:[ \u3000]+\d[\d,，]*(?:\.\d+)?%?){2,})\s*"
)
SHARES = re.compile(r"率|占比|比例|比重|%")
STOPS = re.compile(r"[。；！？]")
LONGEST_NAME = 24  # signs a cell may have that stands on a line of its own


@dataclass(frozen=True, slots=True)
class Row:
    """``names`` are the cells before the figures, ``cells`` the figures; an empty cell or a dash is ``None``."""

    names: tuple[str, ...]
    cells: tuple[Quantity | None, ...]
    remarks: int = 0  # cells behind the figures

    @property
    def name(self) -> str:
        return "".join(self.names)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of equally many figures, one below the other, and what stands above each column."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        return len(self.rows[0].cells)

    def column(self, place: int) -> list[Quantity | None]:
        """The figures of one column, from above."""
        return [row.cells[place] for row in self.rows]


Cell = tuple[str, int, int]  # its words, and where they begin and end in the raw text


@lru_cache(maxsize=1)  # several finders ask for the tables of the one text that is being checked
def grids(text: Text) -> tuple[Grid, ...]:
    """Each run of two rows or more with equally many figures."""
    return tuple(
        grid
        for block in _blocks(text.raw)
        for table in (_ruled(text, block), _stacked(text, block))
        for grid in _even(table)
    )


def cells(text: Text) -> set[int]:
    """Where the figures of all tables begin."""
    rows = [row for grid in grids(text) for row in grid.rows]
    rows += [row for block in _blocks(text.raw) for row in _ruled(text, [one for one in block if len(one) > 2])]
    return {cell.start for row in rows for cell in row.cells if cell is not None}


def _blocks(raw: str) -> Iterator[list[list[Cell]]]:
    """Stretches of lines that may be rows of one table, each as its cells."""
    block: list[list[Cell]] = []
    begin = 0
    for line in raw.split("\n"):
        cells = _cells(line, begin)
        begin += len(line) + 1
        if cells:
            block.append(cells)
        elif line.strip(" \u3000|-:"):
            yield block
            block = []
    yield block


def _cells(line: str, begin: int) -> list[Cell]:
    """The cells of a line; none for a line of prose."""
    narrow = line.translate(NARROW)
    if "\t" in line or "|" in line or "｜" in line:
        found = [
            (match.group().strip(), begin + match.start(), begin + match.end())
            for match in re.finditer(r"[^\t|｜]*", narrow)
            if match.end() < len(narrow) or match.group().strip()
        ]
        found = [cell for n, cell in enumerate(found) if cell[0] or _between_bars(narrow, cell, begin, n)]
        return [] if all(re.fullmatch(r"[\s:\-]*", cell[0]) for cell in found) else found
    spaced = SPACED.fullmatch(narrow)
    if spaced:
        cells = [(spaced["name"].strip(), begin + spaced.start("name"), begin + spaced.end("name"))]
        return cells + [
            (match.group(), begin + spaced.start("cells") + match.start(), begin + spaced.start("cells") + match.end())
            for match in re.finditer(r"\S+", spaced["cells"])
        ]
    words = narrow.strip()
    if not words or len(words) > LONGEST_NAME or STOPS.search(words) or "，" in words:
        return []
    return [(words, begin, begin + len(line))]


def _between_bars(line: str, cell: Cell, begin: int, place: int) -> bool:
    """True for an empty cell within a row: not for what stands before its first bar, nor between the matches of one."""
    start, end = cell[1] - begin, cell[2] - begin
    return place > 0 and start > 0 and line[start - 1] in "\t|｜" and line[end : end + 1] in ("\t", "|", "｜")


def _ruled(text: Text, block: Sequence[Sequence[Cell]]) -> list[Row]:
    """Each line with names and figures as a row; a line without figures as a head."""
    rows = []
    for cells in block:
        if len(cells) > 1:
            rows.append(_row(text, cells))
        elif not re.search(r"\d", cells[0][0]):  # heads with blanks between them
            rows.append(Row(tuple(cells[0][0].split()), ()))
    return rows


def _stacked(text: Text, block: Sequence[Sequence[Cell]]) -> list[Row]:
    """Cells below each other, one a line: a row begins where names follow figures."""
    if any(len(cells) > 1 for cells in block) or len(block) < 8:
        return []
    rows: list[list[Cell]] = [[]]
    for (cell,) in block:
        named = NUMBER.fullmatch(cell[0]) is None and not EMPTY.fullmatch(cell[0])
        if named and rows[-1] and NUMBER.fullmatch(rows[-1][-1][0]):
            rows.append([])
        rows[-1].append(cell)
    return [_row(text, cells) for cells in _unnumbered(rows)]


def _unnumbered(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """The rows without the running numbers of those below them, which end each where no name stands before a number."""
    last = [cells[-1][0] for cells in rows if cells]
    running = [
        n
        for n, one in enumerate(last)
        if n and one.isdigit() and last[n - 1].isdigit() and int(one) == int(last[n - 1]) + 1
    ]
    if len(running) < 2 or len(running) * 2 < len(rows):
        return rows
    begin, end = running[0] - 1, running[-1]
    return [cells[:-1] if begin <= n <= end else cells for n, cells in enumerate(rows)]


def _row(text: Text, cells: Sequence[Cell]) -> Row:
    """The figures are what stands behind the last name; remarks behind the figures are left out."""
    last = max((n + 1 for n, cell in enumerate(cells) if NUMBER.fullmatch(cell[0])), default=len(cells))
    end = next((n for n in range(last, len(cells)) if not EMPTY.fullmatch(cells[n][0])), len(cells))
    first = end
    while first and (NUMBER.fullmatch(cells[first - 1][0]) or EMPTY.fullmatch(cells[first - 1][0])):
        first -= 1
    return Row(
        tuple(cell[0] for cell in cells[:first]),
        tuple(_figure(text, cell) for cell in cells[first:end]),
        len(cells) - end,
    )


def _figure(text: Text, cell: Cell) -> Quantity | None:
    written = NUMBER.search(cell[0])
    if written is None:
        return None
    raw = text.raw[cell[1] : cell[2]].translate(NARROW)
    begin = cell[1] + raw.index(written["number"])
    number = re.sub("[,，]", "", written["number"]).replace("−", "-")
    factor = Decimal(10_000 if written["unit"] == "万元" else 1)
    start = bisect_left(text.at, begin)
    end = bisect_left(text.at, begin + len(written.group()))
    return Quantity(
        value=Decimal(number) * factor,
        step=factor.scaleb(-len(number.partition(".")[2])),
        unit=PERCENT if written["unit"] == "%" else "",
        about=False,
        start=start,
        end=max(end, start + 1),
        label="",
        tail="",
        sentence=text.sentence(start),
        depth=0,
        bracket=-1,
    )


def _even(table: Sequence[Row]) -> Iterator[Grid]:
    """Rows that follow each other with as many figures, under the last row of names before them."""
    heads: tuple[str, ...] = ()
    rows: list[Row] = []
    for row in (*table, Row((), ())):
        width = len(row.cells)
        figures = any(row.cells)
        if rows and (width != len(rows[0].cells) or not figures):
            if not figures and row.names and len(row.names) < len(rows[0].names) + len(rows[0].cells):
                continue  # a line of names within a table: the kind of what follows
            if len(rows) > 1:
                yield _grid(heads, rows)
            rows = []
        if figures:
            rows.append(row)
        else:
            heads = row.names
    if len(rows) > 1:
        yield _grid(heads, rows)


def _grid(heads: Sequence[str], rows: Sequence[Row]) -> Grid:
    """Rows under the heads of their columns, read from the right. What stands under 率(%) is a percentage."""
    width = len(rows[0].cells)
    named = heads[: len(heads) - rows[0].remarks]
    above = tuple(named[-width:]) if len(named) >= width else ("",) * width
    rated = [SHARES.search(head) is not None for head in above]
    if not any(rated):
        return Grid(above, tuple(rows))
    return Grid(
        above,
        tuple(
            replace(
                row,
                cells=tuple(
                    replace(cell, unit=PERCENT) if cell is not None and rate else cell
                    for cell, rate in zip(row.cells, rated, strict=True)
                ),
            )
            for row in rows
        ),
    )
