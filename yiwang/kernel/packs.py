"""Packs: what differs from county to county is declared in files, read strictly, all faults named with file and line.

**A rule** (role, process, clock table, code list, threshold) is one TOML file ``packs/<pack>/<folder>/<id>.toml``, or
``<id>@<version>.toml`` beside an older version of the same id. It always carries ``id``, ``version`` (``"2026.1"``),
``in_force = { from = 2019-04-23, until = … }`` and ``title``. An ``until`` left out means "until the next version";
a written ``until`` may not reach past the next version's ``from``. What runs is the stored row
(``foundation.packs.queries.rule``), never the file.

**A register** (organs, staff, items, people, calendar) lives in the database; a pack only seeds absent rows, from CSV
tables or from TOML documents, one row or one file an entry.

A module declares both in its ``seeds.py``, imported at start::

    class Role(packs.Rule):                       # pydantic, unknown keys refused, types strict
        permissions: list[Permission]

    packs.kind("role", folder="roles", schema=Role)
    packs.kind("process", folder="processes", parse=parse,          # parse(data, where) -> (value | None, [Fault])
               names={"step.guards": names.guard}, refers={"opens": "process", "step.by": "role"})

    class CounterRow(packs.Row):
        code: str
        hall: str

    packs.register("organs.counters", "organs/counters.csv", row=CounterRow, key=("code",), needs=("organs.places",))

    @names.hook("packs.seed.organs.counters")
    def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport: ...

    @names.hook("packs.diff.organs.counters")
    def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]: ...

``entry.value`` is the row model, ``entry.where`` its ``file:line``. A register may be one pattern of TOML documents
(``"guides/*.toml"``) or CSV tables (``"calendar/*.csv"``). A room above may fill a register that a room below needs:
``needs`` names registers, and unknown ones are a fault.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from yiwang.kernel import names
from yiwang.kernel.declarations import checks, tables, wording
from yiwang.kernel.declarations.places import Places
from yiwang.kernel.refusal import Fault, Refusal

Parse = Callable[[dict[str, Any], Callable[..., str]], tuple[Any, Sequence[Fault]]]


class Broken(Refusal):
    """Packs that cannot be used as they stand; ``faults`` holds every fault of every file."""

    code = "broken-packs"


class Row(BaseModel):
    """One row of a register. Column names are field names (or aliases); a blank cell counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Period(Row):
    """``[from, until)``, legal days."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Period:
        if self.until is not None and self.until <= self.from_:
            raise ValueError("until 须晚于 from")
        return self


class Rule(Row):
    """What every rule carries. A schema adds its own keys; unknown ones are refused."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    in_force: Period
    title: Annotated[str, Field(min_length=1)]
    basis: str = ""
    source: str = ""
    unverified: bool = False  # marked [U] in the rulebook: a county must confirm it before relying on it


class _Envelope(Rule):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class PackFile(Row):
    """``pack.toml`` at the root of each pack."""

    id: str
    title: str
    note: str = ""
    needs: list[str] = []


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    folder: str
    schema: type[Rule] | None = None
    parse: Parse | None = None
    names: Mapping[str, names.Registry[Any]] = field(default_factory=dict)
    refers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    name: str
    pattern: str
    row: type[Row]
    key: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """One version of one rule as read from its file. ``content`` is the JSON-able data, ``digest`` SM3 (hex) over it."""

    kind: str
    id: str
    version: str
    title: str
    from_on: date
    until_on: date | None
    value: Any
    content: Mapping[str, Any]
    digest: str
    pack: str
    file: str
    where: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row (or document) of a register. ``name`` is the file's stem, ``where`` is ``file:line``."""

    value: Any
    where: str
    pack: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class SeedReport:
    added: int
    present: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a pack and the register differ: ``field`` empty means the whole row is missing in the register."""

    register: str
    key: str
    field: str
    pack: str
    stored: str
    where: str


@dataclass(slots=True)
class Reading:
    """Everything read from all packs."""

    declarations: list[Declaration] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, kind: str) -> list[Declaration]:
        return [declaration for declaration in self.declarations if declaration.kind == kind]


KINDS: dict[str, Kind] = {}
REGISTERS: dict[str, Register] = {}


def kind(
    name: str,
    *,
    folder: str,
    schema: type[Rule] | None = None,
    parse: Parse | None = None,
    names: Mapping[str, names.Registry[Any]] | None = None,
    refers: Mapping[str, str] | None = None,
) -> None:
    """Declare a kind of rule: its folder, and how it is checked (a schema, or a parser that answers value and faults).

    ``names`` maps a key path without indexes (``step.guards``) to the registry its values must be registered in;
    ``refers`` maps a key path to the kind of rule whose id its values must be.
    """
    if (schema is None) == (parse is None):
        raise ValueError(f"kind {name} needs a schema or a parser, not both")
    declared = Kind(name, folder, schema, parse, names or {}, refers or {})
    if KINDS.setdefault(name, declared) != declared:
        raise ValueError(f"kind {name} is declared twice")


def register(
    name: str, pattern: str, *, row: type[Row], key: tuple[str, ...] = (), needs: tuple[str, ...] = ()
) -> None:
    """Declare a register and the files that seed it; ``key`` fields must be unique over all packs."""
    declared = Register(name, pattern, row, key, needs)
    if REGISTERS.setdefault(name, declared) != declared:
        raise ValueError(f"register {name} is declared twice")


def plain(value: Any) -> Any:
    """TOML data as JSON knows it: days and times become ISO text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def canonical(content: Mapping[str, Any]) -> str:
    """The text a rule's digest is taken over: sorted keys, no blanks; comments and layout of the file do not count."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Mapping[str, Any]) -> str:
    """SM3 of the canonical text, 64 hex characters."""
    return hashlib.new("sm3", canonical(content).encode()).hexdigest()


def validate(schema: type[BaseModel], data: Mapping[str, Any], where: Callable[..., str]) -> tuple[Any, list[Fault]]:
    """``data`` as an instance of ``schema``, strictly typed, or ``None`` with every fault."""
    try:
        # Strict JSON mode takes enums, days and sets from their written form and still refuses "5" for 5.
        value = schema.model_validate_json(json.dumps(plain(data), ensure_ascii=False), strict=True)
    except ValidationError as error:
        return None, wording.faults_of(error, schema, where)
    faults = checks.quoted_days(data, value, where)
    return (None, faults) if faults else (value, [])


def revive(kind_name: str, content: Mapping[str, Any]) -> Any:
    """A stored rule's value. ``Broken`` if the code no longer understands what an earlier release stored."""
    declared = KINDS[kind_name]

    def where(*path: str | int) -> str:
        return f"{kind_name}/{content.get('id')}@{content.get('version')}:{wording.dotted(path)}"

    if declared.schema is not None:
        value, faults = validate(declared.schema, content, where)
    else:
        assert declared.parse is not None
        value, faults = declared.parse(with_days(content), where)
    if faults:
        raise Broken(f"已存规则 {kind_name} {content.get('id')} 与当前程序不相容。", faults=faults)
    return value


