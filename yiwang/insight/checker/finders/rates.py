"""Rates: 办结率 and its like against the counts they are taken from, and rates no whole number gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from yiwang.insight.checker.claims import Claim, added_up, compared, percent_of, shown, spanning
from yiwang.insight.checker.counterparts import (
    DENIED,
    INTAKE,
    NOT_DONE,
    STRONG_WHOLE,
    ahead,
    any_pair,
    combined,
    likely_pair,
    pair,
)
from yiwang.insight.checker.finders.infeasible import none_gives
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import gives, one_slip, possible, printed, variants
from yiwang.insight.checker.quantities import Quantity, alike

RATE = re.compile(
    r"([^，；、。：()\d“”]{0,14}?)(率|覆盖度|完备度|满意度|知晓度|占比|比例|比重)"
    r"(?:均|都|也|已|总体|整体|则|提升|提高|上升|增加|增长|下降|保持|稳定|持续|仍|约|高|可|将|能|就|又)*"
    r"(?:达到了?|高达|达|为|是|至|到|在|仅|近|超过|：)*$"
)
SHARE = re.compile(r"占[^，；。：()\d率]{0,18}(?:比|比例|比重)?(?:均|都|达到?|为|约|近|高达|：)*$")
GROWTH = re.compile(
    r"同比|环比|增长|增幅|增速|降幅|下降|减少|提速|提升了?$|增加了?$|压减|压缩|缩短|上升|降低|高于|低于|涨幅|提高了?$|超额|上年|去年|同期"
)
AIM = re.compile(r"力争|目标|确保|不低于|不少于|达到.{0,6}以上|要求|计划|争取|预计|最低|标准")
THRESHOLD = re.compile(r"以[上下内]")
# the whole of such a rate is not (only) what was taken in this year
CARRIED = re.compile(r"结转|旧存|存量|历年")
# 受理4939件(含旧存256件): the whole has them
INCLUDED = re.compile(r"(?<!\d)(?:受理|收案|收到|接收|立案|共)[^，；。()]{0,16}\((?!不含|未含)[^()]*\)")
# rates of surveys and registers, of wholes a report does not state
SURVEYED = re.compile(r"失业|城镇化|出生|死亡|自然增长|入学|升学|就业|空置|老龄化")
CLOSED = re.compile(r"办结|审结|结案|办理|执结|回复|答复")
TAKEN_IN = re.compile(r"受理|收到|新收|申请|接到|接收|登记|承办|交办|共|总|累计|排查|应")
ABOVE_HUNDRED = re.compile(r"完成|增|达成|负荷|使用|执行|入库|投资|保值|产销|预算|周转")
FILLERS = re.compile(
    r"^(?:平均|综合|总体|整体|按期|年度|全年|全市|全区|全县|全镇|我[市区县局镇]|群众|其中|事项|业务|案件|工单|系统|实现|使|研判后|累计|目前|综合|热线|服务|有效|总)+"
)
MANNER = re.compile(r"(?:按时|及时|按期|提前|限时|群众|初次|一次|准时|当场|直接|案件|事项)")
ON_TIME = re.compile(r"按时|及时|按期|准时|提前|超时|逾期")
WINDOW = 40  # figures before a rate among which its counts may be
BACK = 3  # sentences back in which the counts of a rate may stand


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each percentage that names a rate, judged where its two counts stand before it."""
    for place, rate in enumerate(quantities):
        if not rate.percent or THRESHOLD.search(text.flat[rate.end - 2 : rate.end + 2]):
            continue
        label = _label(text, rate)
        if GROWTH.search(label[-8:]) or AIM.search(label) or (SHARE.search(label) and not label.endswith("率")):
            continue
        named = RATE.search(label)
        claim = _rate(text, quantities, place, named) if named else None
        if claim is not None:
            yield claim


def _label(text: Text, rate: Quantity) -> str:
    before = text.flat[text.bounds(rate.sentence)[0] : rate.start]
    return re.split(r"[，；。：()\d、]", before)[-1] or before[-10:]


