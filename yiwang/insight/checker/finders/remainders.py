"""What is left of a whole: 10个编制，已离职6人，剩余4人."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from yiwang.insight.checker.claims import Claim, compared, near, shown
from yiwang.insight.checker.finders.changes import clause_before
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

REMAINDER = re.compile(r"(?:剩余|剩下|尚余|其余|余下|仅剩|结余|还剩|空编|缺编|空缺|尚缺|实际受理)[^，；。：\d]{0,8}$")
AWAY = re.compile(
    r"(?:退回|离职|退休|取消|删除|退出|减少|调出|注销|已完成|已办结|已销号|已整改|已使用|支出|调走|撤销|实有|在编|在岗|到位|办结|整改|完成)[^，；。：\d]{0,6}$"
)


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each figure that says what is left, with the whole and what went before it."""
    for place, one in enumerate(quantities):
        said = clause_before(text, one)
        if REMAINDER.search(said) and "其中" not in said:
            yield from _remainder(text, quantities, place)


def _remainder(text: Text, quantities: Sequence[Quantity], place: int) -> Iterator[Claim]:
    left = quantities[place]
    before = [
        one
        for one in quantities[max(0, place - 20) : place]
        if one.sentence == left.sentence and one.count and alike(one, left)
    ]
    if len(before) < 2 or any(one.about for one in (*before[-2:], left)):
        return
    whole, gone = before[-2], before[-1]
    if gone.value > whole.value or not AWAY.search(clause_before(text, gone)):
        return
    computed = whole.value - gone.value
    good = computed == left.value
    alone = len(before) == 2 and "；" not in text.flat[whole.end : left.start]
    if not good and not alone and not near(computed, left.value):
        return
    yield compared(
        "difference",
        [whole, gone, left],
        good=good,
        formula=f"{shown(whole.value)}−{shown(gone.value)}",
        stated=left,
        computed=computed,
        parts=(whole, gone),
        causes="其中一个数笔误，也可能还有别的去向没有写出",
    )
