"""Repeats: one figure stated twice with different values, recognised by the words before and behind it."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from yiwang.insight.checker.claims import Claim, mistyped, shown, spanning
from yiwang.insight.checker.finders.days import report_year
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import PERCENT, Quantity

FILLERS = re.compile(
    r"目前|现有|现|已经?|共计|合计|总计|累计|一共|共有|共|达到|达|约|近|为|有|全部|完成|实现|推出|的|了|我[局市区县镇]|全[市区县镇]|等|个|项"
)
SCOPES = re.compile(
    r"(?:19|20)\d\d年|[上去前今明本]年|同期|第[一二三四]季度|[上下]半年|\d{1,2}月|同比|环比|分别|其中|新增|另|其他|每|平均|人均"
)
GROWTH = re.compile(r"同比|环比|增|降|减|升|提高|提速|缩|占")
SHORTEST = 5  # signs of a name by which two figures may be called the same


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Pairs of figures with the same name and unit. Equal ones agree; different ones are named if one looks like a slip
    of the other, for a name that returns with another value mostly counts something else."""
    year = f"{report_year(text) or ''}年"
    called: dict[tuple[str, str], list[Quantity]] = defaultdict(list)
    for one in quantities:
        name = _name(text, one)
        if len(name) >= SHORTEST and not one.about and (one.value >= 20 or one.percent):
            called[name, one.unit].append(one)
    for group in called.values():
        for one, other in itertools.pairwise(group):
            if one.sentence == other.sentence:
                continue
            if one.value == other.value:
                yield _claim(one, other, good=True)
            elif (
                one.unit != PERCENT
                and mistyped(one.value, other.value)
                and _same_period(_periods(text, one), _periods(text, other), year)
            ):
                yield _claim(one, other, good=False)


def _name(text: Text, one: Quantity) -> str:
    label = re.split(r"[，；。：()、]", text.flat[max(0, one.start - 14) : one.start])[-1]
    if GROWTH.search(label):
        return ""
    label = FILLERS.sub("", label)[-6:]
    tail = re.split(r"(?:在|可|均|全部|实现|进驻|办理|已|，)", one.tail)[0]
    tail = FILLERS.sub("", tail)[:8]
    return f"{label}|{tail}" if (label and len(tail) >= 2) or len(label) >= 4 else ""


def _same_period(one: tuple[str, ...], other: tuple[str, ...], year: str) -> bool:
    """True if the two speak of the same time and scope; the year the report is about need not be named again."""
    return [word for word in one if word != year] == [word for word in other if word != year]


def _periods(text: Text, one: Quantity) -> tuple[str, ...]:
    """The years and scopes the sentence speaks of before the figure."""
    begin = text.bounds(one.sentence)[0]
    return tuple(SCOPES.findall(text.flat[begin : one.start]))


def _claim(one: Quantity, other: Quantity, *, good: bool) -> Claim:
    if good:
        says = f"前后两处均为{shown(one.value)}。"
    else:
        says = f"请核对：同一数据前文为{shown(one.value)}{one.unit}，后文为{shown(other.value)}{other.unit}。可能是其中一处笔误，也可能时间或范围不同而未说明。"
    return Claim(
        kind="repeat",
        verdict="consistent" if good else "inconsistent",
        says=says,
        parts=(one.value, other.value),
        stated=other.value,
        computed=one.value,
        **spanning([one, other]),
    )
