"""Repeats: one figure stated twice with different values, recognised by the words before and behind it."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from yiwang.insight.checker.claims import Claim, mistyped, shown, spanning
from yiwang.insight.checker.finders.days import report_year
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import PERCENT, Quantity

FILLERS = re.compile(
    r"目前|现有|现|已经?|共计|合计|总计|累计|一共|共有|共|达到|达|约|近|为|有|全部|完成|实现|推出|的|了|我[局市区县镇]|全[市区县镇]|等|个|项"
)
SCOPES = re.compile(
    r"(?:19|20)\d\d年|[上去前今明本]年|同期|第[一二三四]季度|[上下]半年|\d{1,2}月|同比|环比|分别|其中|新增|另|其他|每|平均|人均"
)
GROWTH = re.compile(r"同比|环比|增|降|减|升|提高|提速|缩|占")
FAR = 80  # figures between two of one name
SHORTEST = 5  # signs of a name by which two figures may be called the same


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Pairs of figures with the same name and unit. Equal ones agree; different ones are named if one looks like a slip
    of the other, for a name that returns with another value mostly counts something else."""
    year = f"{report_year(text) or ''}年"
    called: dict[tuple[str, str], list[Quantity]] = defaultdict(list)
    for one in quantities:
        name = _name(text, one)
        if len(name) >= SHORTEST and not one.about and (one.value >= 20 or one.percent):
            called[name, one.unit].append(one)
    named: set[tuple[int, ...]] = set()
    for group in called.values():
        for one, other in itertools.pairwise(group):
            if one.sentence == other.sentence:
                continue
            if one.value == other.value:
                yield _claim(one, other, good=True)
            elif (
                one.unit != PERCENT
                and mistyped(one.value, other.value)
                and _done(_words(text, one)) == _done(_words(text, other))
                and _same_period(_periods(text, one), _periods(text, other), year)
            ):
                yield _claim(one, other, good=False)
                named.add((one.start, other.start))
    for claim in (*_called_likewise(text, quantities, year), *_grown_alike(quantities)):
        if claim.places not in named:
            named.add(claim.places)
            yield claim


# what was done, or what it is: two figures that differ in this count different things
DONE = re.compile(
    r"受理|收到|接到|办结|审结|结案|立案|整改|完成|发现|排查|化解|调解|满意|好评|差评|合格|回访|转办|交办|答复|公开|许可|处罚|强制"
    r"|检查|培训|认领|编目|挂接|网上|网办|跑|即办|一次|归集|共享|注销|新增|新设|取消|下放|罚没|支出|收入|男|女|企业|个体|评价|投诉|举报"
    r"|咨询|求助|建议|提案|乡镇|街道|部门|线上|线下|窗口|维持|撤销|驳回|诉讼|复议|应诉|调研|考核|采纳|办复|发放|发布|回收|参加|参与"
)
AREA = re.compile(r"全国|全省|全市|全县|全区|全镇|省级|市级|县级|区级|镇级|村级|本级|省|国家|中央|分中心|试点|直属")
TAKEN = ("受理", "收到", "接到")  # often left out the second time
LARGE = 1000  # the least figure two looser names are compared for


def _called_likewise(text: Text, quantities: Sequence[Quantity], year: str) -> Iterator[Claim]:
    """区级政务服务事项1682项 and 办理政务服务事项1628项: large figures one slip apart whose names share most of their words, where
    one of them may name its place or year and the other not."""
    large = [
        one
        for one in quantities
        if one.exact and one.count and one.value >= LARGE and one.unit not in ("", "元", "人次")
    ]
    told: set[int] = set()
    for place, one in enumerate(large):
        for other in large[place + 1 : place + 1 + FAR]:
            if (
                one.unit == other.unit
                and one.sentence != other.sentence
                and other.start not in told
                and mistyped(one.value, other.value)
                and one.value * 5 > other.value
                and other.value * 5 > one.value
                and _alike(text, one, other, year)
            ):
                told.add(other.start)
                yield _claim(one, other, good=False)


