"""One share of several parts: 交通类172件、建设类80件、民政类50件，占工单总量的59.68%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from yiwang.insight.checker.claims import Claim, added_up, compared, percent_of, shown
from yiwang.insight.checker.parts import SHARE
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import gives, printed, variants
from yiwang.insight.checker.quantities import Quantity, alike

LONGEST = 8  # parts one share may be told of
FAR = 4  # sentences back in which the whole may stand
WINDOW = 30  # figures before the list among which it is sought
OF_ALL = re.compile(r"总|全部|全年|合计|共")
TOTAL = re.compile(r"共|总|累计|受理|收到|接到|登记|办理|接收")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Each share said of a whole behind a list, if the last part alone is no such share of anything before it."""
    for place, rate in enumerate(quantities):
        before = text.flat[text.bounds(rate.sentence)[0] : rate.start]
        said = SHARE.search(before) if rate.percent else None
        if said is None or rate.about or before.endswith("分别", 0, said.start()) or not OF_ALL.search(said.group()):
            continue
        parts = _list_before(text, quantities, place)
        if len(parts) < 2:
            continue
        first = next(n for n, one in enumerate(quantities) if one is parts[0])
        wholes = [
            one
            for one in reversed(quantities[max(0, first - WINDOW) : first])
            if one.count
            and one.exact
            and alike(one, parts[0])
            and one.sentence >= rate.sentence - FAR
            and one.value >= added_up(parts)
        ]
        yield from _judged(rate, parts, wholes)


def _list_before(text: Text, quantities: Sequence[Quantity], place: int) -> list[Quantity]:
    """Exact counts right before a percentage, joined by 、 or 和."""
    found: list[Quantity] = []
    for one in reversed(quantities[max(0, place - LONGEST) : place]):
        behind = found[0] if found else quantities[place]
        gap = text.flat[one.end : behind.start]
        joined = re.fullmatch(r"[、和及][^，；。：()\d]{1,20}", gap) if found else "，" in gap and len(gap) < 24
        if not one.count or not one.exact or one.sentence != behind.sentence or not joined:
            break
        found.insert(0, one)
    same = all(a.unit == b.unit for a, b in pairwise(found))
    return found if same else []


def _judged(rate: Quantity, parts: Sequence[Quantity], wholes: Sequence[Quantity]) -> Iterator[Claim]:
    added = added_up(parts)
    both = replace(parts[0], value=added)
    fitting = next((one for one in wholes if gives(rate, both, one)), None)
    if any(gives(rate, parts[-1], one) for one in wholes):
        return
    if fitting is not None:
        yield _claim(rate, parts, fitting, good=True)
        return
    whole = next((one for one in wholes if TOTAL.search(one.label)), None)
    if whole is not None and whole.value >= 100 and _one_slip(rate, parts, both, whole):
        yield _claim(rate, parts, whole, good=False)


def _one_slip(rate: Quantity, parts: Sequence[Quantity], both: Quantity, whole: Quantity) -> bool:
    """True if another digit in one of the parts, in the whole or in the share would make them fit."""
    return (
        any(gives(other, both, whole) for other in variants(rate))
        or any(gives(rate, both, other) for other in variants(whole) if other.value >= both.value)
        or any(
            gives(rate, replace(both, value=both.value - one.value + other.value), whole)
            for one in parts
            for other in variants(one)
            if both.value - one.value + other.value <= whole.value
        )
    )


def _claim(rate: Quantity, parts: Sequence[Quantity], whole: Quantity, *, good: bool) -> Claim:
    both = replace(parts[0], value=added_up(parts))
    told = "+".join(shown(one.value) for one in parts)
    return replace(
        compared(
            "share",
            [whole, *parts, rate],
            good=good,
            formula=f"({told})÷{shown(whole.value)}",
            stated=rate,
            computed=printed(percent_of(both.value, whole.value, rate), rate),
            part=both,
            whole=whole,
            causes="占比、其中一个分项或总数笔误，也可能占比只说其中一项",
        ),
        parts=tuple(one.value for one in parts),
    )
