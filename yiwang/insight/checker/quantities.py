"""The quantities of a text: value, unit, how exactly it is stated, and the words that say what is counted.

Years, days, document numbers, names in 《》, hotline numbers, ordinals and slogans are no quantities.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from yiwang.insight.checker import asides, numerals
from yiwang.insight.checker.names import no_quantity
from yiwang.insight.checker.plain import Text

SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "百万": 10**6, "千万": 10**7, "万亿": 10**12}
PERCENT, PERMILLE, POINTS = "%", "‰", "个百分点"
# the longest first: 工作日 before 日
UNIT_WORDS = """
平方公里 个工作日 个自然日 平方米 立方米 千瓦时 工作日 个小时 人次 场次 户次 家次 台次 车次 件次
批次 频次 班次 辆次 人天 课时 学时 公里 千米 公顷 万元 亿元 美元 个月 小时 分钟 项次 项目 亩次 户数 窗口 社区
街道 亩 米 吨 元 天 日 年 周 秒 岁 项 件 宗 条 个 家 户 人 名 位 笔 单 台 张 份 次 场 期 起 例 篇 部
本 册 套 支 批 处 所 间 座 栋 幅 段 路 辆 艘 架 门 科 级 类 种 组 队 片 块 颗 株 只 头 对 双 根 面
封 通 轮 届 版 页 字 行 列 倍 分 班 营 团 股 桶 瓶 盒 箱 包 袋 棵 枚 盏 尾 匹 节 课 讲 堂 步 道 环
链 网 点 站 厅 村 镇 县 市 卷 则 题 票
"""
UNITS = UNIT_WORDS.split()
# units a list may mix for the same things: 10个名额、6人离职
ALIKE = (
    {"个", "名", "人", "位", "员"},
    {"件", "件次", "宗", "笔", "单", "起", "例", "份", "个", "封"},
    {"项", "个", "项目"},
    {"家", "户", "个"},
    {"场", "场次", "次"},
    {"件次", "件", "次"},
)
TIME_WORDS = "个工作日 个自然日 个小时 工作日 个月 分钟 小时 周 天 届 岁 年 日 期 版 秒 级"
TIME_UNITS = frozenset(TIME_WORDS.split())

NUMBER = r"\d{1,15}(?:\.\d{1,15})?"
CHINESE = r"[一二三四五六七八九十百千零两〇]{2,12}"
SCALE = r"(?:百万|千万|万亿|[百千万亿])"
UNIT = "|".join(UNITS)
QUANTITY = re.compile(
    rf"(?P<lead>百分之|千分之)?(?P<number>{NUMBER}|(?<=分之)[零〇一二三四五六七八九十百点两]+|(?<![一二三四五六七八九十百千零两〇第]){CHINESE}(?=余?多?(?:{UNIT})))"
    rf"(?P<more1>余|多|几|来)?(?P<scale>{SCALE})?(?P<more>余|多|几|来)?"
    rf"(?P<unit>%|‰|个?百分点|{UNIT})?(?P<more2>余|多|以上|以下|以内|左右)?"
)
ABOUT = re.compile(
    r"(?:约|近|超过?|逾|达到?近|将近|接近|大约|不少于|不低于|不超过|不足|不到|至少|最多|突破|高达近|多达近)$"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One stated quantity. ``value`` in units (24.22万 → 242200), ``step`` how finely it is printed (100 for 24.22万).

    ``about`` marks 约, 余, 多, 以上: no claim of exactness. ``label`` are the words before it back to the last stop or
    quantity, ``tail`` the words behind its unit up to the next stop. ``clause`` counts the text's ，；、-parts, ``depth`` the
    brackets it stands in, ``bracket`` where the innermost of them opens.
    """

    value: Decimal
    step: Decimal
    unit: str
    about: bool
    start: int
    end: int
    label: str
    tail: str
    sentence: int
    depth: int
    bracket: int
    scale: str = ""  # 万 or 亿 as printed
    aside: bool = False  # the size of a change, or a plan: no part of a whole

    @property
    def percent(self) -> bool:
        return self.unit in (PERCENT, PERMILLE)

    @property
    def percent_sign(self) -> str:
        """The unit as an explanation writes it behind a number: nothing for what is counted."""
        return self.unit if self.percent or self.points else ""

    @property
    def points(self) -> bool:
        return self.unit.endswith("百分点")

    @property
    def count(self) -> bool:
        """True for what may be part of a sum: neither a percentage nor a length of time."""
        return not self.percent and not self.points and self.unit not in ("倍", "分")

    @property
    def summand(self) -> bool:
        """True for a count that is no size of a change and no plan."""
        return self.count and not self.aside

    @property
    def exact(self) -> bool:
        return not self.about and self.step == 1

    def could_be(self, value: Decimal) -> bool:
        """True if ``value`` may be printed like this: rounded, rounded twice (25.548 → 25.55 → 25.6) or cut off."""
        if self.about:
            return abs(value - self.value) <= max(self.value / 5, self.step)
        return self.value - self.step * Decimal("0.55") <= value < self.value + self.step


def alike(one: Quantity, other: Quantity) -> bool:
    """True if the two may count the same things."""
    if one.unit == other.unit or not one.unit or not other.unit:
        return True
    return any(one.unit in group and other.unit in group for group in ALIKE)


