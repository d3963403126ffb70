"""What is wrong with a declared value, in the words of whoever writes the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from yiwang.kernel.refusal import Fault

SAYS: dict[str, str] = {
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "decimal_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期，如 2026-01-01（不加引号）",
    "date_from_datetime_parsing": "应为日期，如 2026-01-01",
    "date_parsing": "应为日期，如 2026-01-01",
    "time_parsing": "应为时刻，如 09:00:00",
    "list_type": "应为列表 [ … ]",
    "tuple_type": "应为列表 [ … ]",
    "set_type": "应为列表 [ … ]",
    "frozen_set_type": "应为列表 [ … ]",
    "dict_type": "应为表 { … }",
    "model_type": "应为表 { … }",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不符（须匹配 {pattern}）",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "须小于 {lt}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "enum": "只能是 {expected} 之一",
    "literal_error": "只能是 {expected} 之一",
}


def known_keys(schema: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in schema.model_fields.items()]


def nearest(word: str, known: Iterable[str]) -> str:
    """``，是否应为 xxx？`` when one known word is close, else nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"，是否应为 {close[0]}？" if close else ""


def dotted(path: Iterable[str | int]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def faults_of(error: ValidationError, schema: type[BaseModel], where: Callable[..., str]) -> list[Fault]:
    """Every fault pydantic found, each with its line and a Chinese sentence."""
    found = []
    for each in error.errors(include_url=False):
        path = tuple(part for part in each["loc"])
        name, kind = dotted(path), each["type"]
        context: dict[str, Any] = each.get("ctx", {})
        if kind == "missing":
            says, code = f"缺少必填项 {name}", "missing"
        elif kind == "extra_forbidden":
            hint = nearest(str(path[-1]), known_keys(schema)) if len(path) == 1 else ""
            says, code = f"未知的项 {name}{hint}", "unknown-key"
        elif kind == "value_error":
            says, code = (
                f"{name}：{context.get('error', each['msg'])}" if name else str(context.get("error")),
                "invalid",
            )
        elif kind in SAYS:
            says, code = (
                f"{name} {SAYS[kind].format_map(context)}",
                "wrong-type" if kind.endswith("_type") else "invalid",
            )
        else:
            says, code = f"{name} 不符合要求：{each['msg']}", "invalid"
        found.append(Fault(where(*path), says, code))
    return found
