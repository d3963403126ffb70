"""Whom a report is for, by when, with which sections: 法治政府建设与责任落实督察工作规定 and the pack's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.insight.reports.rules.findings import EXPLAIN, MUST, Finding, finding
from yiwang.insight.reports.rules.wording import Part, tidy

MAIN, COPY, EITHER = "main", "copy", "either"
WHERE = {MAIN: "主送", COPY: "抄送", EITHER: "主送或者抄送"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody the report must reach: ``pattern`` is looked for in the names of that line."""

    title: str
    line: str
    pattern: str
    basis: str = ""


def due_before(year: int, month: int, day: int) -> date:
    """The first day on which last year's report is late."""
    return date(year + 1, month, day)


def recipients(wanted: Iterable[Recipient], main: Sequence[str], copies: Sequence[str]) -> list[Finding]:
    """Every recipient the rule asks for and neither line names."""
    lines = {MAIN: main, COPY: copies, EITHER: [*main, *copies]}
    return [
        finding(
            "recipient",
            EXPLAIN,
            f"请核对：{WHERE[one.line]}里没有{one.title}"
            + (f"（依据：{one.basis}）" if one.basis else "")
            + "。确不需要的，写明理由。",
            one.title,
        )
        for one in wanted
        if not any(re.search(one.pattern, name) for name in lines[one.line])
    ]


def lateness(year: int, before: date, signed_on: date, basis: str) -> list[Finding]:
    """A report signed on or after the day before which it is due."""
    if signed_on < before:
        return []
    says = f"{year}年度的报告须在{before.year}年{before.month}月{before.day}日之前报送（{basis}），成文日期{signed_on.year}年{signed_on.month}月{signed_on.day}日已经晚了，请写明理由。"
    return [finding("late", EXPLAIN, says, str(year))]


def early(year: int, signed_on: date) -> list[Finding]:
    """An annual report signed before its year is over says so."""
    if signed_on.year > year:
        return []
    says = f"成文日期{signed_on.year}年{signed_on.month}月{signed_on.day}日，{year}年还没有过完：请写明数据截止到哪一天、年底是否补报。"
    return [finding("late", EXPLAIN, says, "early", str(year))]


def sections(parts: Sequence[Part]) -> list[Finding]:
    """Sections the rule asks for that have no text."""
    return [
        finding("section", MUST, f"“{part.title}”还没有内容，这一节不能缺。", part.code, section=part.code)
        for part in parts
        if part.required and not tidy(part.text)
    ]


def words(parts: Sequence[Part], forbidden: Sequence[str], document: str) -> list[Finding]:
    """Words a document of this kind must not contain: a report asks for nothing (报告不得夹带请示事项)."""
    return [
        finding(
            "word",
            MUST,
            f"{document}里不得夹带请示事项，“{part.title}”里有“{word}”。",
            part.code,
            word,
            section=part.code,
            quote=word,
        )
        for part in parts
        for word in forbidden
        if word in part.text
    ]
