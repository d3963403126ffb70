"""Sums nobody announces: 共886宗，已办结743宗，阶段性办结143宗, and lists of sorts behind their total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from yiwang.insight.checker import asides
from yiwang.insight.checker.adding import (
    REST,
    SIDES,
    WINDOW,
    fits,
    leaves_out,
    of_a_kind,
    one_slip_sum,
    open_ended,
    opposed,
    paired,
    slipped,
    surely_slipped,
)
from yiwang.insight.checker.claims import Claim, added_up, near, sum_claim
from yiwang.insight.checker.finders.sums import SOME
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

CARRIED = re.compile(r"结转|(?<![比较与同])(?:上年|去年)(?!同期)|往年|存量|遗留|跨年|旧存")
BACK = 3  # sentences back in which a total may stand
WHOLE = re.compile(r"共|总|累计|受理|收到|接到|接收|登记|承办|交办|办理|公开|发布|查办|检查")
SORTED = re.compile(r"分类|类型|类别|中，[^，]*$|看[，：]|如下|情况|：[^，；、]*$")
STATUS = re.compile(r"办结|满意|整改|受理|答复|处置|完成|审结|化解|评")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Neighbouring counts whose names exclude each other, and lists, against a total before them."""
    counts = [one for one in quantities if one.summand]
    taken: set[int] = set()
    for maker in (_excluding, _lists):
        for claim in maker(text, counts):
            if not taken.intersection(claim.places[1:]):
                taken.update(claim.places[1:])
                yield claim


def _excluding(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    for place, first in enumerate(counts):
        group = [first]
        for one in counts[
            place + 1 : place + 6
        ]:  # what is counted otherwise may stand between: 40项，215587万元，正在整改10项
            if one.sentence != first.sentence:
                break
            if (one.unit, one.depth) == (first.unit, first.depth):
                group.append(one)
        for size in (3, 2):
            parts = group[:size]
            labels = [one.label for one in parts]
            if len(parts) < size or not (_alike_stems(labels) or paired(labels) or opposed(labels)):
                continue
            claim = _with_a_total(
                text, counts[max(0, place - WINDOW) : place], parts, sure=_alike_stems(labels) or paired(labels)
            )
            if claim is not None:
                yield claim
                break


def _with_a_total(text: Text, before: Sequence[Quantity], parts: Sequence[Quantity], *, sure: bool) -> Claim | None:
    """The total such parts belong to: one they add up to, else the one right before them or called like them."""
    first = parts[0]
    totals = [
        one
        for one in reversed(before)
        if one.unit == first.unit and one.sentence >= first.sentence - BACK and one.depth <= first.depth
    ]
    for one in totals:
        if fits(one, parts) and (one.sentence == first.sentence or one.value >= 20):
            return sum_claim(one, parts, good=True)
    added = added_up(parts)
    if open_ended(parts):
        totals = [one for one in totals if added > one.value]
    if any(one.about for one in parts) or CARRIED.search(text.flat[slice(*text.bounds(first.sentence))]):
        return None
    totals = [one for one in totals if not one.about and one.depth == first.depth]
    earlier = [one for one in totals if one.sentence < first.sentence]
    totals = [one for one in totals if one.sentence == first.sentence]
    told = next(
        (
            one
            for one in earlier
            if (WHOLE.search(one.label) and (near(added, one.value) or surely_slipped(added, one.value)))
            or (sure and surely_slipped(added, one.value) and one_slip_sum(parts, one))
        ),
        None,
    )
    close = [one for one in totals if near(added, one.value) and max(one.value, added) >= 20]
    if close:
        return sum_claim(min(close, key=lambda one: abs(one.value - added)), parts, good=False)
    if told is not None and added >= 20 and told.sentence >= first.sentence - 1:
        return sum_claim(told, parts, good=False)
    counted = next((one for one in reversed(before[-3:]) if one.unit == first.unit), None)
    if counted is not None and len(parts) == 2 and _right_behind(counted, parts, added):
        return sum_claim(counted, parts, good=False)
    if not sure or not totals:
        return None
    called = [
        one
        for one in totals
        if len(_pairs_of(one.label + one.tail) & _pairs_of(first.label)) >= 2 and not re.search("已|未", one.label)
    ]
    nearest = totals[0] is before[-1] and first.value <= totals[0].value * 2 and STATUS.search(first.label)
    total = called[0] if called else totals[0] if nearest else None
    if total is not None and total.value * 3 / 5 < added < total.value * 8 / 5:
        return sum_claim(total, parts, good=False)
    return None


def _right_behind(total: Quantity, parts: Sequence[Quantity], added: Decimal) -> bool:
    """True for the figure of their kind right before two that complete each other, if one slip keeps them from it: where the numbers are
    small only if they are more than it, or less by one or a tenth at most."""
    if total.unit != parts[0].unit or total.about or total.depth != parts[0].depth:
        return False
    if len({one.step for one in (total, *parts)}) > 1:
        return False
    if parts[0].sentence - total.sentence > 1 or not one_slip_sum(parts, total):
        return False
    if total.value >= 100:
        return min(one.value for one in parts) * 200 > total.value
    few = max(Decimal(1), total.value / 10)
    return total.value >= 5 and (total.value < added < total.value * 3 or total.value - added <= few)


def _pairs_of(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1)}


