"""Where the parts of a total stand: in brackets, after 其中, 包括 or ：, in its sentence or the next; and which figures there are
parts of it, column by column where several totals are divided at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from yiwang.insight.checker import asides
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, alike

OF_WHICH = re.compile(r"其中|包括|包含|涵盖|分别|分为|分类|由.{0,12}(?:组成|构成)|即")
CONTAINS = re.compile(r"[(，](?:含|其中含|包含|内含)")
PERCENTAGES = re.compile(r"\d[\d.]*(?:%|个百分点|倍)")
BRACKETED = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the parts of a total begin and end, the bracket they stand in (-1: none), and how they are announced."""

    begin: int
    end: int
    bracket: int
    sentence_before: bool = False
    contains: bool = False


def listing_of(text: Text, total: Quantity, behind_it: Sequence[Quantity]) -> Listing | None:
    flat = text.flat
    stop = text.bounds(total.sentence)[1]
    behind = flat[total.end : stop]
    bracket = re.match(r"[^，；、。()\d]{0,16}\(", behind)
    if bracket:
        opening = total.end + bracket.end() - 1
        closing = _closing_bracket(flat, opening)
        if closing > 0 and re.search(r"\d", flat[opening:closing]):
            contains = CONTAINS.match(behind[bracket.end() - 1 :])
            inside = len(re.findall(r"\d+", flat[opening:closing]))
            if not contains or inside >= 2:
                return Listing(opening, closing, opening, contains=contains is not None)
    word = OF_WHICH.search(behind)
    if word and not re.search(r"\d", _without_others(text, total, behind_it, total.end + word.start())):
        begin = total.end + word.end()
        return Listing(begin, _list_end(flat, begin, stop), -1)
    if not re.search(r"\d", PERCENTAGES.sub("", asides.without(BRACKETED.sub("", behind)))) and stop < len(
        flat
    ):  # 主项698项。其中…
        following = flat[stop : text.bounds(total.sentence + 1)[1]]
        if re.match(r"\s*(?:其中|包括|具体为|[^，；：。\d]{0,6}分别)", following):
            return Listing(stop, _list_end(flat, stop, stop + len(following)), -1, sentence_before=True)
    among = re.match(r"[^，；、。()\d]{0,10}(?:中|当中)，", behind)
    if among:
        begin = total.end + among.end()
        return Listing(begin, _list_end(flat, begin, stop), -1)
    if re.match(r"[^，；、。()\d]{0,16}[：]", behind):
        return Listing(total.end, stop, -1)
    return None


def _without_others(text: Text, total: Quantity, behind_it: Sequence[Quantity], end: int) -> str:
    """The words between a total and its list, without percentages, brackets and figures of another kind."""
    words, begin = "", total.end
    for one in behind_it:
        if one.end <= end and not alike(one, total):
            words, begin = words + text.flat[begin : one.start], one.end
    return PERCENTAGES.sub("", asides.without(BRACKETED.sub("", words + text.flat[begin:end])))


def columns(before: Sequence[Quantity], parts: Sequence[Quantity]) -> list[tuple[Quantity, list[Quantity]]]:
    """受理300件、办结280件，其中线上受理200件、办结190件: each total with the parts that bear its name, or nothing."""
    last = before[-1]
    totals = [
        one
        for one in before[-3:]
        if one.sentence == last.sentence and one.depth == last.depth and one.unit == last.unit
    ]
    names = [re.sub(r"(?:共|了|有|达|为|申请|案件|事项|业务)+$", "", one.label)[-2:] for one in totals]
    if len(totals) < 2 or len(set(names)) < len(names) or any(len(name) < 2 for name in names):
        return []
    columns = [(one, [part for part in parts if name in part.label]) for one, name in zip(totals, names, strict=True)]
    columns = [(one, own) for one, own in columns if own]
    if len(columns) < 2 or sum(len(own) for _, own in columns) != len(parts) or any(len(own) < 2 for _, own in columns):
        return []
    return columns


def shared_out(
    text: Text, before: Sequence[Quantity], parts: Sequence[Quantity]
) -> list[tuple[Quantity, list[Quantity]]]:
    """受理300件，办结280件，其中线上分别为200件、190件，线下分别为100件、90件: each total with every second of the parts."""
    last = before[-1]
    totals: list[Quantity] = []
    for one in reversed(before[-4:]):
        if (one.sentence, one.depth, one.unit) != (last.sentence, last.depth, last.unit):
            break
        totals.insert(0, one)
    groups: list[list[Quantity]] = []
    for place, one in enumerate(parts):
        gap = text.flat[parts[place - 1].end : one.start] if place else ""
        if place and gap in ("、", "和", "与"):
            groups[-1].append(one)
        elif "分别" in text.flat[max(one.start - 16, 0) : one.start]:
            groups.append([one])
        else:
            return []
    width = len(groups[0]) if groups else 0
    if len(groups) < 2 or not 2 <= width <= len(totals) or any(len(group) != width for group in groups):
        return []
    return [(one, [group[n] for group in groups]) for n, one in enumerate(totals[-width:])]


def _closing_bracket(flat: str, opening: int) -> int:
    depth = 0
    for place in range(opening, min(len(flat), opening + 1200)):
        depth += {"(": 1, ")": -1}.get(flat[place], 0)
        if not depth:
            return place
    return -1


def _list_end(flat: str, begin: int, stop: int) -> int:
    """A list ends where a new total begins, or with the sentence."""
    word = re.search(r"[；，](?:共|累计|总|截至|同时|此外|另外还|全年共)", flat[begin:stop])
    return begin + word.start() if word else stop


def parts_of(rest: Sequence[Quantity], total: Quantity, listing: Listing) -> list[Quantity]:
    """Quantities of the total's kind in the list, at the list's own depth."""
    depth = total.depth + (1 if listing.bracket >= 0 else 0)
    found = []
    for one in rest:
        if one.start >= listing.end:
            break
        if one.start < listing.begin or one.depth != depth or (listing.bracket >= 0 and one.bracket != listing.bracket):
            continue
        if alike(one, total) and (one.step >= 1 or total.step < 1):  # 5.36批次/千人 is no part of 16641批次
            found.append(one)
    return found


def without_holders(text: Text, parts: list[Quantity]) -> list[Quantity]:
    """17个地市差评工单1249个: how many have it is no part of it."""
    return [
        one
        for one, following in zip_longest(parts, parts[1:])
        if following is None or re.search("[，、；。和及与及()]", text.flat[one.end : following.start])
    ]
