"""Reading one file of a pack: a rule, a document or a table of a register, or the pack's own ``pack.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from yiwang.kernel.declarations import checks, tables, wording
from yiwang.kernel.declarations.content import digest, validate
from yiwang.kernel.declarations.places import Places
from yiwang.kernel.declarations.shapes import Declaration, Entry, Envelope, Kind, PackFile, Reading, Register
from yiwang.kernel.refusal import Fault


def read_file(
    root: Path, path: Path, kinds: Mapping[str, Kind], declared_registers: Mapping[str, Register], reading: Reading
) -> None:
    """Read ``path`` of the pack ``root`` into ``reading``; whatever is wrong becomes a fault there."""
    inside = path.relative_to(root)
    file = f"packs/{root.name}/{inside.as_posix()}"
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        reading.faults.append(Fault(f"{file}:1", f"不是 UTF-8 编码（第 {error.start + 1} 字节）", "encoding"))
        return
    if text.startswith("\ufeff"):
        reading.faults.append(Fault(f"{file}:1", "文件开头有 BOM，请另存为不带 BOM 的 UTF-8", "encoding"))
        return
    declared = next((k for k in kinds.values() if inside.parent.as_posix() == k.folder), None)
    registers = [
        each
        for each in declared_registers.values()
        if len(inside.parts) == len(Path(each.pattern).parts) and inside.match(each.pattern)
    ]
    if path.suffix == ".csv":
        if not registers:
            reading.faults.append(Fault(f"{file}:1", "没有模块读取这张表", "unclaimed"))
        for each in registers:
            _read_table(text, file, root, path, each, reading)
        return
    data, places = _toml(text, file, reading.faults)
    if data is None:
        return
    if inside.as_posix() == "pack.toml":
        value, faults = validate(PackFile, data, places)
        reading.faults += faults
        if value and value.id != root.name:
            reading.faults.append(Fault(places("id"), f"id 应与目录同名：{root.name}", "wrong-name"))
    elif declared is not None:
        _read_rule(declared, data, places, root, path, reading)
    elif registers:
        for each in registers:
            value, faults = validate(each.row, data, places)
            reading.faults += faults
            if value is not None:
                reading.entries[each.name].append(Entry(value, places(), root.name, path.stem, path.parent))
    else:
        reading.faults.append(Fault(f"{file}:1", "没有模块读取这个文件", "unclaimed"))


def _toml(text: str, file: str, faults: list[Fault]) -> tuple[dict[str, Any] | None, Places]:
    try:
        return tomllib.loads(text), Places(file, text)
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(f"{file}:{checks.line_of(error, text)}", f"不是规范的 TOML：{error}", "syntax"))
        return None, Places(file)


def _read_table(text: str, file: str, root: Path, path: Path, declared: Register, reading: Reading) -> None:
    for cells, line in tables.rows(text, file, declared.row, reading.faults):
        where = f"{file}:{line}"
        try:
            value = declared.row.model_validate_strings(cells)
        except ValidationError as error:
            reading.faults += wording.faults_of(error, declared.row, lambda *_, where=where: where)
            continue
        reading.entries[declared.name].append(Entry(value, where, root.name, path.stem, path.parent))


def _read_rule(declared: Kind, data: dict[str, Any], where: Places, root: Path, path: Path, reading: Reading) -> None:
    envelope, faults = validate(Envelope, data, where)
    value: Any = None
    if declared.schema is not None:
        value, faults = validate(declared.schema, data, where)
    elif declared.parse is not None and not faults:
        value, more = declared.parse(data, where)
        faults = [*faults, *more]
    reading.faults += faults
    if envelope is None:
        return
    if path.stem not in {envelope.id, f"{envelope.id}@{envelope.version}"}:
        says = f"文件名应为 {envelope.id}.toml 或 {envelope.id}@{envelope.version}.toml"
        reading.faults.append(Fault(where("id"), says, "wrong-name"))
    reading.declarations.append(
        Declaration(
            kind=declared.name,
            id=envelope.id,
            version=envelope.version,
            title=envelope.title,
            from_on=envelope.in_force.from_,
            until_on=envelope.in_force.until,
            value=value,
            content=data,
            digest=digest(data),
            pack=root.name,
            file=where.file,
            where=where,
        )
    )
