"""Sums nobody announces, known by their digits: 形成工单11171件，转派4898件，在线办结6273件. Figures that stand one behind the
other and agree with the one before them in all digits, or in all but one of four, hardly do so by chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.adding import SIDES, one_slip_sum, surely_slipped
from yiwang.insight.checker.claims import Claim, added_up, sum_claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

LONGEST = 14  # parts such a list may have
BACK = 2  # sentences between a total and the first of its parts
# what another year had is no part of this year's
ELSEWHEN = re.compile(r"上年|去年|同期|上月|上季|前年|环比|同比|增|减|比\d|预算|目标|计划")
LEAST = 100  # smaller totals agree by chance


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each total with the shortest run of figures behind it that add up to it, or would but for one digit."""
    counts = [one for one in quantities if one.count and one.unit and not ELSEWHEN.search(one.label)]
    for place, total in enumerate(counts):
        if not total.exact or total.value < LEAST or total.depth:
            continue
        behind = [
            one
            for one in counts[place + 1 : place + 4 * LONGEST]
            if one.unit == total.unit
            and one.depth == total.depth
            and one.sentence <= total.sentence + BACK
            and "\n" not in text.flat[total.end : one.start]
        ]
        claim = _run(total, behind)
        if claim is not None:
            yield claim


def _run(total: Quantity, behind: Sequence[Quantity]) -> Claim | None:
    slip: Claim | None = None
    for begin in _begins(behind):
        for size in range(2, LONGEST):
            parts = behind[begin : begin + size]
            if len(parts) < size or not _one_list(total, parts):
                break
            added = added_up(parts)
            if added == total.value and (size > 2 or added >= 1000):
                return sum_claim(total, parts, good=True)
            if slip is None and _slip(added, total, parts):
                slip = sum_claim(total, parts, good=False)
    return slip


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


def _slip(added: Decimal, total: Quantity, parts: Sequence[Quantity]) -> bool:
    """True if one digit keeps the list from its total: with parts that are neither trifles nor counted from several sides."""
    if any(SIDES.search(one.label) for one in parts) or min(one.value for one in parts) * 200 < total.value:
        return False
    if len({one.value for one in parts}) < len(parts) or not one_slip_sum(parts, total):
        return False
    return surely_slipped(added, total.value) and (len(parts) < 4 or added < total.value * 2)
