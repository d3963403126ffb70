"""Which two counts a rate is taken from: numerator and denominator by their names, or by their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import fine, gives, one_slip
from yiwang.insight.checker.quantities import Quantity, alike

# words by which the part of such a rate may be called
CALLED = {
    "执行": "支出|使用|执行",
    "回收": "回收|收回",
    "网办": "网办|网上可?办|网上",
    "可办": "可办|可网办",
    "应诉": "应诉|出庭",
    "成功": "成功|化解",
    "参考": "参考|实考|实际参加|参加考试",
    "参训": "参训|实训|实际参加|参加培训",
    "参学": "参学|实际参加",
    "结案": "结案|办结|审结",
    "办结": "办结|结案|审结",
    "审结": "审结|结案",
    "办复": "办复|答复|办结",
    "通过": "通过|合格",
    "纠错": "纠错|撤销",
}
STRONG_WHOLE = {
    "办结": (
        "受理",
        "收到",
        "接到",
        "接收",
        "收件",
        "登记",
        "交办",
        "承办",
        "转办",
        "立案",
        "新收",
        "收案",
        "共",
        "办理",
    ),
    "审结": ("受理", "收到", "立案", "收案", "新收"),
    "执结": ("受理", "收案", "新收", "执行案件"),
    "好评": ("评价", "评议"),
    "差评": ("评价",),
    "满意": ("评价", "回访", "测评", "参评", "反馈", "收回", "回收"),
    "不满意": ("评价", "回访"),
    "认领": ("应认领",),
    "整改": ("问题", "差评", "应整改", "发现"),
    "回访": ("应回访", "办结", "工单"),
    "合格": ("培训", "评查", "考核", "抽检", "抽查", "检测", "检查", "抽样", "参加", "参考", "监测"),
    "优秀": ("评估", "参加", "参考", "评查", "考核", "测评"),
    "参考": ("应考", "应参", "报名", "应"),
    "参训": ("应参", "应训", "应"),
    "通过": ("参加", "参考", "应考"),
    "结案": ("立案", "受理", "收案", "受案", "新收"),
    "整治": ("问题", "隐患"),
    "公开": ("应公开",),
    "公示": ("应公示",),
    "录入": ("应录入",),
    "调处": ("排查", "受理", "纠纷"),
    "胜诉": ("审结", "判决", "应诉", "诉讼", "案件"),
    "败诉": ("审结", "判决", "应诉", "诉讼", "案件"),
    "签约": ("应签约",),
    "完成": ("应完成", "任务", "计划", "事项", "问题"),
    "采纳": ("意见", "建议"),
    "答复": ("应答复", "收到", "申请", "建议", "提案"),
    "办复": ("承办", "收到", "建议", "提案"),
    "挂接": ("编目", "应挂接", "目录"),
    "评价": ("办件", "办理", "应评价", "业务"),
    "进驻": ("应进驻",),
    "应诉": ("应出庭", "案件", "开庭"),
    "出庭": ("应出庭", "案件", "开庭", "应诉"),
    "执行": ("应执行", "案件", "预算", "安排", "下达", "资金"),
    "处置": ("受理", "收到", "接到", "发现"),
    "响应": ("受理", "收到", "诉求"),
    "注册": ("应注册", "共有", "总"),
    "成功": ("调解", "受理", "纠纷"),
    "调解": ("审结", "受理", "纠纷"),
    "化解": ("交办", "受理", "案件", "排查", "纠纷"),
    "回收": ("发放", "发出"),
    "持证": ("共有", "执法人员", "在岗", "在编"),
    "销号": ("问题", "交办"),
}
# the whole of a rate that leaves open what it is of: only where its part is told too
LOOSE_WHOLE = {"可办": ("事项",), "网办": ("事项",)}
# what else may be the whole where one slip explains why the three do not fit
THINGS = re.compile(
    r"工单|诉求|投诉|举报|咨询|信件|来信|来访|资金|事项|案件|业务|申请|问题|任务|纠纷|办件|隐患|线索|建议|提案|审结|送审|受理|收到|接到|来电|呼入|派发|交办|立案|判决|应(?!诉)"
)
WHOLE = re.compile(
    r"应|需|须|共|总|累计|全部|全年|收到|受理|接到|登记|产生|抽查|抽取|参加|涉及|交办|任务|计划|核查|检查"
)
NOT_DONE = re.compile(r"未|不|待|在办|剩余|尚有|无|上年|去年")
DENIED = re.compile(r"[不未败差]")
INTAKE = re.compile(r"受理|收到|接到|审结|办结|立案|审理|抽[检查样]|检查|参[加评考]|应(?!诉)|评价")


def pair(stem: str, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """已认领 of 应认领, 好评 of 评价."""
    core = stem[-3:] if stem[-3:-2] in ("不", "未") else stem[-2:]
    if len(core) < 2:
        return None
    if core in ("覆盖", "完备", "普及", "完成", "开通", "应用", "上线"):
        own = _covered(stem[:-2], counts)
        if own:
            return own
        core = stem[-4:-2] or core
    called = re.compile(rf"(?<!{'不' if not core.startswith('不') else '零'})(?:{CALLED.get(core, core)})")
    named = [one for one in counts if called.search(one.label) or called.search(one.tail[:6])]
    done = [
        one
        for one in named
        if not re.search(
            r"应(?!诉)|需|须|待|未|不予|总", one.label.replace("不满意", "") if core != "满意" else one.label
        )
        or core.startswith(("不", "未"))
    ]
    if not done:
        return None
    part = done[0]
    index = counts.index(part)
    owed = [one for one in counts if one is not part and core in one.label and re.search(r"应(?!诉)|需|须", one.label)]
    if owed:
        return part, owed[0]
    words = STRONG_WHOLE.get(core, STRONG_WHOLE.get(core.lstrip("不未"), LOOSE_WHOLE.get(core, ())))
    said = [
        one
        for one in counts[index + 1 :]
        if any(word in one.label or word in one.tail[:8] for word in words)
        and (alike(one, part) or one.sentence == part.sentence)
        and not NOT_DONE.search(one.label)
    ]
    if said:
        return part, said[0]
    adjacent = counts[index + 1] if index + 1 < len(counts) else None
    if (
        adjacent is None
        or (DENIED.match(stem) and not INTAKE.search(adjacent.label))
        or (adjacent.unit, adjacent.sentence) != (part.unit, part.sentence)
    ):
        return None
    verb = part.label.replace(core, "", 1)[-2:]
    if WHOLE.search(adjacent.label) or (len(verb) == 2 and verb in adjacent.label and adjacent.value >= part.value):
        return part, adjacent
    return None


def likely_pair(stem: str, here: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """形成工单11171件，……综合办结11163件，综合办结率99.93%: the nearest count called like the rate, and a count before it of
    what such rates are taken of."""
    core = stem[-2:]
    if len(core) < 2 or DENIED.match(stem):
        return None
    called = re.compile(CALLED.get(core, core))
    part = next((one for one in here if called.search(one.label) and not NOT_DONE.search(one.label)), None)
    if part is None:
        return None
    for one in here[here.index(part) + 1 :]:
        thing = THINGS.search(one.label + one.tail[:4]) and not called.search(one.label)
        if thing and alike(one, part) and not NOT_DONE.search(one.label):
            return part, one
    return None


def ahead(text: Text, stem: str, rate: Quantity, behind: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """办结率98.5%，共受理1200件，办结1182件; 满意率99.2%（回访1250件，满意1240件）; 办结率99.25%（1191/1200）: the two counts
    right behind the rate, both called as its counts are called, or written as a fraction."""
    fraction = re.match(r"[，]?\((\d{1,9})[/÷](\d{1,9})\)", text.flat[rate.end : rate.end + 24])
    if fraction:
        part, whole = (
            replace(
                rate,
                value=Decimal(fraction[n]),
                unit="",
                step=Decimal(1),
                start=rate.end + fraction.start(n),
                end=rate.end + fraction.end(n),
            )
            for n in (1, 2)
        )
        return (part, whole) if whole.value else None
    here: list[Quantity] = []
    for one in behind:
        between = text.flat[(here[-1] if here else rate).end : one.start]
        if one.sentence != rate.sentence or not one.count or "；" in between or len(between) > 20:
            break
        here.append(one)
    two = here[:2]
    if len(two) < 2 or two[0].unit != two[1].unit or not all(one.exact for one in two):
        return None
    for counts in (two[::-1], two):
        called = pair(stem, counts)
        meant = called is not None and (called[0].value <= called[1].value or one_slip(rate, *called))
        if called is not None and meant and _named(stem, called[1]):
            return called
    return None


def _named(stem: str, whole: Quantity) -> bool:
    """True if the whole is called as the whole of such a rate is."""
    words = STRONG_WHOLE.get(stem[-2:], ())
    return any(word in whole.label for word in words) or WHOLE.search(whole.label) is not None


def _covered(base: str, counts: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """监管事项覆盖率: of the counts named after 监管事项 the one that says 有 or 已, and the one named before it."""
    words = base[:2] if len(base) >= 2 else ""
    named = [one for one in counts if words and words in one.label and not re.search("无|未|不", one.label)]
    for index, part in enumerate(named):
        wholes = [one for one in named[index + 1 :] if one.unit == part.unit and not re.search("有|已", one.label)]
        if re.search("有|已", part.label) and wholes:
            return part, wholes[0]
    return None


def any_pair(
    rate: Quantity, counts: Sequence[Quantity], among: Sequence[Quantity] | None = None
) -> tuple[Quantity, Quantity] | None:
    """Two counts that give the rate, whatever they are called; nearest first, the part ``among`` those if any are named.
    100 % is given by chance too often."""
    if rate.value in (0, 100):
        same = [one for one in counts if one.sentence == rate.sentence]
        if rate.value == 100 and len(same) >= 2 and same[0].value == same[1].value and same[0].unit == same[1].unit:
            return same[0], same[1]
        return None
    if rate.step >= 1 and rate.value < 10:
        return None
    for index, part in enumerate(counts):
        if among is not None and part not in among:
            continue
        for whole in (*counts[index + 1 :], *counts[:index]):
            close = part.sentence == whole.sentence or rate.step < 1
            if (
                part.value <= whole.value
                and whole.value >= 10
                and close
                and (alike(part, whole) or part.sentence == whole.sentence)
                and fine(rate, part, whole)
                and gives(rate, part, whole)
            ):
                return part, whole
    return None


def combined(stem: str, rate: Quantity, here: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """Two counts together of a third: 当场答复5113宗，转办后办结1898宗 of 7227宗."""
    if rate.step >= 1:
        return None
    for part, whole in combinations(here, 2):  # 抽检306183批次，不合格7685批次，合格率97.5%: the rest of the whole
        if NOT_DONE.search(part.label) and part.unit == whole.unit and part.exact and whole.exact:
            rest = replace(part, value=whole.value - part.value)
            if not DENIED.match(stem) and rest.value > 0 and gives(rate, rest, whole):
                return rest, whole
    for part, other in combinations(here, 2):  # 逮捕25人，不捕24人，不捕率48.98%: the whole is both together
        for one in (part, other):
            both = replace(one, value=part.value + other.value, start=min(part.start, other.start))
            sides = DENIED.match(stem) or NOT_DONE.search(part.label) or NOT_DONE.search(other.label)
            if sides and part.unit == other.unit and part.exact and other.exact and gives(rate, one, both):
                return one, both
    for whole in here:
        for one, other in combinations([part for part in here if part is not whole and part.unit == whole.unit], 2):
            both = replace(one, value=one.value + other.value, start=min(one.start, other.start))
            if one.exact and other.exact and whole.exact and both.value <= whole.value and gives(rate, both, whole):
                return both, whole
    return None
