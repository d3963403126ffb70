"""Changes: from one figure to another, and by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.claims import Claim, compared, shown_like
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

UP = r"净增|增收|增支|多收|新增|增加(?!值)|增长|提高|提升|上升|扩大|增至|升至|多"
DOWN = r"压减|减收|减支|少收|短收|压缩|缩短|减少|降低|下降|减至|降至|精简|缩减|少|节约|节省"
YEAR = r"(?:(?:19|20)\d\d年(?:度|底|末|初)?[^，；。：\d]{0,10})?"
FROM = re.compile(rf"(?:由|从)[^，；。：\d]{{0,18}}{YEAR}$")
TO = re.compile(
    rf"(?:{UP}|{DOWN}|变|调整|优化|改|拓展|扩展|合并|整合|再)[^，；。：\d]{{0,6}}(?:至|到|为|成)[^，；。：\d]{{0,8}}{YEAR}$|^[^，；。：\d]{{0,10}}(?:至|到)[^，；。：\d]{{0,6}}$"
)
BY = re.compile(
    rf"(?:{UP}|{DOWN}|增幅|降幅|压减率|压缩率|精简率|减少率|缩减率|提升率|增长率|压缩比|缩短比例|压减比例|精简比例|提速)[^，；。：\d]{{0,8}}$"
)
# what is said between the new figure and the change where the change is surely that of the figure
PLAIN = re.compile(
    r"(?:[^，；。：()\d]{0,8})?[，(]?(?:同比|环比|共|净|累计|总体|平均|分别|实际|比原来|较之前|时限|办理时限|审批时限|数量|总数)*"
    rf"(?:{UP}|{DOWN}|增幅|降幅|升幅|减幅|涨幅|压减率|压缩率|精简率|减少率|缩减率|提升率|增长率|精简比例|压缩比例?|缩短比例|压减比例|减少比例|提速)(?:了|达到?|为|近|约|率|幅度|比例)*"
)


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each stated change whose two ends, or whose end and size, are in the text."""
    for place, one in enumerate(quantities):
        if FROM.search(clause_before(text, one)):
            yield from _from_to(text, quantities, place)


def clause_before(text: Text, one: Quantity) -> str:
    """The words right before a figure, back to a stop or another figure."""
    begin = text.bounds(one.sentence)[0]
    return re.split(r"[，；。：()、]", text.flat[begin : one.start])[-1][-24:]


def _from_to(text: Text, quantities: Sequence[Quantity], place: int) -> Iterator[Claim]:
    """由55个工作日压减至36个工作日，缩短35%."""
    if place + 2 > len(quantities):
        return
    old, new = quantities[place], quantities[place + 1]
    between = text.flat[old.end : new.start]
    if new.sentence != old.sentence or len(between) > 24 or not TO.search(between) or not _comparable(old, new):
        return
    told = quantities[place - 1] if place else None
    if told is not None and told.percent and not old.percent and _told_before(text, told, old):
        claim = _sized(old, new, told, "", surely=True)
        if claim is not None:
            yield claim
    for by in quantities[place + 2 : place + 5]:
        said = text.flat[new.end : by.start]
        if by.sentence != old.sentence or "；" in said or FROM.search(clause_before(text, by)) or len(said) > 40:
            break
        if BY.search(said) or (by.points and BY.search(said)):
            claim = _sized(old, new, by, said, surely=_of_the_same(text, old, said))
            if claim is not None:
                yield claim


def _told_before(text: Text, by: Quantity, old: Quantity) -> bool:
    """办理时限压缩70%，由20个工作日缩短到6个工作日: the size of the change right before its two ends."""
    said = text.flat[by.end : old.start]
    return (
        by.sentence == old.sentence
        and re.fullmatch(r"[，：(](?:即|其中)?(?:由|从)[^，；。：()\d]{0,10}", said) is not None
        and BY.search(clause_before(text, by)) is not None
    )


def _comparable(old: Quantity, new: Quantity) -> bool:
    return (
        old.unit == new.unit or (old.percent and new.percent) or (alike(old, new) and not (old.percent or new.percent))
    )


def _of_the_same(text: Text, old: Quantity, said: str) -> bool:
    """True if what is said before the size of a change speaks of the figures it stands behind: of nothing else, or by the
    name they have: 窗口数由212个压缩至106个，窗口数减少50%."""
    if PLAIN.fullmatch(said):
        return True
    named = re.match(rf"，([^，；。：()\d]{{2,10}}?)(?:{UP}|{DOWN})", said)
    before = re.sub("[“”]", "", text.flat[text.bounds(old.sentence)[0] : old.start])
    return named is not None and named[1] in before


def _sized(old: Quantity, new: Quantity, by: Quantity, said: str, *, surely: bool) -> Claim | None:
    if any(one.about for one in (old, new, by)):
        return None
    apart = abs(new.value - old.value)
    percentage = by.percent and not old.percent
    if by.unit == "倍":
        return _times(old, new, by, apart)
    if percentage:
        computed = apart * 100 / old.value if old.value else None
    elif by.points == old.percent and not by.percent and (by.points or by.unit == old.unit):
        computed = apart
    else:
        computed = None
    if computed is None or (not _prints(old, new, by, computed, share=percentage) and not surely):
        return None
    return change_claim(old, new, by, computed, share=percentage)


def _times(old: Quantity, new: Quantity, by: Quantity, apart: Decimal) -> Claim | None:
    """由2500件增加到7500件，增长2倍: what came on top of the old figure, as many times it."""
    if not old.value or new.value <= old.value:
        return None
    computed = apart / old.value
    ends = [old, new]
    return compared(
        "difference",
        [old, new, by],
        good=by.could_be(computed) or (old.step > 1 and abs(computed - by.value) <= by.step),
        formula=f"({shown_like(new.value, ends)}−{shown_like(old.value, ends)})÷{shown_like(old.value, ends)}",
        stated=by,
        computed=round(computed, 2),
        parts=(old, new),
        causes="前后两个数或倍数笔误，也可能把“是几倍”写成了“增长几倍”",
    )


def _prints(old: Quantity, new: Quantity, by: Quantity, computed: Decimal, *, share: bool) -> bool:
    """True if the change may be printed as ``by``, given that counts in 万 and 亿 are rounded themselves."""
    if by.could_be(computed):
        return True
    loose = [one.step / 2 if one.scale else Decimal(0) for one in (old, new)]
    slack = sum(loose) * 100 / old.value if share else Decimal(sum(loose))
    return slack > 0 and abs(computed - by.value) <= slack * 2 + by.step


def change_claim(old: Quantity, new: Quantity, by: Quantity, computed: Decimal, *, share: bool) -> Claim:
    ends = [old, new]
    return compared(
        "difference",
        [old, new, by],
        good=_prints(old, new, by, computed, share=share),
        formula=f"|{shown_like(new.value, ends)}−{shown_like(old.value, ends)}|"
        + (f"÷{shown_like(old.value, ends)}" if share else ""),
        stated=by,
        computed=round(computed, 2),
        parts=(old, new),
        causes="前后两个数或变化幅度笔误，也可能把百分点写成了百分比",
    )
