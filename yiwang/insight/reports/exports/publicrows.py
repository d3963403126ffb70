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


def row_id(salt: bytes, name: str, reference: str) -> str:
    """The number of a record in one figure's file. Nobody without the salt can tell whose it is, nor find the same record
    in another figure's file, where more of it may be shown."""
    return hmac.new(salt, f"{name}\n{reference}".encode(), "sm3").hexdigest()[:24]


def csv_of(table: pa.Table, *, name: str, salt: bytes, hide_small: bool, columns: Sequence[str]) -> bytes:
    """The records as CSV (UTF-8, LF): ``row``, then those of ``columns`` there are, in the table's order. Every other column
    stays behind, the first one, which names the record, always. ``name`` is the figure's.

    ``hide_small`` blanks the particulars (organ, place, item, day) of every record of an organ that has fewer than
    ``SMALL`` of them here: whether to is the office's decision. Numbers that are added up always stay.
    """
    key, *rest = table.column_names
    names = [one for one in rest if one in set(columns)]
    cells = {one: table[one].to_pylist() for one in (key, *names)}
    groups: Sequence[Any] = cells.get("organ") or [""] * table.num_rows
    sizes = Counter(groups)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", *names])
    order = sorted(range(table.num_rows), key=lambda place: row_id(salt, name, str(cells[key][place])))
    for place in order:
        small = hide_small and sizes[groups[place]] < SMALL
        said = ["" if small and one not in KEPT else _text(cells[one][place]) for one in names]
        writer.writerow([row_id(salt, name, str(cells[key][place])), *said])
    return out.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