def _alike_stems(labels: Sequence[str]) -> bool:
    stems = {label[-2:] if label.endswith(("办结", "受理", "满意", "事项", "完成", "整改")) else "" for label in labels}
    return len(labels) == 3 and len(stems) == 1 and "" not in stems


# -- lists ---------------------------------------------------------------------------------------------------------------


def _lists(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    """清理文件56件，保留38件、修改6件、废止12件; 工单分类：求决类1878件、咨询类267件……, the total up to three sentences back."""
    place = 0
    while place < len(counts):
        parts = _list_from(text, counts, place)
        place += max(len(parts), 1)
        if len(parts) < 2 or any(SIDES.search(one.label) for one in parts[1:]):
            continue
        begin = place - len(parts)
        first = max(0, begin - WINDOW)
        stretches = list(_stretches(parts))
        yield from stretches
        if stretches:
            continue
        for own, before in ((parts, counts[first:begin]), (parts[1:], counts[first : begin + 1])):
            claim = _against(text, own, before)
            if claim is not None:
                yield claim
                break


def _stretches(parts: Sequence[Quantity]) -> Iterator[Claim]:
    """收到3059条，部门1904条，各县1155条，咨询1160条、投诉1859条、建言40条: one total divided again and again."""
    total, begin = parts[0], 1
    if not total.exact or total.value < 100:
        return
    for end in range(3, len(parts) + 1):
        own = parts[begin:end]
        if len(own) >= 2 and all(one.exact for one in own) and fits(total, own):
            yield sum_claim(total, own, good=True)
            begin = end


def _list_from(text: Text, counts: Sequence[Quantity], place: int) -> list[Quantity]:
    """Counts of one kind from ``place`` on with nothing but their names between them."""
    parts = [counts[place]]
    for one in counts[place + 1 : place + WINDOW]:
        last = parts[-1]
        gap = re.sub(r"\([^()]*\)|占[^，；、]*?\d[\d.]*%", "", asides.without(text.flat[last.end : one.start]))
        if (
            one.sentence != last.sentence
            or one.depth != last.depth
            or not alike(one, parts[0])
            or len(gap) > 24
            or re.search(r"[。：\d]|其中|包括", gap)
            or len(re.findall("[，、；]", gap)) > 2
        ):
            break
        parts.append(one)
    return parts


def _against(text: Text, parts: Sequence[Quantity], before: Sequence[Quantity]) -> Claim | None:
    first = parts[0]
    if len(parts) < 2 or (len(parts) == 2 and added_up(parts) < 100):
        return None
    totals = [
        one
        for one in reversed(before)
        if alike(one, first) and one.sentence >= first.sentence - BACK and one.depth <= first.depth
    ]
    for one in totals:
        tight = one.unit == first.unit or len(parts) >= 3
        if tight and one.exact and all(part.exact for part in parts) and fits(one, parts):
            return sum_claim(one, parts, good=True)
    told = [one for one in totals if one.unit == first.unit and not one.about and one.depth == first.depth]
    if not told or any(part.about for part in parts):
        return None
    added = added_up(parts)
    nearest = told[0]
    if len(parts) == 2:
        surely = nearest.start == before[-1].start and nearest.sentence == first.sentence and not open_ended(parts)
        rest = REST.search(parts[-1].label) and one_slip_sum(parts, nearest) and added >= 20
        if (
            surely
            and (rest or surely_slipped(added, nearest.value))
            and max(part.value for part in parts) < nearest.value * 10
        ):
            return sum_claim(nearest, parts, good=False)
        return None
    between = text.flat[nearest.end : first.start]
    joined = all(text.flat[a.end : b.start].count("、") == 1 for a, b in pairwise(parts))
    begins = re.match(r"[^，；。：、\d]{0,12}[，：][^，；。：、\d]{1,12}$", between)
    right_before = nearest.start == before[-1].start
    if (
        right_before
        and not leaves_out(parts, nearest)
        and not SOME.search(between)
        and added >= 20
        and (
            (joined and begins and near(added, nearest.value))
            or (of_a_kind(parts) and nearest.sentence >= first.sentence - 1 and slipped(added, nearest.value))
        )
    ):
        return sum_claim(nearest, parts, good=False)
    opening = text.flat[text.bounds(first.sentence)[0] : first.start]
    if len(parts) < 4 or not SORTED.search(opening) or SOME.search(opening):
        return None
    for whole in told:
        missed = slipped(added, whole.value, least=10) or whole.value * 4 / 5 < added < whole.value * 5 / 4
        if WHOLE.search(whole.label) and missed and not leaves_out(parts, whole):
            return sum_claim(whole, parts, good=False)
    return None
