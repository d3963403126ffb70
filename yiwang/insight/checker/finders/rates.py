"""Rates and shares: 办结率, 占比 and their like against the counts they are taken from, and rates no whole number gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from yiwang.insight.checker.claims import Claim, percent_of, shown, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

RATE = re.compile(
    r"([^，；、。：()\d“”]{0,14}?)(率|覆盖度|满意度|知晓度|占比|比例|比重)(?:均|都|也|已|总体|整体|则|提升|提高|上升|增加|增长|下降|保持|稳定|持续|仍|分别|约|高|可|将|能|就|又)*(?:达到了?|高达|达|为|是|至|到|在|仅|近|超过|不低于|：)*$"
)
SHARE = re.compile(r"占(?P<of>[^，；。：()\d]{0,16}?)(?:的|比|比例|比重)?(?:达到?|为|约|近|高达|：)*$")
GROWTH = re.compile(
    r"同比|环比|增长|增幅|增速|降幅|下降|减少|提速|提升了?$|增加了?$|压减|压缩|缩短|上升|降低|高于|低于|涨幅|提高了?$|超额"
)
AIM = re.compile(r"力争|目标|确保|不低于|不少于|以上|达到.{0,6}以上|要求|计划|争取|预计")
WHOLE = re.compile(
    r"应|需|须|共|总|累计|全部|全年|收到|受理|接到|登记|产生|抽查|抽取|参加|涉及|交办|任务|计划|核查|检查"
)
NOT_DONE = re.compile(r"未|不|待|在办|剩余|尚有|无")
ABOVE_HUNDRED = re.compile(r"完成|增|达成|负荷|使用|执行|入库|投资|保值|产销|预算")
FILLERS = re.compile(
    r"^(?:平均|综合|总体|整体|按期|年度|全年|全市|全区|全县|全镇|我[市区县局镇]|群众|其中|事项|业务|案件|工单|系统|实现|使|研判后|累计|目前|综合|热线|服务|有效|总)+"
)
GENERIC = {"": (), "覆盖": ("有", "已"), "完成": ("完成", "已")}
STRONG_WHOLE = {
    "办结": ("受理", "收到", "接到", "接收", "收件", "登记", "交办", "承办", "转办", "立案", "共", "办理"),
    "好评": ("评价", "评议"),
    "差评": ("评价",),
    "满意": ("评价", "回访", "测评", "参评", "反馈"),
    "不满意": ("评价", "回访"),
    "认领": ("应认领",),
    "整改": ("问题", "差评", "应整改", "发现"),
    "回访": ("应回访", "办结", "工单"),
    "合格": ("抽检", "抽查", "检测", "检查", "抽样", "参加", "参考"),
    "优秀": ("参加", "参考"),
    "参考": ("应考", "应参", "报名"),
    "采纳": ("意见", "建议"),
    "答复": ("应答复", "收到", "申请", "建议", "提案"),
    "办复": ("承办", "收到", "建议", "提案"),
    "挂接": ("编目", "应挂接", "目录"),
    "评价": ("办件", "办理", "应评价", "业务"),
    "进驻": ("应进驻",),
    "应诉": ("应出庭", "案件", "开庭"),
    "出庭": ("应出庭", "案件", "开庭", "应诉"),
    "执行": ("应执行", "案件"),
    "处置": ("受理", "收到", "接到", "发现"),
    "响应": ("受理", "收到", "诉求"),
    "注册": ("应注册", "共有", "总"),
}


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each percentage that names a rate or a share, judged where its two counts stand beside it."""
    for place, rate in enumerate(quantities):
        if not rate.percent:
            continue
        label = _label(text, rate)
        if GROWTH.search(label[-8:]) or AIM.search(label):
            continue
        share = SHARE.search(label)
        named = RATE.search(label)
        bracketed = rate.depth > 0 and rate.bracket == rate.start - 1
        if share and not (named and named[2] == "率"):
            claim = _share(text, quantities, place, share["of"])
        elif named:
            claim = _rate(text, quantities, place, named)
        elif bracketed:
            claim = _share(text, quantities, place, "")
        else:
            claim = None
        if claim is not None:
            yield claim


