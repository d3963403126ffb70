"""Shares spelled out: part, whole and share in one breath, or the share before its part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.parts import Item, share_claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import fine, gives, one_slip
from yiwang.insight.checker.quantities import Quantity, alike

WHOLE = re.compile(r"共|总|累计|全部|全年|收到|受理|接到|登记|产生|办理")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """办好事项896项，占事项总数1256项的71.3%; 占比62.5%的5000件，共8000件."""
    yield from _in_one_breath(text, quantities)
    yield from _told_first(text, quantities)


def _in_one_breath(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """办好事项896项，占事项总数1256项的71.3%: part, whole and share in one breath."""
    for part, whole, rate in zip(quantities, quantities[1:], quantities[2:], strict=False):
        if not (rate.percent and part.count and whole.count and alike(part, whole) and part.sentence == rate.sentence):
            continue
        of = text.flat[part.end : whole.start]
        said = re.fullmatch(
            r"[^，；。：()\d]{0,4}，?(?:约|仅)?占[^，；。：()\d]{0,16}\(?[^，；。：()\d]{0,4}"
            r"|[^，；。：()\d]{0,4}，?(?:已|约|超额)*(?:完成(?:了)?|为|是|达)(?:全年|年度|计划|目标|任务|预算|年初)[^，；。：()\d]{0,12}",
            of,
        )
        if said and re.fullmatch(
            r"[^，；。：()\d]{0,6}\)?[^，；。：()\d]{0,6}的(?:比例为|比重为)?(?:约|近)?",
            text.flat[whole.end : rate.start],
        ):
            if re.search("目标|任务|计划", text.flat[part.end : rate.start]):
                whole = replace(whole, step=Decimal(1))  # a plan of 7万人 is no rounded figure
            good = gives(rate, part, whole)
            if good or (fine(rate, part, whole) and not (rate.about or part.about or whole.about)):
                yield share_claim(Item(0, part, rate, ""), whole, good=good)


def _told_first(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """占比62.5%的5000件由热线答复，共受理8000件: the share before its part, the whole beside them."""
    for place, (rate, part) in enumerate(pairwise(quantities)):
        said = re.search(r"占(?:比|总[数量]的?|全部的?)?(?:为|达|约)?$", text.flat[max(0, rate.start - 8) : rate.start])
        if not (rate.percent and said and part.exact and part.count and text.flat[rate.end : part.start] == "的"):
            continue
        beside = [
            one
            for one in (*reversed(quantities[max(0, place - 4) : place]), *quantities[place + 2 : place + 5])
            if one.exact and one.unit == part.unit and abs(one.sentence - part.sentence) <= 1
        ]
        fitting = next((one for one in beside if gives(rate, part, one)), None)
        told = [one for one in beside if WHOLE.search(one.label)]
        if fitting is not None:
            yield share_claim(Item(place, part, rate, ""), fitting, good=True)
        elif len(told) == 1 and one_slip(rate, part, told[0]):
            yield share_claim(Item(place, part, rate, ""), told[0], good=False)
