"""What is told beside a figure and is no part of anything: the size of a change, a plan and how far it is fulfilled."""

from __future__ import annotations

import re

MORE = r"净增加?|增加|增收|增支|多收|多增|增长|上升|提高|增幅|升幅|涨幅"
LESS = r"减少|减收|减支|少收|短收|下降|降低|回落|降幅|减幅"
AGAINST = r"同比|环比|比|较|与|相比"
SIZE = rf"(?:{MORE}|{LESS})(?:了|约|近|为|达到?)*"
PLAN = r"(?:预算|计划|目标|任务)(?:数|额|指标)?"
CHANGED = re.compile(rf"(?P<against>(?:{AGAINST})[^，；。：()]{{0,16}}?)?(?:共|净|实际)*{SIZE}")
GROWS = re.compile(rf"，(?:{AGAINST})?{SIZE}\d[\d.]*(?:%|‰|倍)")
GREW = re.compile(rf"{SIZE}\d[\d.]*(?:%|‰|倍)，[^，；。]{{0,8}}$")
PLANNED = re.compile(rf"(?:完成|为|占|达到?)[^，；。：()]{{0,10}}{PLAN}")
FULFILLED = re.compile(r"的\d[\d.]*%")
NUMBER = r"\d[\d.]*(?:百万|千万|万|亿)?"
# such clauses as a whole, with the stop before them
CLAUSES = re.compile(
    rf"[，、(](?:"
    rf"(?:{AGAINST})[^，；。：()]{{0,22}}?{NUMBER}(?:%|个百分点|倍|元|件次|人次|[件个人项起宗户家])"
    rf"|{SIZE}{NUMBER}(?:%|个百分点|倍|元|件次|人次|[件个人项起宗户家])"
    rf"|(?:完成|为|占|达到?)[^，；。：()\d]{{0,10}}{PLAN}的?(?:{NUMBER}元的)?{NUMBER}%"
    rf")\)?"
)


def aside(label: str, before: str, behind: str) -> bool:
    """True for a figure so called, with such words before and behind it: 比上年增收 1284万元; 增加 344万元，增长9.01%;
    增长15.35%，增收 2545万元; 完成年初预算数 60999万元 的40.4%."""
    changed = CHANGED.fullmatch(label)
    if changed:
        return bool(changed["against"] or GROWS.match(behind) or GREW.search(before))
    return PLANNED.fullmatch(label) is not None and FULFILLED.match(behind) is not None


def without(words: str) -> str:
    """The words without what is told beside the figures in them."""
    return CLAUSES.sub("", words)
