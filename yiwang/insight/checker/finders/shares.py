"""Shares: 咨询类33523件，占47.09%. Shares that follow each other have one whole, so the many tell which one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from yiwang.insight.checker.adding import one_digit, slipped, swapped
from yiwang.insight.checker.claims import Claim, added_up, near, percent_of, sum_claim
from yiwang.insight.checker.parts import Item, items, runs, share_claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import fine, gives, implied, one_slip, variants
from yiwang.insight.checker.quantities import Quantity, alike

# shares of something larger than the report speaks of, or of another year
ELSEWHERE = re.compile(r"全国|全省|全球|同期|上年|去年|GDP|生产总值|人口|预算(?!收入|支出)")
WHOLE = re.compile(
    r"应|需|须|共|总|累计|全部|全年|收到|受理|接到|登记|产生|抽查|抽取|参加|涉及|交办|任务|核查|检查|现有|办理|立案|收案|审结|判处|提案|交由|征集"
)
NARROWED = re.compile(r"其中|中，|中有|当中|里")
WINDOW = 120  # figures before the first share among which its whole may be
FAR = 4  # sentences back in which a whole may stand


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each share against the whole that most of its neighbours share, and what the parts of one whole add up to."""
    found = items(text, quantities)
    for run in runs(text, found):
        yield from _judged(text, quantities, run, found)


def _judged(text: Text, quantities: Sequence[Quantity], run: Sequence[Item], every: Sequence[Item]) -> Iterator[Claim]:
    first = run[0]
    parts = {item.part.start for item in run}
    near_by = [
        one
        for one in quantities[max(0, first.place - WINDOW) : run[-1].place]
        if one.summand
        and one.value > 0
        and one.sentence >= first.rate.sentence - (FAR if len(run) == 1 else 2 * FAR)
        and one.depth <= first.part.depth + 1
    ]
    wholes = [one for one in near_by if one.start not in parts and one.start < run[-1].part.start]
    behind = _told_behind(text, quantities, run)
    if behind is not None:
        wholes.append(behind)
    fitting = {
        one.start: [item for item in run if (one is behind or one.start < item.part.start) and _fits(item, one)]
        for one in wholes
    }
    misprinted = _misprinted(text, run, wholes)
    if misprinted is not None:
        yield misprinted
        return
    common = max(wholes, key=lambda one: (len(fitting[one.start]), one.start), default=None)
    agreed = fitting[common.start] if common else []
    settled: set[int] = set()
    for item in run:
        if common and item in agreed:
            yield share_claim(item, common, good=True)
            settled.add(item.place)
            continue
        whole = next((one for one in reversed(near_by) if _own_whole(text, item, one, parts, agreed)), None)
        if whole is not None:
            yield share_claim(item, whole, good=True)
            settled.add(item.place)
    left = [item for item in run if item.place not in settled and not (item.rate.about or item.part.about)]
    if not agreed and len(left) == len(run) > 1:
        yield from _unfitting(text, run, wholes)
        return
    if common and len(agreed) >= 2:
        closed = [item for item in (*agreed, *left) if not item.part.about]
        if len(closed) == len(run) and _hundred(closed):  # a set over several sentences: A类…。B类…。
            yield from _added(closed, common)
        else:
            for sentence in sorted({item.part.sentence for item in agreed}):
                yield from _added([item for item in (*agreed, *left) if item.part.sentence == sentence], common)
    for item in left:
        suspect = _suspect(text, item, common if agreed else None, agreed, wholes, run)
        if suspect is not None and not _of_another(item, suspect, every):
            yield share_claim(item, suspect, good=gives(item.rate, item.part, suspect))


def _misprinted(text: Text, run: Sequence[Item], wholes: Sequence[Quantity]) -> Claim | None:
    """The total that one slip keeps from the sum of all parts, where every share is one of that sum and they leave nothing
    out: then the shares say what the total should be."""
    parts = [item.part for item in run]
    if len(run) < 2 or not _hundred(run) or not all(part.exact for part in parts):
        return None
    added = replace(parts[0], value=added_up(parts))
    if not all(gives(item.rate, item.part, added) for item in run):
        return None
    stated = [
        one
        for one in wholes
        if one.unit == added.unit and one.end <= parts[0].start and one.exact and _divided(text, one, parts[0])
    ]
    close = [one for one in stated if parts[0].sentence - one.sentence <= 1]
    if any(one.value == added.value for one in close or stated) or not stated:
        return None
    whole = stated[-1]
    slip = one_digit(added.value, whole.value) or swapped(added.value, whole.value)
    return sum_claim(whole, parts, good=False) if slip and whole.value >= 20 else None


