"""Lists told to divide a whole: 按举报类型划分，微信8件、网络2件、留言1件. Such a list leaves nothing out, however small it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from yiwang.insight.checker import asides
from yiwang.insight.checker.adding import SIDES, fits, one_slip_sum
from yiwang.insight.checker.claims import Claim, added_up, sum_claim
from yiwang.insight.checker.finders.sums import SOME
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

SAID = re.compile(
    r"(?:按照?|依照?|依据|根据|从)[^，；。：()\d]{1,16}(?:划分|分类|区分|分)(?:为|，|：|来看，|看，|统计，)"
    r"|(?:从|分)[^，；。：()\d]{2,10}(?:来看|看|情况(?:为|是|看)?)[：，]"
    r"|(?:分别|具体|分类|情况)(?:为|是)?：|(?:共|可|主要)?分为[^，；。：()\d]{0,4}类?："
)
BACK = 2  # sentences before the list in which its total may stand
FAR = 8  # and one told to be all, of which one list after another says how it divides
BEFORE = 30  # figures before the list among which it is sought
ALL = re.compile(r"共|总|收到|受理|接到|完成")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each such list with the figure before it that it divides, or would but for one slip."""
    counts = [one for one in quantities if one.summand]
    for said in SAID.finditer(text.flat):
        parts = _list_behind(text, counts, said.end())
        if (
            len(parts) < 2
            or SOME.search(text.flat[said.start() : parts[0].start])
            or any(SIDES.search(one.label) for one in parts)
        ):
            continue
        first = counts.index(parts[0])
        totals = [
            one
            for one in reversed(counts[max(0, first - BEFORE) : first])
            if alike(one, parts[0])
            and one.end <= said.end()
            and text.sentence(said.start()) - one.sentence <= (FAR if ALL.search(one.label) else BACK)
            and one.depth <= parts[0].depth
        ]
        fitting = next((one for one in totals if fits(one, parts)), None)
        if fitting is not None:
            yield sum_claim(fitting, parts, good=True)
            continue
        meant = next((one for one in totals if _meant(one, parts)), None)
        if meant is not None:
            yield sum_claim(meant, parts, good=False)


def _list_behind(text: Text, counts: Sequence[Quantity], begin: int) -> list[Quantity]:
    """The counts of one kind from ``begin`` to the end of its sentence, with nothing but their names and shares between."""
    found: list[Quantity] = []
    for one in counts:
        if one.start < begin:
            continue
        last = found[-1] if found else None
        gap = text.flat[last.end if last else begin : one.start]
        bare = re.sub(r"\([^()]*\)|[，]?(?:约)?占[^，；、]*?\d[\d.]*%", "", asides.without(gap))
        if text.sentence(begin - 1) != one.sentence or len(bare) > 24 or re.search(r"[。\d]|其中", bare):
            break
        if last is not None and (not alike(one, last) or one.depth != last.depth):
            break
        found.append(one)
    behind = text.flat[found[-1].end : found[-1].end + 8] if found else ""
    return [] if re.match(r"[^，；。、\d]{0,3}等", behind) else found


def _meant(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """True if one slip keeps the parts from the total, and they are not far from it."""
    added = added_up(parts)
    joined = all(a.unit == b.unit for a, b in pairwise([total, *parts]))
    joined = (
        joined and not any(one.about for one in (total, *parts)) and len({one.step for one in (total, *parts)}) == 1
    )
    return joined and one_slip_sum(parts, total) and total.value / 2 < added < total.value * 10
