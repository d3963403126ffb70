"""Growths: against last year or last month, by how many and by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker import asides
from yiwang.insight.checker.claims import Claim, compared, shown, spanning
from yiwang.insight.checker.finders.changes import BY, DOWN, change_claim, clause_before
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

BEFORE = re.compile(r"(?:上年|去年|上一年|同期|前年|年初|原来?|此前|上季度|上月|20\d\d年)")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """受理1200件，比上年的1000件增加200件，增长20%; also where only the increase and its share are given."""
    yield from _each(text, quantities)
    taken: set[int] = set()  # figures of the year before, which no growth is told of
    for place, now in enumerate(quantities):
        if now.unit == "倍" or now.points or now.about or now.start in taken:
            continue
        group = [
            one
            for one in quantities[place + 1 : place + 7]
            if one.sentence == now.sentence
            and (
                one.depth == now.depth
                or (one.depth > now.depth and not re.match(r"\(其?[含中]", text.flat[one.bracket :]))
            )
        ]
        told = _without_plan(text, now, group)
        if not group or not (
            _compares(text.flat[told : group[0].start])
            or _year_before(text, quantities, now, group)
            or _by_and_share(text, now, group)
        ):
            continue
        if "分别" in clause_before(text, next((one for one in group if one.percent), now)):
            continue  # of several figures, one by one
        clause = [one for one in group if "；" not in text.flat[now.end : one.start] and not one.about]
        old = next((one for one in clause[:2] if _earlier(text, now, one)), None)
        if old:
            taken.add(old.start)
        rest = [one for one in clause if one is not old]
        if not now.count:
            points = next((one for one in rest[:2] if _apart(now, one) and BY.search(clause_before(text, one))), None)
            if old and points:
                yield change_claim(old, now, points, abs(now.value - old.value), share=False)
            continue
        size = next(
            (
                one
                for one in rest[:2]
                if one.count
                and one.unit == now.unit
                and BY.search(said := clause_before(text, one))
                and "其中" not in said
            ),
            None,
        )
        share = next(
            (
                one
                for one in rest[:3]
                if one.percent and BY.search(clause_before(text, one) or text.flat[now.end : one.start])
            ),
            None,
        )
        if old and size:
            yield change_claim(old, now, size, abs(now.value - old.value), share=False)
        if old and share and old.value:
            yield change_claim(old, now, share, abs(now.value - old.value) * 100 / old.value, share=True)
        elif size and share and not old:
            yield from _grown(text, _meant(quantities, place, size, share, text), size, share)
            yield from _again(text, quantities, now, share)


def _each(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """受理97件134人，去年同期197件375人，分别下降50.76%、64.27%: as many figures of this year, of last year, and growths."""
    for place, rate in enumerate(quantities):
        if not rate.percent or "分别" not in clause_before(text, rate):
            continue
        rates = [rate]
        while place + len(rates) < len(quantities) and text.flat[
            rates[-1].end : quantities[place + len(rates)].start
        ] in ("、", "和", "，"):
            rates.append(quantities[place + len(rates)])
        size = len(rates)
        if not 2 <= size <= 4 or place < 2 * size or not all(one.percent for one in rates):
            continue
        nows, olds = quantities[place - 2 * size : place - size], quantities[place - size : place]
        if [one.unit for one in nows] != [one.unit for one in olds] or not all(
            one.count and not one.about for one in (*nows, *olds)
        ):
            continue
        between = text.flat[nows[-1].end : olds[0].start]
        if (
            nows[0].sentence == rate.sentence
            and BEFORE.search(between)
            and "；" not in text.flat[nows[0].end : rate.start]
        ):
            for now, old, share in zip(nows, olds, rates, strict=True):
                if old.value:
                    yield change_claim(old, now, share, abs(now.value - old.value) * 100 / old.value, share=True)


def _without_plan(text: Text, now: Quantity, group: list[Quantity]) -> int:
    """Takes from the figures behind another a plan and how far it is fulfilled, and says where these end: 完成24627万元，
    完成年初预算数60999万元的40.4%，比上年减收1070万元."""
    end = now.end
    while group and re.search(rf"{asides.PLAN}的?[^，；。：()]{{0,4}}$", text.flat[end : group[0].start]):
        end = group.pop(0).end
        if group and group[0].percent and text.flat[end : group[0].start] == "的":
            end = group.pop(0).end
    return end


def _meant(quantities: Sequence[Quantity], place: int, size: Quantity, share: Quantity, text: Text) -> Quantity:
    """共18起，其中甲6起、乙9起、丙3起，同比减少4起，下降18.2%: the figure of the sentence whose change it is, else the last one."""
    now = quantities[place]
    less = re.search(DOWN, clause_before(text, size)) is not None
    for one in reversed(quantities[max(0, place - 12) : place + 1]):
        base = one.value + size.value if less else one.value - size.value
        if one.sentence == now.sentence and one.unit == now.unit and base > 0 and _prints_share(size, one, share, base):
            return one
    return now


def _grown(text: Text, now: Quantity, size: Quantity, share: Quantity) -> Iterator[Claim]:
    """受理168件，同比增加43件，增长34.4%: the increase against what was before it."""
    less = re.search(DOWN, clause_before(text, size)) is not None
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
        and BY.search(clause_before(text, size))
        and BY.search(clause_before(text, other))
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
        and re.fullmatch("，(?:净增加?|增加|减少|增收|减收|增支|减支)", text.flat[now.end : group[0].start]) is not None
        and re.fullmatch(
            "，(?:增长|上升|增加|提高|下降|减少|降低|增幅|降幅)(?:了|为|达)?", text.flat[group[0].end : group[1].start]
        )
        is not None
    )


def _earlier(text: Text, now: Quantity, one: Quantity) -> bool:
    """True for the figure of the year before: 比去年的1000件, 比去年同期(1000)."""
    if one.depth == now.depth + 1 and one.bracket == one.start - 1 and one.unit in (now.unit, ""):
        return bool(re.search(r"(?:同期|上年|去年|年)$", text.flat[now.end : one.bracket]))
    label = clause_before(text, one)
    years = re.findall(r"((?:19|20)\d\d)年", text.flat[text.bounds(now.sentence)[0] : now.start])
    named = re.findall(r"((?:19|20)\d\d)年", label)
    if "其中" in label or (years and named and named[-1] >= years[-1]):
        return False
    if re.search(asides.PLAN, label):
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
