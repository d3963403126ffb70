"""Checking a table of existing certificates (存量电子化): every fault of every row, before anything is entered.

Needs only what is handed in; the report names lines, columns and what is wrong, never what a line says of somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from yiwang.foundation.files import tables
from yiwang.foundation.letters import fonts
from yiwang.services.certificates import rules
from yiwang.services.certificates.kinds import HOLDERS, CertificateType

NUMBER, HOLDER, CODE = "证照编号", "持证主体", "持证主体代码"
ISSUED, SINCE, UNTIL = "发证日期", "有效期起", "有效期至"
COLUMNS = (NUMBER, HOLDER, CODE, ISSUED, SINCE, UNTIL)
FOREVER = {"长期", "无固定期限", "长期有效"}
LONGEST_NUMBER = 120
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` is the line of the file, the heads being line 1."""

    row: int
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row that may be entered."""

    row: int
    number: str
    party_id: int
    issued_on: date
    valid_from: date
    valid_until: date | None
    values: Mapping[str, str]


@dataclass(slots=True)
class Checked:
    """What checking found; ``known`` are rows that say what the register says already."""

    rows: int = 0
    lines: list[Line] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})


@dataclass(frozen=True, slots=True)
class There:
    """A certificate the register has under that number."""

    party_id: int
    valid_from: date
    valid_until: date | None


def check(
    rows: Sequence[Mapping[str, str]],
    kind: CertificateType,
    *,
    on: date,
    party_of: Callable[[str, str], tuple[int, bool] | None],
    there: Mapping[str, There],
) -> Checked:
    """All faults of all rows. ``party_of(name, code)`` answers the registered party and whether it is a firm, or ``None``;
    ``there`` is what the organ has registered already, by number."""
    found = Checked(rows=len(rows))
    seen: dict[str, int] = {}
    for row, said in tables.numbered(rows):
        text = {name: (said.get(name) or "").strip() for name in (*COLUMNS, *(f.title for f in kind.fields.values()))}
        faults = [Fault(row, column, says) for column, says in _faults(text, kind, on)]
        number = text[NUMBER]
        if number and number in seen:
            faults.append(Fault(row, NUMBER, f"与第{seen[number]}行重复"))
        seen.setdefault(number, row)
        party = party_of(text[HOLDER], text[CODE]) if text[HOLDER] and text[CODE] else None
        if text[HOLDER] and text[CODE] and party is None:
            faults.append(Fault(row, CODE, "没有登记过这个持证主体，或者名称与代码不符"))
        elif party is not None and kind.holder != "any" and party[1] != (kind.holder == "firm"):
            faults.append(Fault(row, HOLDER, f"这类证照的持证主体应为{HOLDERS[kind.holder]}"))
        since, until = _day(text[SINCE]), None if text[UNTIL] in FOREVER else _day(text[UNTIL])
        if faults or party is None or since is None:
            found.faults += faults
            continue
        known = there.get(number)
        if known is not None and known == There(party[0], since, until):
            found.known += 1
        elif known is not None:
            found.faults.append(Fault(row, NUMBER, "这个编号已经登记，但持证主体或有效期与登记不一致，请核对"))
        else:
            values = {name: text[f.title] for name, f in kind.fields.items() if text[f.title]}
            found.lines.append(Line(row, number, party[0], _day(text[ISSUED]) or since, since, until, values))
    return found


def _faults(text: Mapping[str, str], kind: CertificateType, on: date) -> list[tuple[str, str]]:
    """What is wrong with a row by itself."""
    faults = [(name, "没有填写") for name in (NUMBER, HOLDER, CODE, SINCE, UNTIL) if not text[name]]
    faults += [(f.title, "没有填写") for f in kind.fields.values() if f.required and not text[f.title]]
    faults += [(f.title, f"不能超过{f.longest}字") for f in kind.fields.values() if len(text[f.title]) > f.longest]
    if len(text[NUMBER]) > LONGEST_NUMBER:
        faults.append((NUMBER, f"不能超过{LONGEST_NUMBER}字"))
    faults += [(name, "应写成 2026-09-24 的样子") for name in (ISSUED, SINCE) if text[name] and not _day(text[name])]
    since, until = _day(text[SINCE]), _day(text[UNTIL])
    if text[UNTIL] and text[UNTIL] not in FOREVER and until is None:
        faults.append((UNTIL, "应写成 2026-09-24 的样子，没有期限的写“长期”"))
    if since and since > on:
        faults.append((SINCE, "晚于今天，不是已经发出的证照"))
    if since and until and until < since:
        faults.append((UNTIL, "早于有效期起"))
    if since and kind.validity_years:
        first_free = rules.years_after(since, kind.validity_years)
        if text[UNTIL] in FOREVER or (until is not None and until >= first_free):
            faults.append((UNTIL, f"长于这类证照规定的{kind.validity_years}年"))
    for name, said in text.items():
        if lost := fonts.missing([said]):
            named = "、".join(f"U+{ord(character):04X}" for character in lost)
            faults.append((name, f"有字库没有的字（{named}），请换用规范字形"))
    return faults


def _day(text: str) -> date | None:
    if (found := DAY.fullmatch(text)) is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
