"""Totals behind their parts: 线上办理320件，线下办理180件，共计500件."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from yiwang.insight.checker.adding import WINDOW, fits, one_slip_sum, slipped, surely_slipped
from yiwang.insight.checker.claims import Claim, added_up, sum_claim
from yiwang.insight.checker.numerals import DIGITS
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

TOTAL = re.compile(r"(?:共计|合计|总计|累计|总共|一共|共有|总数|总量|总额|(?<!公)共)(?:[^，；、。\d]{0,10})$")
CLOSING = re.compile(r"(?:共计|合计|总计|总共|一共|(?<!公)共|合)(?:为|有|达|约)?[^，；、。\d]{0,4}$")

# how a total behind its parts may be called and nothing else: 共37个单位, 共清理89件
SAID = re.compile(
    r"(?:以上)?(?:[两三四五六七八九十]项)?(?:合计|共计|总计|全年共|累计共|共)(?:为|有|是)?[^，；、。\d]{0,2}"
)


def closing(text: Text, counts: Sequence[Quantity]) -> Iterator[Claim]:
    for place, total in enumerate(counts):
        before = [
            one
            for one in counts[max(0, place - WINDOW) : place]
            if one.sentence == total.sentence and one.depth == total.depth
        ]
        same = [one for one in before if one.unit == total.unit]
        some = _so_many(total, same)
        if some and (fits(total, some) or one_slip_sum(some, total)):
            yield sum_claim(total, some, good=fits(total, some))
            continue
        told = CLOSING.search(total.label) or (TOTAL.search(total.label) and _tight(text, same) and len(same) > 2)
        if not told or len(same) < 2 or total.label == same[-1].label:
            continue
        named = re.match(r"(?:以上)?(?:[两三四五六]项)?(?:合计|共计|总计)", total.label) is not None
        if any(TOTAL.search(one.label) for one in same[1 if named and _tight(text, same) else 0 :]):
            continue
        for begin in range(len(same) - 1):
            if fits(total, same[begin:]):
                yield sum_claim(total, same[begin:], good=True)
                break
        else:
            if total.about or any(one.about for one in same):
                continue
            some = _some(total, same)
            if some:
                yield sum_claim(total, some, good=True)
                continue
            added = added_up(same)
            said = total.label.removeprefix(same[-1].tail.split("共")[0])  # 186个行政村和24个社区共210个
            listed = _tight(text, [*same, total]) and SAID.fullmatch(said)
            told = re.search(r"合计|共计|总计", total.label)
            long = len(same) > 2 and _tight(text, same) and surely_slipped(added, total.value)
            if (
                long
                or ((listed or told) and slipped(added, total.value))
                or (_tight(text, same) and (listed or named) and total.value / 12 < added < total.value * 12)
            ):
                yield sum_claim(total, same, good=False)


def _so_many(total: Quantity, parts: Sequence[Quantity]) -> Sequence[Quantity]:
    """两项合计4342件: as many figures before it as it says."""
    said = re.match(r"(?:以上|上述)?([两二三四五六七八九])(?:项|者|类|部分|方面)(?:合计|共计|总计|共)", total.label)
    size = DIGITS[said[1]] if said else 0
    return parts[-size:] if said and len(parts) >= size else ()


def _some(total: Quantity, parts: Sequence[Quantity]) -> Sequence[Quantity]:
    """Some of the parts, the last among them, that make the total where the others are subsets: 线上320件，其中……"""
    if len(parts) > 9:
        return ()
    for size in range(len(parts) - 1, 1, -1):
        for own in combinations(parts, size):
            if own[-1] is parts[-1] and total.exact and all(one.exact for one in own) and fits(total, own):
                return own
    return ()


def _tight(text: Text, parts: Sequence[Quantity]) -> bool:
    """True if nothing but the names of the parts stands between them."""
    gaps = [text.flat[a.end : b.start] for a, b in pairwise(parts)]
    return all(
        len(gap) <= 22 and not re.search(r"[；。：\d]", gap) and len(re.findall("[，、]", gap)) <= 1 for gap in gaps
    )
