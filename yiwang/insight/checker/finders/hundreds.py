"""Shares without counts that must add up to a hundred: 咨询类占77.18%，投诉举报类占12.47%……其他类0.01%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from yiwang.insight.checker.adding import REST
from yiwang.insight.checker.claims import Claim, added_up, shown, spanning
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Three or more percentages of one sentence, all but the last called a share, with no other figure between."""
    place = 0
    while place < len(quantities):
        listed = _list_from(text, quantities, place)
        place += max(len(listed), 1)
        shares = sum(_share(text, one) for one in listed)
        if len(listed) < 3 or shares < len(listed) - 1 or any(one.about for one in listed):
            continue
        added = added_up(listed)
        slack = sum((one.step for one in listed), Decimal(0)) * Decimal("0.7")
        if abs(added - 100) <= slack:
            yield _claim(listed, added, good=True)
        elif REST.search(listed[-1].label):
            yield _claim(listed, added, good=False)


def _share(text: Text, one: Quantity) -> bool:
    return bool(re.search(r"占(?:比|总量的|总数的|比例)?(?:为|达|约)*$", text.flat[max(0, one.start - 8) : one.start]))


def _list_from(text: Text, quantities: Sequence[Quantity], place: int) -> list[Quantity]:
    found: list[Quantity] = []
    for one in quantities[place : place + 40]:
        gap = text.flat[found[-1].end : one.start] if found else ""
        if not one.percent or (
            found and (one.sentence != found[-1].sentence or len(gap) > 30 or re.search(r"[\d(]", gap))
        ):
            break
        found.append(one)
    return found


def _claim(listed: Sequence[Quantity], added: Decimal, *, good: bool) -> Claim:
    told = "+".join(shown(one.value) for one in listed) + f"={shown(added)}"
    return Claim(
        kind="sum",
        verdict="consistent" if good else "inconsistent",
        says=f"各项占比{told}，合为100%。"
        if good
        else f"请核对：各项占比{told}，不是100%。可能是某一占比笔误，也可能有遗漏或重复。",
        parts=tuple(one.value for one in listed),
        stated=Decimal(100),
        computed=added,
        **spanning(listed),
    )