def _divided(text: Text, whole: Quantity, part: Quantity) -> bool:
    return bool(WHOLE.search(whole.label + whole.tail[:2]) or NARROWED.search(text.flat[whole.end : part.start]))


def _told_behind(text: Text, quantities: Sequence[Quantity], run: Sequence[Item]) -> Quantity | None:
    """甲349件，占31.4%；……其他245件，占22.0%。合计1113件: the total told right behind its shares."""
    last = run[-1]
    after = next((one for one in quantities[last.place + 1 : last.place + 2] if one.count), None)
    if len(run) < 2 or after is None or after.unit != last.part.unit or not after.exact:
        return None
    between = text.flat[last.rate.end : after.start]
    return after if re.fullmatch(r"[，；。\n]?(?:以上)?(?:合计|共计|总计|共)[^，；。\d]{0,6}", between) else None


def _fits(item: Item, whole: Quantity) -> bool:
    return (
        item.part.value <= whole.value
        and whole.value >= 5
        and (alike(item.part, whole) or item.part.sentence == whole.sentence)
        and fine(item.rate, item.part, whole)
        and gives(item.rate, item.part, whole)
    )


def _own_whole(text: Text, item: Item, whole: Quantity, parts: set[int], agreed: Sequence[Item]) -> bool:
    """True if a share that does not fit its neighbours' whole has another: what 其中 divides, or the count before it."""
    if whole.start >= item.part.start or not _fits(item, whole):
        return False
    divided = NARROWED.search(text.flat[whole.end : item.part.start])
    return len(agreed) < 2 or (
        whole.sentence == item.part.sentence and (whole.start not in parts or divided is not None)
    )


def _unfitting(text: Text, run: Sequence[Item], wholes: Sequence[Quantity]) -> Iterator[Claim]:
    """A stated total no share fits, though the shares agree among themselves: then the total is the slip."""
    parts = [item.part for item in run]
    stated = [
        one
        for one in wholes
        if one.unit == parts[0].unit and one.exact and one.end <= parts[0].start and _divided(text, one, parts[0])
    ]
    if not all(part.exact for part in parts):
        return
    if not stated:
        yield from _odd_one(run, parts) if len(run) > 2 else _closed_pair(run, parts)
        return
    whole, added = stated[-1], added_up(parts)
    if all(item.rate.could_be(percent_of(item.part.value, added, item.rate)) for item in run):
        close = whole.sentence >= run[0].rate.sentence - FAR
        if slipped(added, whole.value) or (close and one_digit(added, whole.value)):
            yield sum_claim(whole, parts, good=False)
        return
    ranges = [implied(item.rate, item.part) for item in run]
    low, high = max(one[0] for one in ranges), min(one[1] for one in ranges)
    if low > high or (high - low > 20 and (high - low) * 100 > high):
        return
    for one in reversed(stated):  # the total of which one digit is another than the shares make it
        if not low <= one.value <= high and any(low <= other.value <= high for other in variants(one)):
            yield share_claim(run[0], one, good=False)
            return


def _odd_one(run: Sequence[Item], parts: Sequence[Quantity]) -> Iterator[Claim]:
    """The one share that does not fit the sum of all parts where the others do."""
    whole = replace(parts[0], value=added_up(parts))
    odd = [item for item in run if not gives(item.rate, item.part, whole)]
    if len(run) >= 3 and len(odd) == 1 and all(item.rate.value >= 5 for item in run):
        yield share_claim(odd[0], whole, good=False)


def _closed_pair(run: Sequence[Item], parts: Sequence[Quantity]) -> Iterator[Claim]:
    """窗口12560件，占35.2%；网上23120件，占64.8%: two shares that leave nothing out are of the two together."""
    whole = replace(parts[0], value=added_up(parts))
    fit = [gives(item.rate, item.part, whole) for item in run]
    closed = _hundred(run) or (any(fit) and all(item.rate.step < 1 for item in run))
    if len(run) < 2 or not closed or whole.value < 100 or any(ELSEWHERE.search(item.of) for item in run):
        return
    if all(fit) or any(one_slip(item.rate, item.part, whole) for item in run):
        for item, good in zip(run, fit, strict=True):
            yield share_claim(item, whole, good=good)


