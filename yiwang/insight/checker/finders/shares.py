"""Shares: 咨询类33523件，占47.09%. Shares that follow each other have one whole, so the many tell which one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, pairwise

from yiwang.insight.checker.adding import one_digit, slipped
from yiwang.insight.checker.claims import Claim, added_up, compared, near, percent_of, shown, sum_claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import fine, gives, implied, one_slip, printed
from yiwang.insight.checker.quantities import Quantity, alike

SHARE = re.compile(r"占(?P<of>[^，；。：()\d]{0,18}?)(?:的|之?比|比例|比重)*(?:均|都|分别|达到?|为|约|近|仅|高达|：)*$")
# shares of something larger than the report speaks of, or of another year
ELSEWHERE = re.compile(r"全国|全省|全球|同期|上年|去年|GDP|生产总值|人口|预算")
WHOLE = re.compile(
    r"应|需|须|共|总|累计|全部|全年|收到|受理|接到|登记|产生|抽查|抽取|参加|涉及|交办|任务|核查|检查|现有|办理"
)
AIM = re.compile(r"力争|目标|确保|要求|计划|争取|预计")
NARROWED = re.compile(r"其中|中，|中有|当中|里")
WINDOW = 120  # figures before the first share among which its whole may be
FAR = 4  # sentences back in which a whole may stand


@dataclass(frozen=True, slots=True)
class Item:
    """A part and the percentage said of it; ``of`` what the words between say the whole is."""

    place: int
    part: Quantity
    rate: Quantity
    of: str


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each share against the whole that most of its neighbours share, and what the parts of one whole add up to."""
    yield from _spelled_out(text, quantities)
    for run in _runs(text, _items(text, quantities)):
        yield from _judged(text, quantities, run)


