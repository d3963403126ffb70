"""Records as they may leave the house: a salted number instead of the reference, small groups without their particulars."""

from __future__ import annotations

import csv
import hmac
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

SMALL = 5
KEPT = ("counted", "value", "over")  # what the sum is made of, never blanked


def row_id(salt: bytes, reference: str) -> str:
    """The number of a record in public files: the same record has the same one in every file of this report, and nobody
    without the salt can tell whose it is."""
    return hmac.new(salt, reference.encode(), "sm3").hexdigest()[:24]


def csv_of(table: pa.Table, *, salt: bytes, hide_small: bool, columns: Sequence[str]) -> bytes:
    """The records as CSV (UTF-8, LF): ``row``, then those of ``columns`` there are, in the table's order. Every other column
    stays behind, the first one, which names the record, always.

    ``hide_small`` blanks the particulars (organ, place, item, day) of every record of an organ that has fewer than
    ``SMALL`` of them here: whether to is the office's decision. Numbers that are added up always stay.
    """
    key, *rest = table.column_names
    names = [name for name in rest if name in set(columns)]
    cells = {name: table[name].to_pylist() for name in (key, *names)}
    groups: Sequence[Any] = cells.get("organ") or [""] * table.num_rows
    sizes = Counter(groups)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", *names])
    order = sorted(range(table.num_rows), key=lambda place: row_id(salt, str(cells[key][place])))
    for place in order:
        small = hide_small and sizes[groups[place]] < SMALL
        said = ["" if small and name not in KEPT else _text(cells[name][place]) for name in names]
        writer.writerow([row_id(salt, str(cells[key][place])), *said])
    return out.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
