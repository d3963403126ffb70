"""Strict CSV: UTF-8, one header, no unknown or repeated column, no ragged, blank or padded cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pydantic import BaseModel

from yiwang.kernel.declarations.wording import known_keys, nearest
from yiwang.kernel.refusal import Fault


def rows(text: str, file: str, schema: type[BaseModel], faults: list[Fault]) -> Iterator[tuple[dict[str, str], int]]:
    """Each good row as column → cell (blank cells left out) with its line; every fault is appended to ``faults``."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, None)
        if header is None:
            faults.append(Fault(f"{file}:1", "表是空的，至少要有表头", "empty-table"))
            return
        known = known_keys(schema)
        required = [field.alias or name for name, field in schema.model_fields.items() if field.is_required()]
        broken = len(faults)
        for column in dict.fromkeys(header):
            if column not in known:
                faults.append(Fault(f"{file}:1", f"未知的列 {column}{nearest(column, known)}", "unknown-key"))
            if header.count(column) > 1:
                faults.append(Fault(f"{file}:1", f"列 {column} 出现了 {header.count(column)} 次", "duplicate"))
        faults += [Fault(f"{file}:1", f"缺少必填列 {column}", "missing") for column in required if column not in header]
        if len(faults) > broken:
            return
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not cells:
                faults.append(Fault(f"{file}:{line}", "空行", "blank-row"))
            elif len(cells) != len(header):
                faults.append(Fault(f"{file}:{line}", f"应有 {len(header)} 列，实有 {len(cells)} 列", "ragged"))
            else:
                padded = [column for column, cell in zip(header, cells, strict=True) if cell != cell.strip()]
                faults += [Fault(f"{file}:{line}", f"{column} 首尾有空白", "padded") for column in padded]
                if not padded:
                    yield {column: cell for column, cell in zip(header, cells, strict=True) if cell}, line
    except csv.Error as error:
        faults.append(Fault(f"{file}:{reader.line_num}", f"不是规范的 CSV：{error}", "syntax"))