def _spelled_out(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """办好事项896项，占事项总数1256项的71.3%: part, whole and share in one breath."""
    for part, whole, rate in zip(quantities, quantities[1:], quantities[2:], strict=False):
        if not (rate.percent and part.count and whole.count and alike(part, whole) and part.sentence == rate.sentence):
            continue
        of = text.flat[part.end : whole.start]
        said = re.fullmatch(r"[^，；。：()\d]{0,4}，?(?:约|仅)?占[^，；。：()\d]{0,16}", of)
        if said and re.fullmatch(
            r"[^，；。：()\d]{0,6}的(?:比例为|比重为)?(?:约|近)?", text.flat[whole.end : rate.start]
        ):
            good = gives(rate, part, whole)
            if good or not (rate.about or part.about or whole.about):
                yield _claim(Item(0, part, rate, ""), whole, good=good)


# -- parts and their percentages ----------------------------------------------------------------------------------------


def _items(text: Text, quantities: Sequence[Quantity]) -> list[Item]:
    found: dict[int, Item] = {}
    for place, rate in enumerate(quantities):
        if not rate.percent or place in found:
            continue
        label = re.split(r"[，；。：()\d、]", text.flat[text.bounds(rate.sentence)[0] : rate.start])[-1]
        share = SHARE.search(label)
        bracketed = (
            rate.depth > 0 and rate.bracket == rate.start - 1 and text.flat[rate.end : rate.end + 1] in ")，、；"
        )
        if AIM.search(label) or not (share or bracketed):
            continue
        if share and "分别" in label:
            found.update(_lists(text, quantities, place, share["of"]))
            continue
        part = _part(text, quantities, place, bracketed=bracketed)
        if part is not None:
            found[place] = Item(place, part, rate, share["of"] if share else "")
    return [found[place] for place in sorted(found)]


def _part(text: Text, quantities: Sequence[Quantity], place: int, *, bracketed: bool) -> Quantity | None:
    """The count right before a percentage: in its clause or the one before, not behind ；."""
    rate = quantities[place]
    depth = rate.depth - 1 if bracketed else rate.depth
    before = next(
        (one for one in reversed(quantities[max(0, place - 6) : place]) if one.count and one.depth == depth), None
    )
    if before is None or before.sentence != rate.sentence or not before.value:
        return None
    between = text.flat[before.end : rate.start]
    if bracketed:
        return before if re.fullmatch(r"[^，；。：()\d]{0,10}\(", between) else None
    bare = re.sub(r"\([^()]*\)", "", between)
    if "；" in bare or bare.count("，") + bare.count("、") > 1 or re.search(r"\d", bare) or len(bare) > 36:
        return None
    return before


def _lists(text: Text, quantities: Sequence[Quantity], place: int, of: str) -> dict[int, Item]:
    """咨询、求助、投诉分别为300件、200件、100件，占比分别为50%、33.3%、16.7%."""
    rates = [place]
    while rates[-1] + 1 < len(quantities) and _joined(text, quantities[rates[-1]], quantities[rates[-1] + 1]):
        rates.append(rates[-1] + 1)
    parts = list(range(place - len(rates), place))
    if len(rates) < 2 or parts[0] < 0:
        return {}
    counts = [quantities[one] for one in parts]
    same = all(one.count and one.sentence == quantities[place].sentence for one in counts)
    if not same or "；" in text.flat[counts[-1].end : quantities[place].start]:
        return {}
    if not all(
        re.fullmatch(r"[^，；。：()\d]{0,14}[、，和及][^，；。：()\d]{0,14}", text.flat[a.end : b.start])
        for a, b in pairwise(counts)
    ):
        return {}
    return {rate: Item(rate, part, quantities[rate], of) for rate, part in zip(rates, counts, strict=True)}


def _joined(text: Text, one: Quantity, other: Quantity) -> bool:
    return other.percent and text.flat[one.end : other.start] in ("、", "，", "和", "及", "与", "以及")


def _runs(text: Text, items: Sequence[Item]) -> list[list[Item]]:
    """Shares one behind the other in one paragraph, at most a sentence apart, of things counted alike; a set of shares
    that makes a hundred is closed at the end of its sentence."""
    runs: list[list[Item]] = []
    for item in items:
        last = runs[-1][-1] if runs else None
        goes_on = last is not None and (
            item.part.sentence == last.part.sentence
            or (
                item.part.sentence - last.rate.sentence == 1
                and "\n" not in text.flat[last.rate.end : item.part.start]
                and abs(added_up([one.rate for one in runs[-1]]) - 100) > 2
            )
        )
        if last is not None and goes_on and alike(item.part, last.part):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


# -- the whole ------------------------------------------------------------------------------------------------------------


def _judged(text: Text, quantities: Sequence[Quantity], run: Sequence[Item]) -> Iterator[Claim]:
    first = run[0]
    parts = {item.part.start for item in run}
    near_by = [
        one
        for one in quantities[max(0, first.place - WINDOW) : run[-1].place]
        if one.count
        and one.value > 0
        and one.sentence >= first.rate.sentence - (FAR if len(run) == 1 else 2 * FAR)
        and one.depth <= first.part.depth + 1
    ]
    wholes = [one for one in near_by if one.start not in parts and one.start < run[-1].part.start]
    fitting = {one.start: [item for item in run if one.start < item.part.start and _fits(item, one)] for one in wholes}
    common = max(wholes, key=lambda one: (len(fitting[one.start]), one.start), default=None)
    agreed = fitting[common.start] if common else []
    settled: set[int] = set()
    for item in run:
        if common and item in agreed:
            yield _claim(item, common, good=True)
            settled.add(item.place)
            continue
        whole = next((one for one in reversed(near_by) if _own_whole(text, item, one, parts, agreed)), None)
        if whole is not None:
            yield _claim(item, whole, good=True)
            settled.add(item.place)
    left = [item for item in run if item.place not in settled and not (item.rate.about or item.part.about)]
    if not agreed and len(left) == len(run) > 1:
        yield from _unfitting(text, run, wholes)
        return
    if common and len(agreed) >= 2:
        for sentence in sorted({item.part.sentence for item in agreed}):
            yield from _added([item for item in (*agreed, *left) if item.part.sentence == sentence], common)
    for item in left:
        suspect = _suspect(text, item, common if agreed else None, agreed, wholes, run)
        if suspect is not None:
            yield _claim(item, suspect, good=gives(item.rate, item.part, suspect))


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
        if one.unit == parts[0].unit
        and one.exact
        and one.end <= parts[0].start
        and (WHOLE.search(one.label + one.tail[:2]) or NARROWED.search(text.flat[one.end : parts[0].start]))
    ]
    if not all(part.exact for part in parts):
        return
    if not stated:
        yield from _odd_one(run, parts)
        return
    whole, added = stated[-1], added_up(parts)
    if all(item.rate.could_be(percent_of(item.part.value, added, item.rate)) for item in run):
        close = whole.sentence >= run[0].rate.sentence - 1
        if slipped(added, whole.value) or (close and one_digit(added, whole.value)):
            yield sum_claim(whole, parts, good=False)
        return
    ranges = [implied(item.rate, item.part) for item in run]
    low, high = max(one[0] for one in ranges), min(one[1] for one in ranges)
    if low <= high and low / 10 < whole.value < high * 10 and not low <= whole.value <= high:
        yield _claim(run[0], whole, good=False)


