"""Known sorts behind their total: 满意240件，一般5件，不满意1件; 一审41件、二审18件、再审3件. Sorts that leave nothing out are
what the figure before them divides into, however small it is; sorts that exclude each other are never more than it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.adding import (
    LEVEL,
    SIDES,
    fits,
    one_digit,
    one_slip_sum,
    open_ended,
    paired,
    slipped,
    surely_slipped,
)
from yiwang.insight.checker.claims import Claim, added_up, sum_claim
from yiwang.insight.checker.classes import Grade, grade
from yiwang.insight.checker.finders.sums import SOME
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

LONGEST = 12  # kinds one sort may have
GAP = 30  # signs between two of a list
CARRIED = re.compile(r"结转|(?<![比较与同])(?:上年|去年)(?!同期)|往年|旧存|存量")
# what is done to them: 工作室186个，覆盖行政村172个、社区24个
REACHED = re.compile(r"覆盖|涉及|惠及|服务|带动|走访|深入|辐射")
BEFORE = 6  # figures before the list among which its total may be


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each longest run of neighbouring counts called by the words of one sort."""
    counts = [one for one in quantities if one.summand]
    place = 0
    while place < len(counts):
        parts = _run(text, counts, place)
        if len(parts) < 2:
            place += 1
            continue
        claim = _judged(text, counts, place, parts)
        if claim is not None:
            yield claim
        place += len(parts)


def _run(text: Text, counts: Sequence[Quantity], place: int) -> list[Quantity]:
    """The longest list from ``place`` on whose names are kinds of one sort."""
    listed = [counts[place]]
    best: list[Quantity] = []
    for one in counts[place + 1 : place + LONGEST]:
        last = listed[-1]
        gap = re.sub(
            r"\([^()]*\)|[，、]?占[^，；、]*?\d[\d.]*%|[^，；。]{0,8}率\d[\d.]*%", "", text.flat[last.end : one.start]
        )
        apart = (one.sentence, one.depth, one.bracket if one.depth else -1) != (
            last.sentence,
            last.depth,
            last.bracket if last.depth else -1,
        )
        if apart or not alike(one, listed[0]) or len(gap) > GAP or re.search(r"[。：\d]", gap):
            break
        listed.append(one)
        if _grade(listed):
            best = list(listed)
    return best


def _grade(parts: Sequence[Quantity]) -> Grade | None:
    """How the names of the parts divide a whole; two of which one denies the other leave nothing out."""
    names = [_name(part) for part in parts]
    known = grade(names)
    if known is None and paired(names):  # 受理 and 不予受理 leave what was withdrawn
        return "kinds" if open_ended(parts) or all(LEVEL.search(name) for name in names) else "whole"
    return known


def _name(one: Quantity) -> str:
    """What a part is called: the words before it, or those behind it where none stand before (3件不满意)."""
    return re.sub("^其中", "", one.label)[-14:] or one.tail[:8]


def _judged(text: Text, counts: Sequence[Quantity], place: int, parts: Sequence[Quantity]) -> Claim | None:
    first, added = parts[0], added_up(parts)
    sure = _grade(parts)
    before = [
        one
        for one in reversed(counts[max(0, place - BEFORE) : place])
        if alike(one, first) and first.sentence - one.sentence <= 1 and one.depth <= first.depth
    ]
    if any(fits(one, parts) for one in before):
        return next(sum_claim(one, parts, good=True) for one in before if fits(one, parts))
    opening = text.flat[text.bounds(first.sentence)[0] : first.start]
    if (
        any(one.about for one in parts)
        or any(SIDES.search(_name(one)) for one in parts)
        or CARRIED.search(_own_words(text, _last_before(counts, place), first))
        or SOME.search(opening[-24:])
        or REACHED.search(opening[-12:])
        or re.match(r"[^，；。、\d]{0,3}等", text.flat[parts[-1].end : parts[-1].end + 8])
    ):
        return None
    total = _total(text, counts, place, parts, before)
    if total is None or total.about or grade([_name(total), *(_name(part) for part in parts)]):
        return None  # 制定12件，修改5件，废止8件: the first is one of them
    known = grade([_name(part) for part in parts]) is not None
    slip = one_slip_sum(parts, total)
    if sure == "whole" and total.value / 12 < added < total.value * 12 and (slip or (known and added > total.value)):
        return sum_claim(total, parts, good=False)
    if slip and ((sure == "kinds" and added > total.value) or surely_slipped(added, total.value)):
        return sum_claim(total, parts, good=False)
    return None


def _last_before(counts: Sequence[Quantity], place: int) -> Quantity:
    """The figure before a list, not counting what stands in brackets between."""
    first = counts[place]
    return next((one for one in reversed(counts[max(0, place - 4) : place]) if one.depth <= first.depth), first)


def _own_words(text: Text, before: Quantity, first: Quantity) -> str:
    """The words of a list's sentence, without the bracket right behind the figure before it: 审结39件(含上年结转3件)，维持……"""
    begin, end = text.bounds(first.sentence)
    own = re.match(r"\([^()]*\)", text.flat[before.end : first.start])
    cut = before.end + own.end() if own and before.start >= begin else begin
    return text.flat[begin : before.start if own else begin] + text.flat[cut:end]


def _total(
    text: Text, counts: Sequence[Quantity], place: int, parts: Sequence[Quantity], before: Sequence[Quantity]
) -> Quantity | None:
    """The figure right before the list and of its sentence; behind ； the one that one slip would make fit."""
    first, added = parts[0], added_up(parts)
    here = [one for one in before if one.sentence == first.sentence and one.unit == first.unit]
    if not here and text.flat.startswith(
        "其中", text.bounds(first.sentence)[0]
    ):  # 处罚案件86件。其中简易31件，普通55件。
        here = [one for one in before if one.sentence == first.sentence - 1 and one.unit == first.unit]
        return here[0] if len(here) == 1 and one_slip_sum(parts, here[0]) else None
    if not here or here[0] is not _last_before(counts, place):
        return None
    between = text.flat[here[0].end : first.start]
    if not one_slip_sum(parts, here[0]) and grade([_name(part) for part in parts]):
        other = [one for one in here[1:] if one.value >= max(added / 12, Decimal(20)) and one_slip_sum(parts, one)]
        if len(other) == 1:
            return other[0]
    if "；" in between:
        close = [one for one in here if one_digit(added, one.value) or slipped(added, one.value, least=10)]
        return close[0] if len(close) == 1 else None
    if here[0].value < max(Decimal(2), first.value / 12) or len(re.sub(r"\([^()]*\)", "", between)) > 40:
        return None
    return here[0]
