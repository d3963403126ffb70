"""Sums nobody announces, known by their digits: 形成工单11171件，转派4898件，在线办结6273件. Figures that stand one behind the
other and agree with the one before them in all digits, or in all but one of four, hardly do so by chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.adding import REST, SIDES, of_a_kind, one_slip_sum, surely_slipped
from yiwang.insight.checker.claims import Claim, added_up, sum_claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

LONGEST = 14  # parts such a list may have
BACK = 2  # sentences between a total and the first of its parts
# what another year had is no part of this year's
ELSEWHEN = re.compile(r"上年|去年|同期|上月|上季|前年|环比|同比|增(?!加值)|减|比\d|预算|目标|计划")
LEAST = 100  # smaller totals agree by chance


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each total with the shortest run of figures behind it that add up to it, or would but for one digit."""
    counts = [one for one in quantities if one.summand and one.unit and not ELSEWHEN.search(one.label)]
    for place, total in enumerate(counts):
        if not total.exact or total.value < LEAST or total.depth:
            continue
        behind = [
            one
            for one in counts[place + 1 : place + 4 * LONGEST]
            if one.unit == total.unit
            and one.depth == total.depth
            and one.sentence <= total.sentence + BACK
            and text.flat.count("\n", total.end, one.start) < 2
        ]
        for begin in _begins(behind):
            claim = _run(text, total, behind[begin:])
            if claim is not None:
                yield claim


def _run(text: Text, total: Quantity, behind: Sequence[Quantity]) -> Claim | None:
    """The first figures behind a total that add up to it, else those one digit keeps from it; the list that is all its
    sentences count before a shorter one."""
    slips: list[Sequence[Quantity]] = []
    for size in range(2, LONGEST):
        parts = behind[:size]
        if len(parts) < size or not _one_list(total, parts):
            break
        if size < 4 and "\n" in text.flat[total.end : parts[0].start]:
            continue
        whole = size > 2 and _whole_sentences(parts, behind[size : size + 1])
        added = added_up(parts)
        if added == total.value and (whole or added >= 1000):
            return sum_claim(total, parts, good=True)
        if _slip(added, total, parts, whole=whole):
            slips.insert(0 if whole else len(slips), parts)
    return sum_claim(total, slips[0], good=False) if slips else None


def _begins(behind: Sequence[Quantity]) -> list[int]:
    """Where a list may begin: right behind the total, or with the sentence after it."""
    found = [0] if behind else []
    found += [n for n in range(1, len(behind)) if behind[n].sentence > behind[n - 1].sentence][:1]
    return found


def _one_list(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """True if the figures may be one list: exact, of two sentences at most, and none of them a total of its own."""
    last = parts[-1]
    return (
        all(one.exact for one in parts)
        and last.sentence <= parts[0].sentence + 1
        and not (last.sentence > total.sentence and re.search("共|累计|总", last.label))
    )


def _whole_sentences(parts: Sequence[Quantity], behind: Sequence[Quantity]) -> bool:
    """True if the list is all that its sentences count, from the total or a sentence's begin to a sentence's end."""
    return not behind or behind[0].sentence > parts[-1].sentence


def _slip(added: Decimal, total: Quantity, parts: Sequence[Quantity], *, whole: bool) -> bool:
    """True if one digit keeps the list from its total: with parts that are not counted from several sides, and no trifles
    unless the list is all that is counted there."""
    beside = total.label.endswith("类") and any(one.label.endswith("类") for one in parts)
    if beside or any(SIDES.search(one.label) for one in parts):
        return False  # 市场监管类297件，违建类219件，城管类41件: what is called like its parts is one of them
    if min(one.value for one in parts) * 200 < total.value and not whole:
        return False
    if (len({one.value for one in parts}) < len(parts) and not whole) or not one_slip_sum(parts, total):
        return False
    if len(parts) > 3 and whole and (of_a_kind(parts) or REST.search(parts[-1].label)):
        return True
    return surely_slipped(added, total.value) and (len(parts) < 4 or added < total.value * 2)
