"""Parts with the percentage said of them: 咨询类33523件，占47.09%, one by one, in brackets, and in parallel lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from yiwang.insight.checker import asides
from yiwang.insight.checker.claims import Claim, added_up, compared, percent_of, shown
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.portions import printed
from yiwang.insight.checker.quantities import Quantity, alike

SHARE = re.compile(r"占(?P<of>[^，；。：()\d]{0,18}?)(?:的|之?比|比例|比重)*(?:均|都|分别|达到?|为|约|近|仅|高达|：)*$")
AIM = re.compile(r"力争|目标|确保|要求|计划|争取|预计")


@dataclass(frozen=True, slots=True)
class Item:
    """A part and the percentage said of it; ``of`` what the words between say the whole is."""

    place: int
    part: Quantity
    rate: Quantity
    of: str


def items(text: Text, quantities: Sequence[Quantity]) -> list[Item]:
    found: dict[int, Item] = {}
    for place, rate in enumerate(quantities):
        if not rate.percent or place in found:
            continue
        label = _label(text, rate)
        share = SHARE.search(label)
        bracketed = (
            rate.depth > 0 and rate.bracket == rate.start - 1 and text.flat[rate.end : rate.end + 1] in ")，、；"
        )
        if re.search(
            r"(?:合计|共计|总计|两者|二者|三者)[^，；。：()\d]{0,4}$", label[: share.start()] if share else label
        ):
            continue  # 扑救17.4万起，救援10.4万起，合计占70.7%: of none of them alone
        of_plan = share is not None and re.search(rf"{asides.PLAN}(?![收支])", share["of"])
        if AIM.search(label) or of_plan or not (share or bracketed):
            continue
        if share and "分别" in label:
            found.update(_lists(text, quantities, place, share["of"]))
            continue
        part = _part(text, quantities, place, bracketed=bracketed)
        if part is not None:
            found[place] = Item(place, part, rate, share["of"] if share else "")
    return [found[place] for place in sorted(found)]


def _label(text: Text, rate: Quantity) -> str:
    """The words before a percentage back to a stop; 占受理数比例最高，达92.71% has two clauses."""
    clauses = re.split(r"[，；。：()\d、]", text.flat[text.bounds(rate.sentence)[0] : rate.start])
    if clauses[-1] in ("达", "为", "约", "达到", "高达") and len(clauses) > 1 and clauses[-2].startswith("占"):
        return re.sub("(?:最高|最大|最多|较大)$", "", clauses[-2]) + clauses[-1]
    return clauses[-1]


def _part(text: Text, quantities: Sequence[Quantity], place: int, *, bracketed: bool) -> Quantity | None:
    """The count right before a percentage: in its clause or the one before, not behind ；."""
    rate = quantities[place]
    depth = rate.depth - 1 if bracketed else rate.depth
    before = next(
        (one for one in reversed(quantities[max(0, place - 8) : place]) if one.summand and one.depth == depth), None
    )
    if before is None or before.sentence != rate.sentence or not before.value:
        return None
    between = text.flat[before.end : rate.start]
    if bracketed:
        return before if re.fullmatch(r"[^，；。：()\d]{0,10}\(", between) else None
    bare = asides.without(re.sub(r"\([^()]*\)", "", between))
    if (
        "；" in bare
        or bare.count("，") + bare.count("、") > (2 if bare.endswith(("，达", "，为", "，约", "，高达")) else 1)
        or re.search(r"\d", bare)
        or len(bare) > 36
    ):
        return None
    return before


def _lists(text: Text, quantities: Sequence[Quantity], place: int, of: str) -> dict[int, Item]:
    """咨询、求助、投诉分别为300件、200件、100件，占比分别为50%、33.3%、16.7%."""
    rates = [place]
    while rates[-1] + 1 < len(quantities) and _joined(text, quantities[rates[-1]], quantities[rates[-1] + 1]):
        rates.append(rates[-1] + 1)
    parts = list(range(place - len(rates), place))
    if len(rates) < 2 or parts[0] < 0:
        return {}
    counts = [quantities[one] for one in parts]
    same = all(one.count and one.sentence == quantities[place].sentence for one in counts)
    if not same or "；" in text.flat[counts[-1].end : quantities[place].start]:
        return {}
    if not all(
        re.fullmatch(r"[^，；。：()\d]{0,14}[、，和及][^，；。：()\d]{0,14}", text.flat[a.end : b.start])
        for a, b in pairwise(counts)
    ):
        return {}
    return {rate: Item(rate, part, quantities[rate], of) for rate, part in zip(rates, counts, strict=True)}


def _joined(text: Text, one: Quantity, other: Quantity) -> bool:
    return other.percent and text.flat[one.end : other.start] in ("、", "，", "和", "及", "与", "以及")


def runs(text: Text, items: Sequence[Item]) -> list[list[Item]]:
    """Shares one behind the other in one paragraph, at most a sentence apart, of things counted alike; a set of shares
    that makes a hundred is closed at the end of its sentence."""
    runs: list[list[Item]] = []
    for item in items:
        last = runs[-1][-1] if runs else None
        goes_on = last is not None and (
            item.part.sentence == last.part.sentence
            or (
                item.part.sentence - last.rate.sentence == 1
                and "\n" not in text.flat[last.rate.end : item.part.start].replace("；\n", "")
                and abs(added_up([one.rate for one in runs[-1]]) - 100) > 2
            )
        )
        if last is not None and goes_on and alike(item.part, last.part):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def share_claim(item: Item, whole: Quantity, *, good: bool) -> Claim:
    """A part and its share against a whole."""
    return compared(
        "share",
        [whole, item.part, item.rate],
        good=good,
        formula=f"{shown(item.part.value)}÷{shown(whole.value)}",
        stated=item.rate,
        computed=printed(percent_of(item.part.value, whole.value, item.rate), item.rate),
        part=item.part,
        whole=whole,
        causes="占比、分项或总数笔误，也可能总数另有口径",
    )
