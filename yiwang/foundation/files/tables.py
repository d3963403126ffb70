"""Reading another system's table as rows of text: CSV in UTF-8 or GB 18030, or the first sheet of an Excel file."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from yiwang.kernel.refusal import Refusal

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
SUFFIXES = {".csv", ".xlsx", ".xls", ".ods"}


class Unreadable(Refusal):
    code = "import-unreadable"


class Row(dict[str, str]):
    """A row as column → text. ``number`` is its line in the table: the header is line 1, blank lines count."""

    number = 0


def digest(path: Path) -> str:
    """SHA-256 of the file, to tell in the report which file it was."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path) -> list[Row]:
    """Rows as column → text, blank rows left out. Refused: no file, too large, no table, no header."""
    if not path.is_file():
        raise Unreadable(f"没有文件 {path}。")
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分批导入。")
    cells = _sheet(path) if path.suffix.lower() in {".xlsx", ".xls", ".ods"} else _csv(path)
    if not cells or not any(cells[0]):
        raise Unreadable("文件没有表头。")
    header = [name.strip() for name in cells[0]]
    if len(set(header)) != len(header):
        raise Unreadable("表头有重复的列名。")
    rows = []
    for number, cell in enumerate(cells[1:], 2):
        if any(one.strip() for one in cell):
            row = Row(zip(header, cell, strict=False))
            row.number = number
            rows.append(row)
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"超过 {MOST_ROWS} 行，请分批导入。")
    return rows


def read_content(content: bytes, name: str) -> list[Row]:
    """The same for an upload called ``name``. Refused besides: a name that ends like neither CSV nor Excel."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Refusal("请上传 CSV 或 Excel 文件。", code="import-unreadable", field="file")
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        return read(Path(file.name))


def numbered(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row behind its line in the table; rows that come from no file are counted from line 2."""
    for place, row in enumerate(rows, 2):
        yield row.number if isinstance(row, Row) else place, row


def columns(
    rows: Sequence[Mapping[str, str]], wanted: Mapping[str, Sequence[str]], optional: Collection[str]
) -> dict[str, str]:
    """Our name → the table's own heading, of those ``wanted`` knows. Refused: no rows, a column nobody can do without."""
    if not rows:
        raise Refusal("文件里没有数据行。", code="no-rows", field="file")
    there = set(rows[0])
    found = {name: next((title for title in titles if title in there), "") for name, titles in wanted.items()}
    lacking = [wanted[name][0] for name, title in found.items() if not title and name not in optional]
    if lacking:
        raise Refusal(f"缺少列：{'、'.join(lacking)}。", code="columns", field="file")
    return found


def _csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            break
    else:
        raise Unreadable("文件不是文本表格（CSV）或 Excel。")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unreadable(f"不是规范的 CSV：{error}") from error


def _sheet(path: Path) -> list[list[str]]:
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise Unreadable("Excel 文件打不开，请另存后再试。") from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    # Excel keeps codes typed as numbers as floats: 10.0 means 10
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
