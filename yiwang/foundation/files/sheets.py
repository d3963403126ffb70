"""The sheet that says what became of every line of an import: CSV that opens in Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from yiwang.kernel import unread
from yiwang.kernel.refusal import Refusal


def ready(path: Path | None) -> None:
    """Asked before the import: refuses a place where no sheet can be written, so that nothing is done that cannot be told."""
    if path is not None:
        try:
            path.open("a").close()
        except OSError as error:
            raise Refusal(f"对账单存不进 {path}：{unread.why(error)}。", code="sheet-unwritable") from error


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The whole sheet in place of whatever stood there."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)