def _suspect(
    text: Text,
    item: Item,
    common: Quantity | None,
    agreed: Sequence[Item],
    wholes: Sequence[Quantity],
    run: Sequence[Item],
) -> Quantity | None:
    """The whole a share does not fit though it should: that of its neighbours, else the one right before it."""
    if ELSEWHERE.search(item.of) and not (
        common and (added_up([one.part for one in run]) == common.value or item.of.rstrip("的")[-3:] in common.label)
    ):
        return None
    precise = [one for one in agreed if one.rate.step < 1 or one.rate.value >= 10]
    beside = common is not None and (common.end <= item.part.start or common.start >= run[-1].rate.end)
    if common is not None and beside and alike(common, item.part):
        close = item.rate.sentence - common.sentence <= 1 or len(precise) >= 2 or _one_slip_from(item, common)
        close = close or added_up([one.part for one in run]) == common.value or _hundred(run)
        return common if precise and close and len(precise) * 3 >= len(run) else None
    before = [
        one
        for one in wholes
        if one.sentence == item.rate.sentence and one.depth == item.part.depth and one.end <= item.part.start
    ]
    same = [one for one in before if one.unit == item.part.unit]
    if not same:
        return _farther(text, item, wholes) if len(run) == 1 else None
    whole = same[-1]
    between = text.flat[whole.end : item.part.start]
    divided = [one for one in same if re.match(r"[^，；。\d]{0,8}，?其中", text.flat[one.end : one.end + 12])]
    if divided and divided[-1] is not whole and _one_slip_from(item, divided[-1]):
        return divided[-1]
    if len(run) > 1 or whole.about or (whole.value < item.part.value and not NARROWED.search(between)):
        return None
    told = WHOLE.search(whole.label) or NARROWED.search(between)
    sums = any(gives(item.rate, item.part, replace(a, value=a.value + b.value)) for a, b in combinations(same[-4:], 2))
    of_all = (
        re.search("总[数量]", item.of) and re.search("共有|总数|总量|共计", whole.label) and _one_slip_from(item, whole)
    )
    apart = "；" in between and not of_all and not re.search("；其中[^；]*$", between)
    if not told or sums or apart or whole is not before[-1]:
        return None
    return whole


def _farther(text: Text, item: Item, wholes: Sequence[Quantity]) -> Quantity | None:
    """The total one or two sentences back, if one slip in it, the part or the share explains why they do not fit."""
    divided = text.flat.startswith("其中", text.bounds(item.part.sentence)[0])
    told = [
        one
        for one in wholes
        if alike(one, item.part)
        and not one.about
        and one.depth == item.part.depth
        and item.rate.sentence - FAR <= one.sentence < item.rate.sentence
        and (WHOLE.search(one.label) or (divided and one.sentence == item.rate.sentence - 1))
    ]
    return told[-1] if told and _one_slip_from(item, told[-1]) else None


def _of_another(item: Item, whole: Quantity, every: Sequence[Item]) -> bool:
    """True if another share of the text is one of a whole that would give this share too, and not of ``whole``: both are
    then of something the text does not state."""
    low, high = implied(item.rate, item.part)
    return any(
        other.place != item.place
        and other.part.start != item.part.start
        and not gives(other.rate, other.part, whole)
        and max(low, implied(other.rate, other.part)[0]) <= min(high, implied(other.rate, other.part)[1])
        and high - low < high / 50
        for other in every
    )


def _one_slip_from(item: Item, whole: Quantity) -> bool:
    """True if the share is that of ``whole`` but for one slip, or is so as it stands."""
    if item.part.about or whole.about or not fine(item.rate, item.part, whole) or item.rate.step > Decimal("0.1"):
        return False
    return gives(item.rate, item.part, whole) or one_slip(item.rate, item.part, whole)


def _added(items: Sequence[Item], whole: Quantity) -> Iterator[Claim]:
    """What parts with shares of one whole add up to, where the shares add up to a hundred."""
    items = sorted(items, key=lambda item: item.place)
    parts = [item.part for item in items]
    if len(items) < 2 or any(part.start < whole.end or not alike(part, whole) for part in parts):
        return
    added = added_up(parts)
    if added == whole.value:
        yield sum_claim(whole, parts, good=True)
    elif _hundred(items) and whole.exact and all(part.exact for part in parts) and near(added, whole.value):
        yield sum_claim(whole, parts, good=False)


def _hundred(items: Sequence[Item]) -> bool:
    """True if the shares leave nothing out."""
    slack = sum((item.rate.step for item in items), Decimal(0))
    return abs(added_up([item.rate for item in items]) - 100) <= slack
