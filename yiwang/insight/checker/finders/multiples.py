"""Multiples: 2024年办件36000件，是2023年12000件的3倍."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from yiwang.insight.checker.claims import Claim, compared, shown_like
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

IS = re.compile(
    r"[^，；。：()\d]{0,12}，?(?:约|已)?(?:是|为|相当于|达到?)[^，；。：()\d]{0,12}(?:(?:19|20)\d\d年)?[^，；。：()\d]{0,10}"
)


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """A figure, another it is compared with, and how many times it: one behind the other in one sentence."""
    for new, old, times in zip(quantities, quantities[1:], quantities[2:], strict=False):
        if times.unit != "倍" or not new.count or new.unit != old.unit or new.sentence != times.sentence:
            continue
        if not IS.fullmatch(text.flat[new.end : old.start]) or not re.fullmatch(
            r"[^，；。：()\d]{0,8}的(?:近|约)?", text.flat[old.end : times.start]
        ):
            continue
        if not old.value or any(one.about for one in (new, old, times)):
            continue
        computed = new.value / old.value
        yield compared(
            "difference",
            [new, old, times],
            good=times.could_be(computed),
            formula=f"{shown_like(new.value, [new, old])}÷{shown_like(old.value, [new, old])}",
            stated=times,
            computed=round(computed, 2),
            parts=(new, old),
            causes="前后两个数或倍数笔误",
        )