def _label(text: Text, rate: Quantity) -> str:
    begin = text.bounds(rate.sentence)[0]
    before = text.flat[begin : rate.start]
    return re.split(r"[，；。：()\d、]", before)[-1] or before[-10:]


def _near_counts(quantities: Sequence[Quantity], place: int) -> list[Quantity]:
    """Counts before the rate in its sentence and the one before, the nearest first; nothing in brackets it stands beside."""
    rate = quantities[place]
    found = [
        one
        for one in reversed(quantities[:place])
        if one.sentence >= rate.sentence - 1 and one.count and one.depth <= rate.depth and one.value > 0
    ]
    return found[:9]


# -- rates ---------------------------------------------------------------------------------------------------------------


def _rate(text: Text, quantities: Sequence[Quantity], place: int, named: re.Match[str]) -> Claim | None:
    rate = quantities[place]
    stem = FILLERS.sub("", named[1])
    over = rate.value > 100 and rate.unit == "%"
    if over and named[2] == "率" and not ABOVE_HUNDRED.search(named[1]):
        return _impossible(rate, f"请核对：“{named[1]}{named[2]}”不会超过100%，文中为{shown(rate.value)}%。")
    counts = [
        one for one in _near_counts(quantities, place) if one.sentence == rate.sentence or _open(quantities, place)
    ]
    stem = re.sub(r"(?:按时|及时|按期|提前|限时|群众|初次|一次|准时)", "", stem)
    graded = _graded(stem, rate, counts)
    if graded is not None:
        return graded
    pair = _pair(stem, counts)
    if pair and _gives(rate, *pair):
        return _claim("ratio", rate, *pair, "consistent")
    other = _any_pair(rate, counts)
    if other:
        return _claim("ratio", rate, *other, "consistent")
    if pair and _certain(stem, *pair, rate) and not rate.about:
        return _claim("ratio", rate, *pair, "inconsistent")
    whole = _whole(stem, counts)
    if pair is None and whole and not rate.about and not _possible(rate, whole):
        return _infeasible(rate, whole, named[1] + named[2])
    return None


def _open(quantities: Sequence[Quantity], place: int) -> bool:
    """True if the rate's own sentence has fewer than two counts before it, so that they may stand in the one before."""
    rate = quantities[place]
    return sum(one.count and one.sentence == rate.sentence for one in quantities[:place]) < 2