def _grown_alike(quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """投诉46413件，同比上升1.25% and 共受理投诉46431件，同比上升1.25%: what is called alike and grew alike is the same."""
    grown = [
        (one, rate)
        for one, rate in itertools.pairwise(quantities)
        if one.exact and one.count and one.value >= 100 and rate.aside and rate.percent and rate.step < 1
    ]
    for place, (one, rate) in enumerate(grown):
        for other, same in grown[place + 1 :]:
            if (
                (one.unit, rate.value, rate.label, one.label[-2:])
                == (other.unit, same.value, same.label, other.label[-2:])
                and one.sentence != other.sentence
                and mistyped(one.value, other.value)
            ):
                yield _claim(one, other, good=False)
                break


def _alike(text: Text, one: Quantity, other: Quantity, year: str) -> bool:
    words, others = _words(text, one), _words(text, other)
    if GROWTH.search(words[-16:]) or GROWTH.search(others[-16:]):
        return False
    periods = [_periods(text, of) for of in (one, other)]
    years = [
        next((word for word in reversed(said) if re.match(r"\d{4}年|[上去前]年|同期", word)), year) for said in periods
    ]
    parts = [[word for word in said if not re.match(r"\d{4}年|[今本]年", word)] for said in periods]
    if years[0] != years[1] or (all(parts) and parts[0] != parts[1]):
        return False
    areas = [set(AREA.findall(said)) for said in (words, others)]
    if all(areas) and areas[0] != areas[1]:
        return False
    a, b = (_pairs(FILLERS.sub("", AREA.sub("", said))) for said in (words, others))
    return _done(words) == _done(others) and len(a & b) >= 3 and len(a & b) * 5 >= 3 * min(len(a), len(b))


def _done(words: str) -> set[str]:
    return {word for word in DONE.findall(words) if word not in TAKEN}


def _words(text: Text, one: Quantity) -> str:
    """The clause before a figure and the words behind it."""
    label = re.split(r"[，；。：()、]|[一二三四五六七八九十]是", text.flat[max(0, one.start - 24) : one.start])[-1]
    return label + one.tail[:8]


def _pairs(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1)}


def _name(text: Text, one: Quantity) -> str:
    label = re.split(r"[，；。：()、]", text.flat[max(0, one.start - 14) : one.start])[-1]
    if GROWTH.search(label):
        return ""
    label = FILLERS.sub("", label)[-6:]
    tail = re.split(r"(?:在|可|均|全部|实现|进驻|办理|已|，)", one.tail)[0]
    tail = FILLERS.sub("", tail)[:8]
    return f"{label}|{tail}" if (label and len(tail) >= 2) or len(label) >= 4 else ""


def _same_period(one: tuple[str, ...], other: tuple[str, ...], year: str) -> bool:
    """True if the two speak of the same time and scope; the year the report is about need not be named again."""
    return [word for word in one if word != year] == [word for word in other if word != year]


def _periods(text: Text, one: Quantity) -> tuple[str, ...]:
    """The years and scopes the sentence speaks of before the figure."""
    begin = text.bounds(one.sentence)[0]
    return tuple(SCOPES.findall(text.flat[begin : one.start]))


def _claim(one: Quantity, other: Quantity, *, good: bool) -> Claim:
    if good:
        says = f"前后两处均为{shown(one.value)}。"
    else:
        says = f"请核对：同一数据前文为{shown(one.value)}{one.unit}，后文为{shown(other.value)}{other.unit}。可能是其中一处笔误，也可能时间或范围不同而未说明。"
    return Claim(
        kind="repeat",
        verdict="consistent" if good else "inconsistent",
        says=says,
        parts=(one.value, other.value),
        stated=other.value,
        computed=one.value,
        **spanning([one, other]),
    )
