"""What must hold between declarations, once each file is read: versions, periods, names of code, ids of other rules."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from yiwang.kernel.declarations.shapes import Declaration, Entry, Kind, Register
from yiwang.kernel.declarations.wording import dotted, nearest
from yiwang.kernel.refusal import Fault

COMMON_ROOMS = ("kernel", "foundation", "matters")


def line_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line a TOML error speaks of; Python 3.11 has it in the message only."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else text.count("\n") + 1


def quoted_days(data: Any, value: Any, where: Callable[..., str], path: tuple[str | int, ...] = ()) -> list[Fault]:
    """Strict JSON cannot tell a day from its quoted text: compare the data written with the value understood."""
    if isinstance(value, BaseModel):
        dumped = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()}
        return quoted_days(data, dumped, where, path)
    if isinstance(data, dict) and isinstance(value, Mapping):
        return [f for key in data if key in value for f in quoted_days(data[key], value[key], where, (*path, key))]
    if isinstance(data, list) and isinstance(value, list | tuple) and len(data) == len(value):
        return [
            f for i, pair in enumerate(zip(data, value, strict=True)) for f in quoted_days(*pair, where, (*path, i))
        ]
    if isinstance(data, date) and isinstance(value, str):
        return [Fault(where(*path), f"{dotted(path)} 应为文字，请加引号", "wrong-type")]
    return []


def versions(declarations: Sequence[Declaration]) -> list[Fault]:
    """One id and version is declared once; periods of one id never overlap (an open end yields to the next version)."""
    faults = []
    by_id: dict[tuple[str, str], list[Declaration]] = defaultdict(list)
    for each in declarations:
        twin = next((other for other in by_id[each.kind, each.id] if other.version == each.version), None)
        if twin is not None:
            says = f"{each.id} 版本 {each.version} 已在 {twin.where('id')} 声明过"
            faults.append(Fault(each.where("id"), says, "duplicate"))
        else:
            by_id[each.kind, each.id].append(each)
    for family in by_id.values():
        ordered = sorted(family, key=lambda each: each.from_on)
        for earlier, later in pairwise(ordered):
            if earlier.from_on == later.from_on or (earlier.until_on is not None and earlier.until_on > later.from_on):
                says = f"{later.id} 版本 {later.version} 的施行期与版本 {earlier.version}（{earlier.file}）重叠"
                faults.append(Fault(later.where("in_force"), says, "overlap"))
    return faults


def values_at(
    data: Any, path: Sequence[str], here: tuple[str | int, ...] = ()
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every text below ``path`` (lists are walked, without being named in the path) with its full key path."""
    if isinstance(data, list):
        for index, inner in enumerate(data):
            yield from values_at(inner, path, (*here, index))
    elif not path:
        if isinstance(data, str):
            yield data, here
    elif isinstance(data, Mapping) and path[0] in data:
        yield from values_at(data[path[0]], path[1:], (*here, path[0]))


def references(declarations: Sequence[Declaration], kinds: Mapping[str, Kind]) -> list[Fault]:
    """Names of code must be registered and within reach of the rule's area; ids of other rules must be declared."""
    ids: dict[str, set[str]] = defaultdict(set)
    for each in declarations:
        ids[each.kind].add(each.id)
    faults = []
    for each in declarations:
        for path, registry in kinds[each.kind].names.items():
            for name, place in values_at(each.content, path.split(".")):
                if name not in registry:
                    says = f"未登记的{registry.kind} {name}{nearest(name, registry)}"
                    faults.append(Fault(each.where(*place), says, "unknown-name"))
                elif not within_reach(registry[name].__module__, each.id):
                    says = f"{registry.kind} {name} 属于别的领域，{each.id} 不能使用"
                    faults.append(Fault(each.where(*place), says, "out-of-reach"))
        for path, target in kinds[each.kind].refers.items():
            target, *literal = target.split("|")
            for name, place in values_at(each.content, path.split(".")):
                if name not in ids[target] and name not in literal:
                    says = f"没有声明 {target} {name}{nearest(name, ids[target])}"
                    faults.append(Fault(each.where(*place), says, "unknown-id"))
    return faults


def within_reach(module: str, rule_id: str) -> bool:
    """True if a rule may name code of that module: its own, ``matters``'s and ``foundation``'s.

    An id begins with its area (``services.licence``) or with its module (``catalogue.publication``).
    """
    parts = module.split(".")
    return parts[0] != "yiwang" or parts[1] in COMMON_ROOMS or rule_id.split(".")[0] in parts[1:3]


def unique(register: Register, entries: Sequence[Entry]) -> list[Fault]:
    """No two entries of a register share their key."""
    seen: dict[tuple[Any, ...], str] = {}
    faults = []
    for entry in entries:
        key = tuple(getattr(entry.value, name) for name in register.key)
        if key and (first := seen.setdefault(key, entry.where)) != entry.where:
            shown = "、".join(str(part) for part in key)
            faults.append(Fault(entry.where, f"{shown} 与 {first} 重复", "duplicate"))
    return faults