def _pair(stem: str, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """Numerator and denominator by their names: 已认领 of 应认领, 好评 of 评价."""
    core = stem[-2:] if len(stem) >= 2 else stem
    if len(core) < 2:
        return None
    if core in ("覆盖", "完备", "普及", "完成", "开通", "应用", "上线"):
        covered = _covered(stem[:-2], counts)
        if covered:
            return covered
        core = stem[-4:-2] or core
    named = [one for one in counts if core in one.label or core in one.tail[:6]]
    done = [
        one
        for one in named
        if not re.search(r"应|需|须|待|未|不予|总", one.label.replace("不满意", "") if core != "满意" else one.label)
    ]
    if not done:
        return None
    part = done[0]
    index = counts.index(part)
    owed = [one for one in counts if one is not part and core in one.label and re.search(r"应|需|须", one.label)]
    if owed:
        return part, owed[0]
    words = STRONG_WHOLE.get(core, ())
    earlier = counts[index + 1 :]
    said = [one for one in earlier if any(word in one.label or word in one.tail[:8] for word in words)]
    said = [one for one in said if alike(one, part) or one.sentence == part.sentence]
    if said:
        return part, said[0]
    adjacent = counts[index + 1] if index + 1 < len(counts) else None
    if adjacent is None or (adjacent.unit, adjacent.sentence) != (part.unit, part.sentence):
        return None
    verb = part.label.replace(core, "", 1)[-2:]
    if WHOLE.search(adjacent.label) or (len(verb) == 2 and verb in adjacent.label and adjacent.value >= part.value):
        return part, adjacent
    return None


def _graded(stem: str, rate: Quantity, counts: Sequence[Quantity]) -> Claim | None:
    """非常满意、满意、基本满意 together: the good grades of all the ratings in the sentence."""
    if not re.search(r"好评|满意", stem):
        return None
    grades = [one for one in counts if one.sentence == rate.sentence and one.label.endswith("满意")]
    good = [one for one in reversed(grades) if "不" not in one.label]
    whole = next((one for one in counts if one.sentence == rate.sentence and "评价" in one.label + one.tail), None)
    if len(good) < 2 or whole is None or not all(one.exact for one in (*good, whole)):
        return None
    sums = {size: sum((one.value for one in good[:size]), Decimal(0)) for size in range(2, len(good) + 1)}
    fitting = next((value for value in sums.values() if rate.could_be(percent_of(value, whole.value, rate))), None)
    part = replace(good[0], value=fitting if fitting is not None else sums[len(good)])
    return _claim("ratio", rate, part, whole, "consistent" if fitting is not None else "inconsistent")


def _covered(base: str, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """监管事项覆盖率: of the counts named after 监管事项 the one that says 有 or 已, and the one named before it."""
    words = base[:2] if len(base) >= 2 else ""
    named = [one for one in counts if words and words in one.label and not re.search("无|未|不", one.label)]
    for index, part in enumerate(named):
        wholes = [one for one in named[index + 1 :] if one.unit == part.unit and not re.search("有|已", one.label)]
        if re.search("有|已", part.label) and wholes:
            return part, wholes[-1] if len(wholes) == 1 else wholes[0]
    return None


def _certain(stem: str, part: Quantity, whole: Quantity, rate: Quantity) -> bool:
    """True if the two counts are beyond doubt those of the rate: named after it, in its sentence, not 约."""
    return not part.about and not whole.about and part.sentence == rate.sentence == whole.sentence


def _whole(stem: str, counts: Sequence[Quantity]) -> Quantity | None:
    """The denominator alone, where its name leaves no doubt."""
    words = STRONG_WHOLE.get(stem[-2:], ())
    for one in counts:
        if one.exact and any(word in one.label for word in words) and not NOT_DONE.search(one.label):
            return one
    return None


def _any_pair(rate: Quantity, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """Two counts that give the rate, whatever they are called; nearest first. 100 % is given by chance too often."""
    if rate.value in (0, 100):
        same = [one for one in counts if one.sentence == rate.sentence]
        if rate.value == 100 and len(same) >= 2 and same[0].value == same[1].value and same[0].unit == same[1].unit:
            return same[0], same[1]
        return None
    precise = rate.step < 1 or rate.value >= 10
    for index, part in enumerate(counts):
        for whole in (*counts[index + 1 :], *counts[:index]):
            if (
                part.value <= whole.value
                and whole.value >= 10
                and alike_or_named(part, whole)
                and precise
                and _fine(rate, part, whole)
                and _gives(rate, part, whole)
            ):
                return part, whole
    return None


def _fine(rate: Quantity, part: Quantity, whole: Quantity) -> bool:
    """True if the two counts are printed finely enough that giving the rate is no accident."""
    return (part.exact and whole.exact) or percent_of(part.step + whole.step, whole.value, rate) <= rate.step


def alike_or_named(part: Quantity, whole: Quantity) -> bool:
    return alike(part, whole) or part.sentence == whole.sentence


# -- shares --------------------------------------------------------------------------------------------------------------


def _share(text: Text, quantities: Sequence[Quantity], place: int, of: str) -> Claim | None:
    rate = quantities[place]
    before = [one for one in reversed(quantities[:place]) if one.count and one.sentence >= rate.sentence - 1]
    inner = [one for one in before if one.depth <= rate.depth]
    if not inner or inner[0].sentence != rate.sentence:
        return None
    part = inner[0]
    between = text.flat[part.end : rate.start]
    if "；" in between or between.count("，") > 1:
        return None
    wholes = [one for one in inner[1:10] if alike(one, part) and one.value >= part.value]
    for whole in wholes:
        if _gives(rate, part, whole):
            return _claim("share", rate, part, whole, "consistent")
    if rate.about or part.about:
        return None
    said = [one for one in wholes if (one.sentence, one.unit) == (rate.sentence, part.unit) and not one.about]
    said = said[:1] if part.label.startswith("其中") else [one for one in said if WHOLE.search(one.label)]
    if len(said) == 1 and (of or rate.depth == 0):
        return _claim("share", rate, part, said[0], "inconsistent")
    return None


# -- arithmetic ----------------------------------------------------------------------------------------------------------


def _gives(rate: Quantity, part: Quantity, whole: Quantity) -> bool:
    """True if part ÷ whole may print as the rate, with the printing of all three."""
    low, high = _range(part), _range(whole)
    least = percent_of(low[0], high[1], rate)
    most = percent_of(low[1], high[0], rate) if high[0] > 0 else Decimal(10**6)
    if part.exact and whole.exact:
        return rate.could_be(percent_of(part.value, whole.value, rate))
    slack = rate.step / 2
    return least - slack <= rate.value <= most + slack and most - least <= 5


def _range(one: Quantity) -> tuple[Decimal, Decimal]:
    if one.about:
        return one.value, one.value * Decimal("1.02") + one.step
    if one.step == 1:
        return one.value, one.value
    return one.value - one.step / 2, one.value + one.step / 2


def _possible(rate: Quantity, whole: Quantity) -> bool:
    """True if some whole number of the denominator prints as the rate."""
    guess = rate.value * whole.value / (1000 if rate.unit == "‰" else 100)
    near = int(guess)
    return any(
        rate.could_be(percent_of(Decimal(n), whole.value, rate))
        for n in range(max(near - 1, 0), near + 3)
        if n <= whole.value
    )


# -- claims --------------------------------------------------------------------------------------------------------------


def _claim(kind: str, rate: Quantity, part: Quantity, whole: Quantity, verdict: str) -> Claim:
    exact = percent_of(part.value, whole.value, rate)
    places = max(-int(rate.step.normalize().as_tuple().exponent), 0) if rate.step < 1 else 0
    computed = round(exact, max(places + 1, 2))
    formula = f"{shown(part.value)}÷{shown(whole.value)}={shown(Decimal(computed))}{rate.unit}"
    if verdict == "consistent":
        says = f"{formula}，与文中的{shown(rate.value)}{rate.unit}相符。"
    else:
        says = f"请核对：{formula}，文中为{shown(rate.value)}{rate.unit}。可能是比率或其中一个数笔误，也可能分子、分母另有口径。"
    return Claim(
        kind="share" if kind == "share" else "ratio",
        verdict="consistent" if verdict == "consistent" else "inconsistent",
        says=says,
        numerator=part.value,
        denominator=whole.value,
        stated=rate.value,
        computed=Decimal(computed),
        **spanning([part, whole, rate]),
    )


def _infeasible(rate: Quantity, whole: Quantity, name: str) -> Claim:
    guess = rate.value * whole.value / (1000 if rate.unit == "‰" else 100)
    low, high = Decimal(int(guess)), min(Decimal(int(guess) + 1), whole.value)
    tried = "、".join(
        f"{shown(n)}÷{shown(whole.value)}={shown(round(percent_of(n, whole.value, rate), 2))}{rate.unit}"
        for n in (low, high)
    )
    return Claim(
        kind="ratio",
        verdict="infeasible",
        says=f"请核对：总数为{shown(whole.value)}时，“{name}”不可能是{shown(rate.value)}{rate.unit}（最接近的是{tried}）。",
        denominator=whole.value,
        stated=rate.value,
        computed=round(percent_of(low, whole.value, rate), 2),
        **spanning([whole, rate]),
    )


def _impossible(rate: Quantity, says: str) -> Claim:
    return Claim(kind="ratio", verdict="infeasible", says=says, stated=rate.value, **spanning([rate]))