def _rate(text: Text, quantities: Sequence[Quantity], place: int, named: re.Match[str]) -> Claim | None:
    rate = quantities[place]
    name = named[1] + named[2]
    stem = MANNER.sub("", FILLERS.sub("", named[1])) + ("满意" if named[2] == "满意度" else "")
    if rate.value > 100 and rate.unit == "%" and named[2] == "率" and not ABOVE_HUNDRED.search(named[1]):
        return _impossible(rate, name)
    counts = _counts(quantities, place)
    here = [one for one in counts if one.sentence == rate.sentence]
    graded = _graded(stem, rate, here)
    if graded is not None:
        return graded
    called = pair(stem, counts)
    # farther back two counts give a rate by accident, unless it is printed finely or one of them is called like it
    known = [one for one in counts if len(stem) >= 2 and stem[-2:] in one.label + one.tail[:6]]
    wide = any_pair(rate, counts) if rate.step <= Decimal("0.01") else any_pair(rate, counts, among=known)
    if called is not None and ON_TIME.search(called[0].label) and not ON_TIME.search(named[1]):
        called = called if gives(rate, *called) else None  # 按时结案597件，结案率100%: those closed late are not named
    own = called is not None and _by_one_slip(*called, rate)  # then figures of other sentences explain nothing
    given = next(
        (
            two
            for two in (called, any_pair(rate, here), None if own else wide, combined(stem, rate, here))
            if two and gives(rate, *two)
        ),
        None,
    )
    if given is not None:
        return _claim(rate, *given, good=True)
    if (
        rate.about
        or SURVEYED.search(stem)
        or (
            CLOSED.search(stem)
            and CARRIED.search(INCLUDED.sub("", text.flat[text.bounds(rate.sentence)[0] : rate.start]))
        )
    ):
        return None
    weaker = likely_pair(stem, [one for one in counts if "\n" not in text.flat[one.end : rate.start]])
    if weaker is not None and gives(rate, *weaker):
        return _claim(rate, *weaker, good=True)
    by_slip = weaker if weaker is not None and _by_one_slip(*weaker, rate) else None
    certain = called is not None and (own or (by_slip is None and _certain(text, *called, rate, counts)))
    sure = called if certain else by_slip or _in_a_row(text, stem, rate, here)
    sure = sure or _likely(text, stem, rate, counts) or _failed(stem, rate, here)
    late = ON_TIME.search(named[1]) is not None and sure is not None and not ON_TIME.search(sure[0].label)
    if sure is not None and late:
        closed = percent_of(sure[0].value, sure[1].value, rate)
        if rate.value < closed or rate.value == 100 > closed:
            return None  # 办结88975件，按时办结率99.2%: of those closed some were late, or at 100% none
    if sure is not None and "平均" in named[1] and sum(one.unit == sure[1].unit for one in here) > 2:
        return None  # of several pairs together
    if sure is not None:
        return _claim(rate, *sure, good=False)
    carried = CLOSED.search(stem) and CARRIED.search(INCLUDED.sub("", text.flat[slice(*text.bounds(rate.sentence))]))
    if called is None and not carried:
        told = ahead(text, stem, rate, quantities[place + 1 : place + 5])
        if told is not None:
            return _claim(rate, *told, good=gives(rate, *told))
    whole = _whole(stem, here[:1])
    if called is None and whole is not None and not possible(rate, whole):
        return none_gives("ratio", rate, whole, f"“{name}”")
    return None


def _counts(quantities: Sequence[Quantity], place: int) -> list[Quantity]:
    """Counts before the rate in its sentence and those before, the nearest first; nothing in brackets beside it."""
    rate = quantities[place]
    found = [
        one
        for one in reversed(quantities[max(0, place - WINDOW) : place])
        if one.sentence >= rate.sentence - BACK and one.count and one.depth <= rate.depth and one.value > 0
    ]
    return found[:9]


# -- numerator and denominator by their names ---------------------------------------------------------------------------


def _graded(stem: str, rate: Quantity, here: Sequence[Quantity]) -> Claim | None:
    """非常满意、满意、基本满意 together: the good grades of all the ratings in the sentence."""
    if not re.search(r"好评|满意", stem):
        return None
    good = [one for one in reversed(here) if one.label.endswith("满意") and "不" not in one.label]
    whole = next((one for one in here if "评价" in one.label + one.tail), None)
    if len(good) < 2 or whole is None or not all(one.exact for one in (*good, whole)):
        return None
    sums = [replace(good[0], value=added_up(good[:size])) for size in range(2, len(good) + 1)]
    fitting = next((part for part in sums if gives(rate, part, whole)), None)
    return _claim(rate, fitting or sums[-1], whole, good=fitting is not None)


def _certain(text: Text, part: Quantity, whole: Quantity, rate: Quantity, counts: Sequence[Quantity]) -> bool:
    """True if the two counts are beyond doubt those of the rate: named after it and right before it."""
    between = text.flat[part.end : rate.start]
    if part.about or whole.about or part.sentence != rate.sentence or "；" in between or len(between) > 30:
        return False
    return whole.sentence == rate.sentence or (
        whole.sentence == rate.sentence - 1
        and whole.unit == part.unit
        and part.value <= whole.value
        and not any(whole.start < one.start < part.start and alike(one, part) for one in counts)
    )


def _by_one_slip(part: Quantity, whole: Quantity, rate: Quantity) -> bool:
    """True if two counts of the rate's sentence called after it would give it but for one slip."""
    return (
        part.sentence == rate.sentence
        and whole.sentence >= rate.sentence - 1
        and not (part.about or whole.about)
        and max(part.step, whole.step) <= 1
        and alike(part, whole)
        and rate.step < 1
        and one_slip(rate, part, whole)
    )