def with_days(content: Mapping[str, Any]) -> dict[str, Any]:
    """Stored content as TOML had it: the days of ``in_force`` are dates again (a parser converts its own others)."""
    period = {key: date.fromisoformat(day) for key, day in content["in_force"].items()}
    return {**content, "in_force": period}


def read(roots: Iterable[Path]) -> Reading:
    """Read every pack folder. Never raises for what a file says: all faults of all files are in ``faults``."""
    reading = Reading(entries={name: [] for name in REGISTERS})
    for root in roots:
        if not root.is_dir():
            reading.faults.append(Fault(f"{root.name}:1", "没有这个包目录", "missing"))
            continue
        if not (root / "pack.toml").exists():
            reading.faults.append(Fault(f"packs/{root.name}/pack.toml:1", "缺少 pack.toml（id、title）", "missing"))
        for path in sorted(root.rglob("*")):
            if path.suffix in {".toml", ".csv"} and not any(part.startswith(".") for part in path.parts):
                _read_file(root, path, reading)
    reading.faults += checks.versions(reading.declarations)
    reading.faults += checks.references(reading.declarations, KINDS)
    for name, declared in REGISTERS.items():
        reading.faults += checks.unique(declared, reading.entries[name])
        reading.faults += [
            Fault(f"{declared.pattern}:1", f"登记 {name} 依赖的 {need} 没有声明", "unknown-register")
            for need in declared.needs
            if need not in REGISTERS
        ]
    reading.faults = sorted(dict.fromkeys(reading.faults), key=_by_file_and_line)
    return reading


def read_or_refuse(roots: Iterable[Path]) -> Reading:
    """As ``read``, but refuses with ``Broken`` if anything at all is wrong: broken packs load nothing."""
    reading = read(roots)
    if reading.faults:
        raise Broken(f"配置包有 {len(reading.faults)} 处错误，未载入任何内容。", faults=reading.faults)
    return reading


def seed_order() -> list[str]:
    """Registers in the order they are seeded: what a register needs comes before it, else by name."""
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"registers need each other in a circle: {' → '.join([*path, name])}")
        if name in REGISTERS and name not in done:
            for need in sorted(REGISTERS[name].needs):
                visit(need, (*path, name))
            done.append(name)

    for name in sorted(REGISTERS):
        visit(name, ())
    return done


def _by_file_and_line(fault: Fault) -> tuple[str, int, str]:
    file, _, line = fault.field.rpartition(":")
    return file, int(line) if line.isdigit() else 0, fault.says


def _read_file(root: Path, path: Path, reading: Reading) -> None:
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
    declared = next((k for k in KINDS.values() if inside.parent.as_posix() == k.folder), None)
    registers = [r for r in REGISTERS.values() if inside.match(r.pattern) and len(inside.parts) == len(Path(r.pattern).parts)]
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
    envelope, faults = validate(_Envelope, data, where)
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
    content = plain(data)
    reading.declarations.append(
        Declaration(
            kind=declared.name,
            id=envelope.id,
            version=envelope.version,
            title=envelope.title,
            from_on=envelope.in_force.from_,
            until_on=envelope.in_force.until,
            value=value,
            content=content,
            digest=digest(content),
            pack=root.name,
            file=where.file,
            where=where,
        )
    )
