"""Changes: from one figure to another and by how much, against last year, and what is left of a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.claims import Claim, compared, near, shown, shown_like, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

UP = r"净增|新增|增加(?!值)|增长|提高|提升|上升|扩大|增至|升至|多"
DOWN = r"压减|压缩|缩短|减少|降低|下降|减至|降至|精简|缩减|少|节约|节省"
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
BEFORE = re.compile(r"(?:上年|去年|上一年|同期|前年|年初|原来?|此前|上季度|上月|20\d\d年)")
REMAINDER = re.compile(r"(?:剩余|剩下|尚余|其余|余下|仅剩|结余|还剩|空编|缺编|空缺|尚缺)[^，；。：\d]{0,8}$")
AWAY = re.compile(
    r"(?:离职|退休|取消|删除|退出|减少|调出|注销|已完成|已办结|已销号|已整改|已使用|支出|调走|撤销|实有|在编|在岗|到位|办结|整改|完成)[^，；。：\d]{0,6}$"
)


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each stated change whose two ends, or whose end and size, are in the text."""
    for place, one in enumerate(quantities):
        if FROM.search(_label(text, one)):
            yield from _from_to(text, quantities, place)
        elif REMAINDER.search(_label(text, one)) and "其中" not in _label(text, one):
            yield from _remainder(text, quantities, place)
    yield from _against_last_year(text, quantities)


def _label(text: Text, one: Quantity) -> str:
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
        if by.sentence != old.sentence or "；" in said or FROM.search(_label(text, by)) or len(said) > 40:
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
        and BY.search(_label(text, by)) is not None
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
    return _claim(old, new, by, computed, share=percentage)


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


def _claim(old: Quantity, new: Quantity, by: Quantity, computed: Decimal, *, share: bool) -> Claim:
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


# -- against last year ---------------------------------------------------------------------------------------------------


