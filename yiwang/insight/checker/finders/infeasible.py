"""Percentages no whole number gives: 受理13件，同比增长15.3%; 诉求37件，其中咨询类占45.6%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from yiwang.insight.checker.claims import Claim, percent_of, shown, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import hundred, possible
from yiwang.insight.checker.quantities import Quantity

GROWN = re.compile(
    r"[，(]?(?:较|比|与)?(?:上年|去年|上一年|去年同期|上年同期)?(?:同比|相比)?(增长|上升|增加|下降|减少|降低)(?:了)?"
)
YEARLY = re.compile(r"同比|上年|去年|同期")
SHARE = re.compile(
    r"(?:，其中|，|中，|中)[^，；。：()\d]{1,10}(?:类|件|项|的)?占(?:比|总数的|总量的|比为)?(?:为|达|约)?"
)
LARGEST = 3000  # above it some whole number prints as almost any percentage


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """A small exact count and, right behind it, a growth or a share that none of the counts it could be of prints as."""
    for place, (whole, rate) in enumerate(pairwise(quantities)):
        if place and _listed(text, quantities[place - 1], whole):
            continue  # 案件586件，其中民事312件、刑事268件、行政6件，同比增长8.5%: all of them grew
        if not (rate.percent and whole.count and whole.exact and not rate.about and 5 <= whole.value <= LARGEST):
            continue
        if whole.sentence != rate.sentence or whole.unit in ("", "元", "亩", "公里"):
            continue
        between = text.flat[whole.end : rate.start]
        grown = GROWN.fullmatch(between)
        if grown and YEARLY.search(between):
            yield from _growth(whole, rate, less=grown[1] in ("下降", "减少", "降低"))
        elif SHARE.fullmatch(between) and rate.value < 100 and not possible(rate, whole):
            yield none_gives("share", rate, whole, "占比")


def _listed(text: Text, before: Quantity, one: Quantity) -> bool:
    """True for the last of a list of parts."""
    begin = text.bounds(one.sentence)[0]
    return (
        re.fullmatch(r"[、和及][^，；。：()\d]{1,16}", text.flat[before.end : one.start]) is not None
        and re.search(r"其中|包括|分别|\(", text.flat[begin : before.start]) is not None
    )


def _growth(now: Quantity, rate: Quantity, *, less: bool) -> Iterator[Claim]:
    factor = 1 - rate.value / hundred(rate) if less else 1 + rate.value / hundred(rate)
    if factor <= 0:
        return
    guess = int(now.value / factor)
    tried = [Decimal(n) for n in range(max(guess - 2, 1), guess + 4)]
    sizes = {old: percent_of(abs(now.value - old), old, rate) for old in tried if (old > now.value) == less}
    if not sizes or any(rate.could_be(size) for size in sizes.values()):
        return
    near = min(sizes, key=lambda old: abs(sizes[old] - rate.value))
    size = round(sizes[near], 2)
    yield Claim(
        kind="difference",
        verdict="infeasible",
        says=f"请核对：本期为{shown(now.value)}，上年同期取哪个整数都不会是{shown(rate.value)}{rate.unit}"
        f"（最接近的是上年{shown(near)}，变化{shown(size)}{rate.unit}）。可能是本期数或变化幅度笔误，也可能比较的口径不同。",
        parts=(now.value,),
        stated=rate.value,
        computed=size,
        **spanning([now, rate]),
    )


def none_gives(kind: Literal["ratio", "share"], rate: Quantity, whole: Quantity, name: str) -> Claim:
    """The claim that no whole number of ``whole`` prints as the rate, with the two that come nearest."""
    called = "占比" if kind == "share" else "比率"
    low = rate.value * whole.value / hundred(rate) // 1
    tried = "、".join(
        f"{shown(n)}÷{shown(whole.value)}={shown(round(percent_of(n, whole.value, rate), 2))}{rate.unit}"
        for n in (low, min(low + 1, whole.value))
    )
    return Claim(
        kind=kind,
        verdict="infeasible",
        says=f"请核对：总数为{shown(whole.value)}时，{name}不可能是{shown(rate.value)}{rate.unit}（最接近的是{tried}）。"
        f"可能是总数或{called}笔误，也可能{called}另有口径。",
        denominator=whole.value,
        stated=rate.value,
        computed=round(percent_of(low, whole.value, rate), 2),
        **spanning([whole, rate]),
    )
