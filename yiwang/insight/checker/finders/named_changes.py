"""Changes told by name behind their figures: 受理1803件，结案894件，受案增加167件，上升10.21%，结案增加34件，上升3.95%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from yiwang.insight.checker import asides
from yiwang.insight.checker.claims import Claim, compared, shown
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import variants
from yiwang.insight.checker.quantities import Quantity

NAMED = re.compile(rf"(?P<name>[^，；。：()\d]{{2,8}}?)(?:同比|环比)?(?:(?P<less>{asides.LESS})|{asides.MORE})了?")
SHARE = re.compile(rf"，(?:同比|环比)?{asides.SIZE}")
AGAINST = re.compile(r"同比|环比|上年|去年|同期|上月")
BACK = 8  # figures before the change among which its figure is sought


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each increase and its share, with the figure of this year that is called like it."""
    for place, (size, share) in enumerate(pairwise(quantities)):
        said = NAMED.fullmatch(size.label)
        if said is None or AGAINST.search(said["name"]) or not size.count or not share.percent:
            continue
        begin = text.bounds(size.sentence)[0]
        if not SHARE.fullmatch(text.flat[size.end : share.start]) or not AGAINST.search(text.flat[begin : share.start]):
            continue
        less = said["less"] is not None
        earlier = [
            one
            for one in reversed(quantities[max(0, place - BACK) : place])
            if one.summand and one.unit == size.unit and size.sentence - one.sentence <= 1 and not one.about
        ]
        now = next((one for one in earlier if _fits(one, size, share, less=less)), None)
        called = [one for one in earlier if set(said["name"]) <= set(one.label + one.tail)]
        if now is None and len(called) == 1 and _one_slip(called[0], size, share, less=less):
            now = called[0]
        if now is not None:
            yield _claim(now, size, share, less=less)


def _fits(now: Quantity, size: Quantity, share: Quantity, *, less: bool) -> bool:
    base = now.value + size.value if less else now.value - size.value
    return base > 0 and share.could_be(size.value * 100 / base)


def _one_slip(now: Quantity, size: Quantity, share: Quantity, *, less: bool) -> bool:
    return (
        any(_fits(other, size, share, less=less) for other in variants(now))
        or any(_fits(now, other, share, less=less) for other in variants(size))
        or any(_fits(now, size, other, less=less) for other in variants(share))
    )


def _claim(now: Quantity, size: Quantity, share: Quantity, *, less: bool) -> Claim:
    base = now.value + size.value if less else now.value - size.value
    return compared(
        "difference",
        [now, size, share],
        good=_fits(now, size, share, less=less),
        formula=f"{shown(size.value)}÷({shown(now.value)}{'+' if less else '−'}{shown(size.value)})",
        stated=share,
        computed=round(size.value * 100 / base, 2) if base else base,
        parts=(size, now),
        causes="本期数、增减数或增减幅度笔误",
    )