def _against_last_year(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """受理1200件，比上年的1000件增加200件，增长20%; also where only the increase and its share are given."""
    taken: set[int] = set()  # figures of the year before, which no growth is told of
    for place, now in enumerate(quantities):
        if now.unit == "倍" or now.points or now.about or now.start in taken:
            continue
        group = [
            one for one in quantities[place + 1 : place + 5] if one.sentence == now.sentence and one.depth >= now.depth
        ]
        if not group or not (
            _compares(text.flat[now.end : group[0].start])
            or _year_before(text, quantities, now, group)
            or _by_and_share(text, now, group)
        ):
            continue
        clause = [one for one in group if "；" not in text.flat[now.end : one.start] and not one.about]
        old = next((one for one in clause[:2] if _earlier(text, now, one)), None)
        if old:
            taken.add(old.start)
        rest = [one for one in clause if one is not old]
        if not now.count:
            points = next((one for one in rest[:2] if _apart(now, one) and BY.search(_label(text, one))), None)
            if old and points:
                yield _claim(old, now, points, abs(now.value - old.value), share=False)
            continue
        size = next(
            (one for one in rest[:2] if one.count and one.unit == now.unit and BY.search(_label(text, one))), None
        )
        share = next(
            (one for one in rest[:3] if one.percent and BY.search(_label(text, one) or text.flat[now.end : one.start])),
            None,
        )
        if old and size:
            yield _claim(old, now, size, abs(now.value - old.value), share=False)
        if old and share and old.value:
            yield _claim(old, now, share, abs(now.value - old.value) * 100 / old.value, share=True)
        elif size and share and not old:
            yield from _grown(text, _meant(quantities, place, size, share, text), size, share)
            yield from _again(text, quantities, now, share)


def _meant(quantities: Sequence[Quantity], place: int, size: Quantity, share: Quantity, text: Text) -> Quantity:
    """共18起，其中甲6起、乙9起、丙3起，同比减少4起，下降18.2%: the figure of the sentence whose change it is, else the last one."""
    now = quantities[place]
    less = re.search(DOWN, _label(text, size)) is not None
    for one in reversed(quantities[max(0, place - 12) : place + 1]):
        base = one.value + size.value if less else one.value - size.value
        if one.sentence == now.sentence and one.unit == now.unit and base > 0 and _prints_share(size, one, share, base):
            return one
    return now


def _grown(text: Text, now: Quantity, size: Quantity, share: Quantity) -> Iterator[Claim]:
    """受理168件，同比增加43件，增长34.4%: the increase against what was before it."""
    less = re.search(DOWN, _label(text, size)) is not None
    base = now.value + size.value if less else now.value - size.value
    if base < 0 and now.exact and size.exact:
        yield _more_than_all(now, size)
    if base > 0 and not _surely_not(size, now, base):
        yield compared(
            "difference",
            [size, now, share],
            good=_prints_share(size, now, share, base),
            formula=f"{shown(size.value)}÷({shown(now.value)}{'+' if less else '−'}{shown(size.value)})",
            stated=share,
            computed=round(size.value * 100 / base, 2),
            parts=(size, now),
            causes="本期数、增减数或增减幅度笔误",
        )


def _again(text: Text, quantities: Sequence[Quantity], now: Quantity, share: Quantity) -> Iterator[Claim]:
    """相比上月增加1547件，环比增长4.6%；相比去年同期减少17008件，同比降低32.5%: the same figure compared twice."""
    behind = [one for one in quantities if share.end <= one.start < share.end + 60][:2]
    if len(behind) < 2 or behind[1].sentence != now.sentence:
        return
    size, other = behind
    said = text.flat[share.end : size.start]
    if (
        size.unit == now.unit
        and other.percent
        and not (size.about or other.about)
        and re.match(r"[，；](?:相比|较|比|与|同比|环比)", said)
        and BY.search(_label(text, size))
        and BY.search(_label(text, other))
    ):
        yield from _grown(text, now, size, other)


def _more_than_all(now: Quantity, size: Quantity) -> Claim:
    return Claim(
        kind="difference",
        verdict="infeasible",
        says=f"请核对：本期为{shown(now.value)}{now.unit}，增加数不会是{shown(size.value)}{size.unit}（比本期数还多）。可能是其中一个数笔误。",
        parts=(now.value, size.value),
        stated=size.value,
        **spanning([now, size]),
    )


def _apart(now: Quantity, one: Quantity) -> bool:
    """True for what the change of a rate or of a mark is told in: 百分点 of a percentage, 分 of marks."""
    return one.points if now.percent else one.unit == now.unit == "分"


def _surely_not(size: Quantity, now: Quantity, base: Decimal) -> bool:
    """True where the increase is printed too coarsely to say anything of its share."""
    return (size.step > 1 and size.value < size.step * 5) or base <= 0 or now.value <= 0


def _prints_share(size: Quantity, now: Quantity, share: Quantity, base: Decimal) -> bool:
    """True if the increase may be that share of what was before, given that both are rounded as they are printed."""
    if share.could_be(size.value * 100 / base):
        return True
    if size.exact and now.exact:
        return False
    slack = (size.step if size.step != 1 else Decimal(0)) / 2 + (now.step if now.step != 1 else Decimal(0)) / 2
    low = (size.value - slack) * 100 / (base + slack)
    high = (size.value + slack) * 100 / (base - slack) if base > slack else Decimal(10**6)
    return low - share.step / 2 <= share.value <= high + share.step / 2


def _year_before(text: Text, quantities: Sequence[Quantity], now: Quantity, group: Sequence[Quantity]) -> bool:
    """2023年处理1602条，2022年处理1335条，同比增长20%: two years named one after the other and a growth behind them."""
    old = group[0]
    if (old.unit, old.depth) != (now.unit, now.depth) or len(group) < 2:
        return False
    before = text.flat[text.bounds(now.sentence)[0] : now.start]
    between, behind = text.flat[now.end : old.start], text.flat[old.end : group[1].start]
    called = [re.split(r"年度?", words)[-1][-2:] for words in (before, between)]
    if called[1] and called[0] != called[1]:
        return False
    this, last = re.findall(r"((?:19|20)\d\d)年", before), re.findall(r"((?:19|20)\d\d)年", between)
    return (
        bool(this and last)
        and int(this[-1]) - int(last[-1]) == 1
        and "；" not in between
        and len(between) < 24
        and bool(re.search(r"同比|增|减|降|升", behind))
    )


def _by_and_share(text: Text, now: Quantity, group: Sequence[Quantity]) -> bool:
    """户籍人口10049.7万人，增加102.8万人，增长1.03%: both sizes of the change right behind the figure. 新增 may leave out what went."""
    return (
        len(group) > 1
        and group[0].unit == now.unit
        and group[1].percent
        and re.fullmatch("，(?:净增加?|增加|减少)", text.flat[now.end : group[0].start]) is not None
        and re.fullmatch("，(?:增长|上升|下降|增幅|降幅)(?:了|为|达)?", text.flat[group[0].end : group[1].start])
        is not None
    )


def _earlier(text: Text, now: Quantity, one: Quantity) -> bool:
    """True for the figure of the year before: 比去年的1000件, 比去年同期(1000)."""
    if one.depth == now.depth + 1 and one.bracket == one.start - 1 and one.unit in (now.unit, ""):
        return bool(re.search(r"(?:同期|上年|去年|年)$", text.flat[now.end : one.bracket]))
    label = _label(text, one)
    years = re.findall(r"((?:19|20)\d\d)年", text.flat[text.bounds(now.sentence)[0] : now.start])
    named = re.findall(r"((?:19|20)\d\d)年", label)
    if "其中" in label or (years and named and named[-1] >= years[-1]):
        return False
    return (one.unit, one.depth) == (now.unit, now.depth) and not BY.search(label) and bool(BEFORE.search(label))


def _compares(between: str) -> bool:
    return (
        bool(
            re.search(
                r"同比|比上年|比去年|较上年|较去年|上年|去年|同期|与20\d\d年|比20\d\d年|较20\d\d年|环比|上月|上周|上季度|年初|上一年",
                between,
            )
        )
        and len(between) < 40
    )


# -- what is left --------------------------------------------------------------------------------------------------------


def _remainder(text: Text, quantities: Sequence[Quantity], place: int) -> Iterator[Claim]:
    """10个编制，已离职6人，剩余4人."""
    left = quantities[place]
    before = [
        one
        for one in quantities[max(0, place - 20) : place]
        if one.sentence == left.sentence and one.count and alike(one, left)
    ]
    if len(before) < 2 or any(one.about for one in (*before[-2:], left)):
        return
    whole, gone = before[-2], before[-1]
    if gone.value > whole.value or not AWAY.search(_label(text, gone)):
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