def _odd_one(run: Sequence[Item], parts: Sequence[Quantity]) -> Iterator[Claim]:
    """The one share that does not fit the sum of all parts where the others do."""
    whole = replace(parts[0], value=added_up(parts))
    odd = [item for item in run if not gives(item.rate, item.part, whole)]
    if len(run) >= 3 and len(odd) == 1 and all(item.rate.value >= 5 for item in run):
        yield _claim(odd[0], whole, good=False)


def _suspect(
    text: Text,
    item: Item,
    common: Quantity | None,
    agreed: Sequence[Item],
    wholes: Sequence[Quantity],
    run: Sequence[Item],
) -> Quantity | None:
    """The whole a share does not fit though it should: that of its neighbours, else the one right before it."""
    if ELSEWHERE.search(item.of):
        return None
    precise = [one for one in agreed if one.rate.step < 1 or one.rate.value >= 10]
    if common is not None and alike(common, item.part) and common.end <= item.part.start:
        close = item.rate.sentence - common.sentence <= 1 or len(precise) >= 2
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
    if len(run) > 1 or whole.about or (whole.value < item.part.value and not NARROWED.search(between)):
        return None
    told = WHOLE.search(whole.label) or NARROWED.search(between)
    sums = any(gives(item.rate, item.part, replace(a, value=a.value + b.value)) for a, b in combinations(same[-4:], 2))
    if not told or sums or "；" in between or whole is not before[-1]:
        return None
    return whole


def _farther(text: Text, item: Item, wholes: Sequence[Quantity]) -> Quantity | None:
    """The total one or two sentences back, if one slip in it, the part or the share explains why they do not fit."""
    divided = text.flat.startswith("其中", text.bounds(item.part.sentence)[0])
    told = [
        one
        for one in wholes
        if one.unit == item.part.unit
        and one.exact
        and one.depth == item.part.depth
        and item.rate.sentence - FAR <= one.sentence < item.rate.sentence
        and (WHOLE.search(one.label) or (divided and one.sentence == item.rate.sentence - 1))
    ]
    if not told or not item.part.exact or told[-1].value < item.part.value:
        return None
    fine_enough = item.rate.step <= Decimal("0.1") and one_slip(item.rate, item.part, told[-1])
    return told[-1] if fine_enough else None


def _added(items: Sequence[Item], whole: Quantity) -> Iterator[Claim]:
    """What parts with shares of one whole add up to, where the shares add up to a hundred."""
    items = sorted(items, key=lambda item: item.place)
    parts = [item.part for item in items]
    if len(items) < 2 or any(part.start < whole.end or not alike(part, whole) for part in parts):
        return
    hundred = added_up([item.rate for item in items])
    slack = sum((item.rate.step for item in items), Decimal(0))
    added = added_up(parts)
    if added == whole.value:
        yield sum_claim(whole, parts, good=True)
    elif abs(hundred - 100) <= slack and whole.exact and all(part.exact for part in parts) and near(added, whole.value):
        yield sum_claim(whole, parts, good=False)


def _claim(item: Item, whole: Quantity, *, good: bool) -> Claim:
    return compared(
        "share",
        [whole, item.part, item.rate],
        good=good,
        formula=f"{shown(item.part.value)}÷{shown(whole.value)}",
        stated=item.rate,
        computed=printed(percent_of(item.part.value, whole.value, item.rate), item.rate),
        part=item.part,
        whole=whole,
        causes="占比、分项或总数笔误，也可能总数另有口径",
    )
