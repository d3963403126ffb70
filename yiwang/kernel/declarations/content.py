"""What a rule says, as data: for checking, for storing without loss, and as the text its digest is taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from pydantic import BaseModel, ValidationError

from yiwang.kernel.declarations import checks, wording
from yiwang.kernel.refusal import Fault


def plain(value: Any) -> Any:
    """TOML data as JSON knows it: days and times become ISO text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


TYPED: dict[str, type[date] | type[time]] = {
    "$moment": datetime,
    "$day": date,
    "$time": time,
}  # moment first: a datetime is a date as well


def pack_up(value: Any) -> Any:
    """TOML data for storing: days and times are tagged, so that ``unpack`` gives back exactly what the file said."""
    if isinstance(value, dict):
        return {key: pack_up(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [pack_up(inner) for inner in value]
    for tag, typed in TYPED.items():
        if isinstance(value, typed):
            return {tag: value.isoformat()}
    return value


def unpack(value: Any) -> Any:
    """The reverse of ``pack_up``."""
    if isinstance(value, dict):
        for tag, typed in TYPED.items():
            if set(value) == {tag}:
                return typed.fromisoformat(value[tag])
        return {key: unpack(inner) for key, inner in value.items()}
    return [unpack(inner) for inner in value] if isinstance(value, list) else value


def canonical(content: Mapping[str, Any]) -> str:
    """The text a rule's digest is taken over: sorted keys, no blanks; comments and layout of the file do not count."""
    return json.dumps(pack_up(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def kept(content: Mapping[str, Any]) -> str:
    """The text a rule is stored as: what ``canonical`` says, in the order of the file, in which people see its choices."""
    return json.dumps(pack_up(content), ensure_ascii=False, separators=(",", ":"))


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
