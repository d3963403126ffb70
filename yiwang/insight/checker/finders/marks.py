"""Marks and words: brackets and quotes that do not match, words written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

PAIRS = {"(": ")", "《": "》", "〈": "〉", "“": "”", "‘": "’", "〔": "〕", "[": "]", "「": "」", "『": "』", "{": "}"}
CLOSERS = {closing: opening for opening, closing in PAIRS.items()}
# 高高兴兴 and 一件一件 are language, 截至截至 is a slip
TWICE = re.compile(r"([\u4e00-\u9fff]{2,6})\1")
MEANT = re.compile(
    r"^(?:[一每逐]|.*[一二三四五六七八九十\d])|^(.)\1$|^(?:研究|考虑|商量|讨论|学习|锻炼|了解|收拾|打扫|哈哈|谢谢|试试)$"
)
# a verb and the name of what it is done to: 服务服务对象, 培训培训机构人员
OBJECT = re.compile(r"对象|机构|人员|企业|中心|单位|平台|主体|部门|窗口")
DOUBLED = re.compile(
    r"(?<!不)了了(?![解然])|已已|被被|的的|将将|及及|于于|和和|与与|在在|为为|是是|并并|，，|。。|、、|；；|：：|，。|。，|、，|，、|；。|、。"
)
NUMBERED = re.compile(r"(?:^|[\n。；：，])[\s]*[一二三四五六七八九十\d]{1,3}$")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Unmatched or crossed marks, paragraph by paragraph, and doubled words and stops."""
    yield from _brackets(text)
    for match in TWICE.finditer(text.flat):
        start, end = text.span(match.start(), match.end())
        apart = re.search(r"\s", text.raw[start:end])  # 办结 办结率: heads of two columns
        if not apart and not MEANT.match(match[1]) and not OBJECT.match(text.flat, match.end()):
            yield _claim(match.start(), match.end(), f"请核对：“{match[1]}”写了两遍。", match.group(), match[1])
    for match in DOUBLED.finditer(text.flat):
        if match.group() in ("的的",) and text.flat[match.end() : match.end() + 1] == "确":
            continue
        yield _claim(match.start(), match.end(), f"请核对：此处“{match.group()}”重复或标点连用。", match.group(), "")


def _brackets(text: Text) -> Iterator[Claim]:
    opened: list[tuple[str, int]] = []
    flat = text.flat
    for place, sign in enumerate(flat):
        if sign in PAIRS:
            opened.append((sign, place))
        elif sign in CLOSERS:
            if (
                sign == ")"
                and not any(one == "(" for one, _ in opened)
                and NUMBERED.search(flat[max(0, place - 6) : place])
            ):
                continue
            if opened and opened[-1][0] == CLOSERS[sign]:
                opened.pop()
                continue
            if opened and flat[opened[-1][1] : place].count("\n") == 0:
                was, at = opened.pop()
                yield _claim(at, place + 1, f"请核对：「{was}」与「{sign}」不配对。", flat[at : place + 1], "")
            else:
                yield _claim(place, place + 1, f"请核对：「{sign}」前面没有与之配对的「{CLOSERS[sign]}」。", sign, "")
        elif sign == "\n" and opened and flat.count("\n", opened[0][1], place) >= 1:
            for was, at in opened:
                yield _claim(at, at + 1, f"请核对：「{was}」没有配对的「{PAIRS[was]}」。", was, "")
            opened.clear()
    for was, at in opened:
        yield _claim(at, at + 1, f"请核对：「{was}」没有配对的「{PAIRS[was]}」。", was, "")


def _claim(start: int, end: int, says: str, stated: str, computed: str) -> Claim:
    return Claim(kind="text", verdict="inconsistent", start=start, end=end, says=says, stated=stated, computed=computed)
