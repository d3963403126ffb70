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

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from yiwang.kernel import names
from yiwang.kernel.declarations import checks, wording
from yiwang.kernel.declarations.content import canonical, digest, kept, unpack, validate
from yiwang.kernel.declarations.files import read_file
from yiwang.kernel.declarations.shapes import (
    Broken,
    Declaration,
    Drift,
    Entry,
    Kind,
    PackFile,
    Parse,
    Period,
    Reading,
    Register,
    Row,
    Rule,
    SeedReport,
)
from yiwang.kernel.refusal import Fault

__all__ = [
    "KINDS",
    "REGISTERS",
    "Broken",
    "Declaration",
    "Drift",
    "Entry",
    "Kind",
    "PackFile",
    "Parse",
    "Period",
    "Reading",
    "Register",
    "Row",
    "Rule",
    "SeedReport",
    "canonical",
    "digest",
    "kept",
    "kind",
    "read",
    "read_or_refuse",
    "register",
    "revive",
    "seed_order",
    "validate",
]

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
    ``refers`` maps a key path to the kind of rule whose id its values must be; ``"role|party"`` also admits ``party``.
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


def revive(kind_name: str, text: str) -> Any:
    """The value of a rule stored as ``text`` (``kept``).

    ``Broken`` if the code no longer understands what an earlier release stored.
    """
    declared, content = KINDS[kind_name], unpack(json.loads(text))

    def where(*path: Any) -> str:
        path = path[0] if len(path) == 1 and isinstance(path[0], tuple) else path
        return f"{kind_name}/{content.get('id')}@{content.get('version')}:{wording.dotted(path)}"

    if declared.schema is not None:
        value, faults = validate(declared.schema, content, where)
    else:
        assert declared.parse is not None
        value, found = declared.parse(dict(content), where)
        faults = list(found)
    if faults:
        raise Broken(f"已存规则 {kind_name} {content.get('id')} 与当前程序不相容。", faults=faults)
    return value


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
                read_file(root, path, KINDS, REGISTERS, reading)
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