def _failed(stem: str, rate: Quantity, here: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """抽检6183批次，检出不合格155批次，合格率97.5%: what passed is the rest of what failed, if one slip explains the rate."""
    if len(here) < 2 or len(stem) < 2 or DENIED.match(stem):
        return None
    part, whole = here[0], here[1]
    if not re.search(rf"[不未]{stem[-2:]}", part.label) or part.unit != whole.unit or not INTAKE.search(whole.label):
        return None
    rest = replace(part, value=whole.value - part.value)
    if not part.exact or not whole.exact or part.value * 20 > whole.value * 30 or rate.step >= 1:
        return None
    slips = any(
        gives(rate, replace(part, value=other.value - failed.value), other)
        for other, failed in [(one, part) for one in variants(whole)] + [(whole, one) for one in variants(part)]
        if 0 <= failed.value < other.value
    )
    wrong_rate = rest.value > 0 and any(gives(one, rest, whole) for one in variants(rate))
    return (rest, whole) if rest.value > 0 and (slips or wrong_rate) else None


def _in_a_row(text: Text, stem: str, rate: Quantity, here: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """政务服务事项836项，659项网上可办，网办率88.5%: whole, part and rate one behind the other, the rate called like the part."""
    if len(here) < 2 or (DENIED.match(stem) and not INTAKE.search(here[1].label)):
        return None
    part, whole = here[0], here[1]
    behind = text.flat[part.end : rate.start]
    between = text.flat[whole.end : part.start]
    if (
        (part.unit, part.depth) != (whole.unit, whole.depth)
        or part.depth != rate.depth
        or not part.exact
        or not whole.exact
        or part.value > whole.value
        or "；" in behind + between
        or re.search(r"\d", behind)
        or behind.count("，") > 2
        or between.count("，") > 2
        or NOT_DONE.search(whole.label)
        or re.search("、[^，]*$|[和与及][^，、]{0,8}$", between)
    ):
        return None
    words = part.label + part.tail
    signs = [sign for sign in dict.fromkeys(stem.removesuffix("事项")) if sign not in "可的事项率数"]
    if len(signs) < 2 or not all(sign in words for sign in signs):
        return None
    return part, whole


def _likely(text: Text, stem: str, rate: Quantity, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """受理46983件。……直接答复33786件，直接答复率71.91%: the part right before the rate and called like it, the whole what
    was taken in before it, if one slip in one of the three explains why they do not fit."""
    if not counts or len(stem) < 2:
        return None
    part = counts[0]
    between = text.flat[part.end : rate.start]
    words = part.label + part.tail[:6]
    if (
        part.sentence != rate.sentence
        or not part.exact
        or part.depth != rate.depth
        or "；" in between
        or len(between) > 16
        or stem[-2:] not in words
    ):
        return None
    whole = next(
        (
            one
            for one in counts[1:]
            if one.unit == part.unit
            and one.exact
            and one.value * 20 > part.value
            and one.sentence >= rate.sentence - 2
            and TAKEN_IN.search(one.label)
            and not NOT_DONE.search(one.label)
        ),
        None,
    )
    if whole is None or not one_slip(rate, part, whole):
        return None
    return part, whole


def _whole(stem: str, nearest: Sequence[Quantity]) -> Quantity | None:
    """The denominator alone, where it stands right before the rate and its name leaves no doubt."""
    words = (*STRONG_WHOLE.get(stem[-2:], ()), *(("隐患",) if stem.endswith("整改") else ()))
    for one in nearest:
        part = one.label.startswith(("其中", "含", "包括"))
        if (
            one.exact
            and any(word in one.label + one.tail[:6] for word in words)
            and not part
            and not NOT_DONE.search(one.label)
        ):
            return one
    return None


# -- claims --------------------------------------------------------------------------------------------------------------


def _claim(rate: Quantity, part: Quantity, whole: Quantity, *, good: bool) -> Claim:
    return compared(
        "ratio",
        [part, whole, rate],
        good=good,
        formula=f"{shown(part.value)}÷{shown(whole.value)}",
        stated=rate,
        computed=printed(percent_of(part.value, whole.value, rate), rate),
        part=part,
        whole=whole,
        causes="比率或其中一个数笔误，也可能分子、分母另有口径",
    )


def _impossible(rate: Quantity, name: str) -> Claim:
    return Claim(
        kind="ratio",
        verdict="infeasible",
        says=f"请核对：“{name}”不会超过100%，文中为{shown(rate.value)}%。可能是小数点错位或比率笔误。",
        stated=rate.value,
        **spanning([rate]),
    )
