"""How a letter is made of its kind and its data. Pure: no database, no clock, no font."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from yiwang.foundation.letters.kinds import PLACEHOLDER, LetterKind, MessageKind, Part
from yiwang.foundation.seals.rules import private_oid
from yiwang.kernel.refusal import Fault, Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing a person reads or says wrong: no 0 O 1 I L
CODE_LENGTH = 12
TEXT_ROOM = 4000
LEDGER_DIGEST = private_oid("yiwang: digest of the ledger entry a letter was issued with")
LETTER_CODE = private_oid("yiwang: code of a letter")


class Incomplete(Refusal):
    """The letter cannot be written from these data; every fault is named."""

    code = "letter-incomplete"


def new_code() -> str:
    """A 查询码: 12 characters of 31, about 59 bits, unguessable."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """The code in groups of four, as it is printed and read out."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def plain_code(typed: str) -> str:
    """What somebody typed, as the code is stored."""
    return "".join(character for character in typed.upper() if character.isalnum())[:CODE_LENGTH]


def number(prefix: str, mark: str, year: int, serial: int) -> str:
    """文号: 机关代字 + mark + 〔year〕 + serial without leading zeros + 号 (GB/T 9704-2012 7.2.5)."""
    return f"{prefix}{mark}〔{year}〕{serial}号"


def check(kind: LetterKind, data: Mapping[str, Any]) -> None:
    """Refuse missing required fields and values of the wrong shape, naming all. Fields nobody declared are let be."""
    faults = []
    for name, field in kind.fields.items():
        value = data.get(name)
        if not value:
            if field.required:
                faults.append(Fault(name, f"缺少“{field.title}”", "missing"))
        elif not _fits(field.kind, value):
            faults.append(Fault(name, f"“{field.title}”的内容不符合格式", "misshapen"))
    if faults:
        raise Incomplete(f"《{kind.title}》的要素不完整，不能出具。", faults=faults)


def _fits(kind: str, value: Any) -> bool:
    if kind == "text":
        return isinstance(value, str | int) and len(str(value)) <= TEXT_ROOM
    if kind == "lines":
        return isinstance(value, list) and all(isinstance(line, str) for line in value)
    return isinstance(value, list) and all(
        isinstance(row, dict) and all(isinstance(cell, str | int) for cell in row.values()) for row in value
    )


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with each ``{name}`` replaced; an empty value leaves nothing behind."""
    return PLACEHOLDER.sub(lambda found: _said(values.get(found[1], "")), text)


def content(kind: LetterKind, data: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Headline, blocks, pairs, remedies and contact of a letter, all words in place.

    ``given`` holds what the renderer knows: addressee, organ, day, letter_number, code.
    """
    values = {**data, **given}
    return {
        "title": filled(kind.headline, values) or kind.title,
        "blocks": [block for part in kind.body if (block := _block(part, values)) is not None],
        "pairs": [
            {"title": kind.fields[name].title if name in kind.fields else "", "text": _said(values[name])}
            for name in kind.pairs
            if values.get(name)
        ],
        "remedies": filled(kind.remedies, values),
        "contact": filled(kind.contact, values) if data.get("phones") or not PLACEHOLDER.search(kind.contact) else "",
    }


GAP = "□"
MARKS = "①②③④⑤⑥⑦⑧⑨⑩"


def gapped(page: Mapping[str, Any], gaps: Mapping[str, str], *, plain: Collection[str] = ()) -> dict[str, Any]:
    """The page with ``□①`` wherever a character of ``gaps`` (character → its codes) stood, and under ``gaps`` what is to
    be written there by hand. Keys in ``plain`` are pictures and measures and stay as they are. At most ten."""
    marked = {ord(character): f"{GAP}{mark}" for character, mark in zip(gaps, MARKS, strict=False)}

    def filled_in(value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return value if name in plain else value.translate(marked)
        if isinstance(value, dict):
            return {key: filled_in(inner, key) for key, inner in value.items()}
        return [filled_in(inner) for inner in value] if isinstance(value, list) else value

    lines = [{"mark": mark, "codes": codes} for mark, codes in zip(MARKS, gaps.values(), strict=False)]
    return {**{key: filled_in(value, key) for key, value in page.items()}, "gaps": lines}


def message_text(kind: MessageKind, data: Mapping[str, Any]) -> str:
    """The message in words; refuses missing fields, naming all."""
    faults = [Fault(name, f"缺少“{name}”", "missing") for name in kind.fields if not data.get(name)]
    if faults:
        raise Incomplete(f"消息“{kind.title}”的要素不完整。", faults=faults)
    return filled(kind.text, data)


def _block(part: Part, values: Mapping[str, Any]) -> dict[str, Any] | None:
    if part.when and not values.get(part.when):
        return None
    if part.text:
        return {"kind": "text", "text": filled(part.text, values)}
    if part.lines:
        lines = values.get(part.lines) or []
        return {"kind": "list", "items": [str(line) for line in lines]} if lines else None
    rows = values.get(part.rows) or []
    numbered = [{"#": str(i), **row} for i, row in enumerate(rows, 1)]
    return {
        "kind": "table",
        "columns": [{"title": column.title, "width": column.width} for column in part.columns],
        "rows": [[str(row.get(column.field, "")) for column in part.columns] for row in numbered],
    }


def _said(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
