"""Whether figures add up, and what makes a list the whole of something: shared by the finders of sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from yiwang.insight.checker.claims import added_up, near, shown
from yiwang.insight.checker.quantities import Quantity

WINDOW = 120  # figures before and behind a total that may be its parts
# a list that ends with the rest is a whole list
REST = re.compile(r"其他|其它|其余|剩余|余下|另有|另外|不属于|未|无效")
# people and things counted from several sides at once, and lists that name only some: these are no parts of one whole
SIDES = re.compile(
    r"党员|持有|持证|具有|取得|职业资格|女性|男性|少数民族|本科|硕士|博士|研究生|大专|周岁|岁以[上下]|平均|日均|月均|特色|高频|重点|零跑动|同比|环比|最多|新增|增加(?!值)|示范|先进|模范|标杆|品牌|获评|荣获|星级"
    r"|减少|上年|去年|首批|免费|全国|全省|全市|(?<!许)可|全程网|即办|即来|秒|一次办|通办|跑|免证|免申|告知承诺|容缺|主要|涉企|涉及|以上|惠及|带动"
)
PAIRS = (
    ("建议", "提案"),    ("已", "未"), ("好评", "差评"), ("有", "无"), ("本级", "本级不"), ("办结", "阶段性办结"), ("线上", "线下"), ("网上", "现场"), ("满意", "不满意"), ("市级", "县级"),
    ("城镇", "农村"), ("主动", "依申请"), ("予以", "不予"), ("合格", "不合格"), ("合法", "违法"), ("受理", "不予受理"), ("省级", "市级"), ("个人", "法人"),
    ("办结", "在办"), ("办结", "正在"), ("办结", "办理中"), ("办结", "未办结"), ("线上", "窗口"), ("网上", "窗口"), ("国家", "省"), ("中央", "省"), ("上级", "本级"),
    ("行政许可", "其他"), ("按期", "逾期"), ("直办", "转办"), ("直办", "交办"), ("当场", "转办"), ("直接", "转"), ("即时", "转"), ("电话", "网络"), ("电话", "非电话"),
    ("有效", "无效"), ("集体", "个人"), ("正常", "异常"), ("线上", "现场"), ("完成", "推进"), ("完成", "正在"), ("受理", "在办"), ("整改", "正在"), ("已", "正在"), ("到位", "未"), ("销号", "正在"),
    ("公共服务", "行政权力"), ("依申请", "公共服务"), ("普通", "简易"), ("简易", "一般"), ("县级", "镇级"), ("市本级", "县"), ("区级", "镇"), ("电话", "其他"), ("完毕", "正在"), ("即办", "承诺"), ("来信", "来访"), ("来电", "来访"), ("男", "女"), ("上半年", "下半年"), ("受理", "未受理"), ("受理", "未予受理"), ("按时", "超时"), ("按期", "超期"), ("按时", "逾期"), ("准时", "超时"), ("自行", "派"), ("自行", "转"), ("直办", "派"), ("在线", "转派"), ("解决", "正在"), ("承办", "协办"), ("主办", "协办"), ("政府部门", "乡镇"), ("政府部门", "街道"), ("商品", "服务"), ("同意", "不同意"), ("通过", "未通过"), ("支持", "驳回"), ("办结", "办理中"), ("办结", "未结"), ("审结", "未结"), ("结", "未结"), ("办结", "剩余"), ("完成", "剩余"), ("完成", "未完成"), ("整改", "剩余"), ("新建", "改"), ("机动车", "非机动车"), ("工作日", "节假日"), ("境内", "境外"), ("省内", "省外"), ("市内", "市外"), ("本地", "外地"), ("公开", "不公开"), ("全部", "部分"), ("重大", "一般"), ("法定代表人", "其他"), ("一审", "二审"), ("采纳", "不予采纳"), ("部门", "乡镇"), ("部门", "街道"),
)  # fmt: skip


LEVEL = re.compile(r"国家|中央|部级|省级|市级|县级|区级|镇级")  # of the levels some are mostly left out


def fits(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """True if the parts may add up to the total at the printed precision of each."""
    added = added_up(parts)
    if total.exact and all(one.exact for one in parts):
        return added == total.value
    slack = sum((one.step for one in parts if one.step != 1), Decimal(0)) / 2 + (
        total.step / 2 if total.step != 1 else 0
    )
    if total.about or any(one.about for one in parts):
        slack = max(slack, total.value / 20)
    return abs(added - total.value) <= slack


def slipped(added: Decimal, total: Decimal, *, least: int = 100) -> bool:
    """True if a sum misses its total as it does with one slip in one part or in the total: the two are near, or lie
    apart, by ``least`` or more, by one digit at one place (a digit changed) or nine times that (two digits swapped)."""
    if near(added, total) or surely_slipped(added, total):
        return True
    apart = abs(added - total)
    if apart < least or apart * 2 > max(added, total):
        return False
    digits = shown(apart).rstrip("0")
    return len(digits) == 1 or (digits.isdigit() and int(digits) % 9 == 0 and len(digits) <= 2)


def surely_slipped(added: Decimal, total: Decimal) -> bool:
    """True if a sum and its total agree in all digits but one of four or more that say something, or in all but two
    neighbours swapped: figures that have nothing to do with each other hardly ever do."""
    a, b = added, total
    while a and b and a % 10 == 0 and b % 10 == 0:
        a, b = a / 10, b / 10
    while a != a.to_integral_value() or b != b.to_integral_value():
        a, b = a * 10, b * 10
    apart = shown(abs(a - b)).rstrip("0")
    long = len(shown(max(a, b)))
    return a != b and ((long >= 4 and len(apart) == 1) or (long >= 5 and len(apart) <= 2 and int(apart) % 9 == 0))


def one_slip_sum(parts: Sequence[Quantity], total: Quantity) -> bool:
    """True if another digit in one of the parts or in the total, or two neighbours swapped, would make them fit."""
    apart = total.value - added_up(parts)
    fixed = [(one, one.value + apart) for one in parts] + [(total, total.value - apart)]
    return any(
        other >= 0 and (one_digit(one.value / step, other / step) or swapped(one.value / step, other / step))
        for one, other in fixed
        for step in (one.step,)
    )


def leaves_out(parts: Sequence[Quantity], total: Quantity) -> bool:
    """True for a list that is less than its total, and not by one slip: it may name the large ones only."""
    return added_up(parts) < total.value and not one_slip_sum(parts, total)


def swapped(one: Decimal, other: Decimal) -> bool:
    """True if the two are printed alike but for two neighbouring digits the other way round."""
    a, b = shown(one), shown(other)
    differ = [n for n in range(len(a)) if a[n] != b[n]] if len(a) == len(b) else []
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )


def one_digit(one: Decimal, other: Decimal) -> bool:
    """True if the two are printed alike but for one digit."""
    a, b = shown(one), shown(other)
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def open_ended(parts: Sequence[Quantity]) -> bool:
    """True for two that are mostly less than the whole: 企业 and 个体工商户 without 农民专业合作社, 受理 and 不予受理 without
    those still being corrected or withdrawn."""
    words = "".join(one.label for one in parts)
    return len(parts) == 2 and (("企业" in words and "个体" in words) or "不予受理" in words)


def of_a_kind(parts: Sequence[Quantity]) -> bool:
    """Three or more parts whose names are built alike: 办理类、查询类、预约类, 行政许可、行政处罚、行政强制."""
    labels = [re.sub(r"^其中|[共有达为的案件数量]+$", "", one.label) for one in parts]
    return (
        len(parts) >= 3
        and all(labels)
        and (len({one[-1] for one in labels}) == 1 or len({one[:2] for one in labels}) == 1)
    )


def kin(parts: Sequence[Quantity]) -> bool:
    """Two parts called alike but for how they begin: 仲裁裁决结案、仲裁调解结案, 跨部门联合检查、部门内部检查."""
    a, b = (re.sub(r"^其中|[共有达为]+$", "", one.label) for one in parts[:2]) if len(parts) == 2 else ("", "")
    return a != b and len(a) > 2 < len(b) and a[-2:] == b[-2:] and abs(len(a) - len(b)) <= 3


def paired(labels: Sequence[str]) -> bool:
    """Two labels of which one denies or completes the other: 监管/不监管, 办结/阶段性办结, 有/无."""
    return len(labels) == 2 and _paired(*labels)


@lru_cache(maxsize=4096)
def _paired(first: str, second: str) -> bool:
    a, b = _bare(first), _bare(second)
    if not a or not b or a == b:
        return False
    for one, other in (*PAIRS, *((y, x) for x, y in PAIRS)):
        if (
            one in a
            and other in b
            and a.rpartition(one)[2] == b.rpartition(other)[2]
            and not (other in a and one in other)
        ):
            return True
    return any(
        _denied(a, b, word) or _denied(b, a, word) for word in ("不", "无", "非", "未", "阶段性", "正在", "尚未")
    )


def opposed(labels: Sequence[str]) -> bool:
    """Two labels with words that exclude each other anywhere in them: 交办责任单位/热线办直办."""
    if len(labels) != 2:
        return False
    a, b = (re.sub("^其中|^目前", "", label) for label in labels)
    return any(
        (one in a and other in b and one not in b.replace(f"不{one}", "").replace(f"未{one}", "") and other not in a)
        for x, y in PAIRS[10:]
        for one, other in ((x, y), (y, x))
    )


def _bare(label: str) -> str:
    return re.sub(r"(?:共|共有|达|为|约)$", "", re.sub(r"^(?:其中|目前|已经?|共|收到)+", "", label))


def _denied(shorter: str, longer: str, word: str) -> bool:
    return any(longer == shorter[:cut] + word + shorter[cut:] for cut in range(len(shorter) + 1))