def quantities(text: Text) -> list[Quantity]:
    """All quantities of the text in order."""
    flat = text.flat
    hidden = no_quantity(flat)
    depths = _depths(flat)
    found: list[Quantity] = []
    last = 0
    for match in _matches(flat, hidden):
        quantity = _quantity(text, match, last, depths)
        if quantity is not None:
            found.append(quantity)
            last = quantity.end
    return _respectively(text, found)


def _respectively(text: Text, found: list[Quantity]) -> list[Quantity]:
    """受理、办结分别为1200件、1180件: each figure gets its own name."""
    for match in re.finditer(r"([^，；。：()\n\d]{2,60}?)分别(?:为|是|达到?|有|完成|共)?", text.flat):
        names = [name for name in re.split(r"[、和与及]", match[1]) if name]
        begin = bisect_left(found, match.end(), key=lambda one: one.start)
        listed = found[begin : begin + len(names)]
        if len(names) < 2 or len(listed) < len(names) or text.flat[match.end() : listed[0].start]:
            continue
        between = [text.flat[a.end : b.start] for a, b in itertools.pairwise(listed)]
        if all(gap in ("、", "和", "，", "与", "及") for gap in between):
            found[begin : begin + len(names)] = [
                replace(one, label=name) for one, name in zip(listed, names, strict=True)
            ]
    return found


def _matches(flat: str, hidden: Sequence[bool]) -> Iterator[re.Match[str]]:
    place = 0
    while match := QUANTITY.search(flat, place):
        if hidden[match.start("number")]:
            place = match.start("number") + 1
            while place < len(flat) and hidden[place]:
                place += 1
            continue
        yield match
        place = match.end()


def _depths(flat: str) -> list[tuple[int, int]]:
    """For each sign how many brackets stand open, and where the innermost of them opened."""
    opened: list[int] = []
    found = []
    for place, sign in enumerate(flat):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            opened.pop()
        elif sign == "\n":
            opened.clear()
        found.append((len(opened), opened[-1] if opened else -1))
    return found


BRACKETED = re.compile(r"\([^()\n]*\)")
STOP = re.compile(r"[，；、。：！？()\n“”]")


def _quantity(text: Text, match: re.Match[str], last: int, depths: Sequence[tuple[int, int]]) -> Quantity | None:
    flat = text.flat
    number, scale, unit = match["number"], match["scale"], match["unit"] or ""
    factor = Decimal(SCALES[scale]) if scale else Decimal(1)
    if number[0].isdigit():
        value = Decimal(number)
        decimals = len(number.partition(".")[2])
        step = factor.scaleb(-decimals)
    else:
        if not match["lead"] and (not unit or unit in TIME_UNITS):
            return None
        read = numerals.read(number)
        if read is None:
            return None
        value = read
        step = Decimal(1).scaleb(-len(number.partition("点")[2]))
    if match["lead"]:
        unit = PERCENT if match["lead"] == "百分之" else PERMILLE
    if unit in ("年", "届", "级", "期", "版", "岁", "日"):
        return None
    if not unit and not scale and "." not in number:
        behind = flat[match.end() : match.end() + 1]
        if value < 10 or (1990 <= value < 2040 and "\u4e00" <= behind <= "\u9fff"):  # 2023总共办理: a year
            return None
    if unit == "百分点":
        unit = POINTS
    written = unit
    if unit == "万元" or unit == "亿元":
        factor *= SCALES[unit[0]]
        step *= SCALES[unit[0]]
        unit = "元"
    start = match.start("lead") if match["lead"] else match.start("number")
    begin = max(text.bounds(text.sentence(start))[0], last)
    before = BRACKETED.sub("", flat[begin:start])  # 直接纠错(包括撤销、变更)1639件 is called 直接纠错
    label = STOP.split(before)[-1] or _earlier(before)
    after = flat[match.end() : match.end() + 24]
    stop = STOP.search(after)
    tail = re.split(r"\d", after[: stop.start()] if stop else after)[0]
    about = bool(match["more"] or match["more1"] or match["more2"] or ABOUT.search(label))
    depth, bracket = depths[start]
    return Quantity(
        value=value * factor,
        step=step,
        unit=unit,
        about=about,
        start=start,
        end=match.end(),
        label=label,
        tail=tail,
        sentence=text.sentence(start),
        depth=depth,
        bracket=bracket,
        scale=scale or (written[0] if written in ("万元", "亿元") else ""),
        aside=asides.aside(label, flat[max(0, start - 40) : start], after),
    )


def _earlier(before: str) -> str:
    """The words before a stop right before the number: 许可，230项."""
    parts = [part for part in STOP.split(before) if part]
    return parts[-1] if parts else ""


def clause_of(text: Text, quantity: Quantity) -> tuple[int, int]:
    """Begin and end of the ；-part of the sentence in which a quantity stands."""
    begin, end = text.bounds(quantity.sentence)
    left = max(text.flat.rfind("；", begin, quantity.start) + 1, begin)
    right = text.flat.find("；", quantity.end, end)
    return left, right if right >= 0 else end


def decimals_of(quantity: Quantity) -> int:
    """Printed decimals of a percentage."""
    return max(0, -int(quantity.step.normalize().as_tuple().exponent)) if quantity.step < 1 else 0
