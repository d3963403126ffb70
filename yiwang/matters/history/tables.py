"""Rows of a CSV event log, as other systems write them: any delimiter, quoted line breaks, bytes of another encoding, a quote
nobody closed. One row out of shape is one row refused; what it would have swallowed comes in."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import IO

LONGEST_CELL = 1 << 20
LONGEST_ROW = 500  # lines one quoted row may run over; beyond it somebody forgot a closing quote
GARBLED = re.compile("[\udc80-\udcff]")  # what ``surrogateescape`` makes of a byte that is no text
BELOW = "\x00below\x00"  # a line no log has: NUL is taken out of all of them


class Lines:
    """The lines of a text with their numbers. Lines read since ``begin`` can be given back, all but the first."""

    def __init__(self, text: IO[str], seen: Counter[str]) -> None:
        self._text, self._seen = iter(text), seen
        self._back: deque[str] = deque()
        self.row: list[str] = []
        self.number = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if len(self.row) >= LONGEST_ROW:
            raise StopIteration
        line = self._back.popleft() if self._back else self._clean(next(self._text))
        self.number += 1
        self.row.append(line)
        return line

    def begin(self) -> None:
        """A row begins here."""
        self.row = []

    def give_back(self) -> int:
        """Put back every line of this row but its first; answers the first one's number."""
        self._back.extendleft(reversed(self.row[1:]))
        self.number -= len(self.row) - 1
        return self.number

    def _clean(self, line: str) -> str:
        if not self.number:
            line = line.removeprefix("\ufeff")  # the byte order mark, where the encoding does not take it away
        if "\0" in line:  # PostgreSQL has no such character
            line = line.replace("\0", "")
        if not line.isascii() and GARBLED.search(line):
            self._seen["garbled"] += 1
            line = GARBLED.sub(lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", line)
        return line


def header_of(lines: Lines, delimiter: str) -> list[str]:
    """The names of the columns. ``StopIteration`` if there is no line at all."""
    return [cell.strip() for cell in next(csv.reader(lines, delimiter=delimiter))]


def rows(lines: Lines, places: Sequence[int], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(last line of the row, wanted cells), or (its line, ``None``) for a row whose quote is never closed."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield lines.give_back(), None
            continue
        if len(lines.row) > 1 and _open(lines.row, delimiter):
            yield lines.give_back(), None
        elif row:
            width = len(row)
            yield lines.number, [row[place].strip() if place < width else "" for place in places]


def _open(row: Sequence[str], delimiter: str) -> bool:
    """True if the row would go on with whatever stood below it."""
    return BELOW in next(csv.reader([*row, BELOW], delimiter=delimiter))[-1]
