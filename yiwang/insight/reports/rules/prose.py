"""What the printed text says beside its figures: numbers nothing stands behind, unit words, and the checker's findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yiwang.insight.checker.checking import check
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity, quantities
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.findings import EXPLAIN, Finding, finding
from yiwang.insight.reports.rules.wording import BLANK, Stand

NEAR = 24  # characters of the sentence shown around a number


def read(whole: str) -> tuple[Text, list[Claim]]:
    """The text as the checker reads it, with its claims."""
    return check(whole)


def unbound(text: Text, stands: Sequence[Stand], sections: Mapping[str, tuple[int, int]]) -> list[Finding]:
    """Quantities that no figure printed. ``sections`` maps a section's code to where it stands in the whole text."""
    found = []
    for quantity in quantities(text):
        start, end = text.span(quantity.start, quantity.end)
        if any(stand.start < end and start < stand.end for stand in stands):
            continue
        section = next((code for code, (a, b) in sections.items() if a <= start < b), "")
        if not section:  # the title, addressees, day and copies count nothing
            continue
        quote = text.raw[start:end]
        around = text.raw[max(start - NEAR, text.raw.rfind("\n", 0, start) + 1) : end + 6].split("\n")[0]
        says = f"“…{around}”里的{quote}没有数据支持：请改成数据名称；不是统计数字的，写明理由。"
        found.append(finding("unbound", EXPLAIN, says, section, around, section=section, quote=quote))
    return found


def units(text: Text, stands: Sequence[Stand], cards: Mapping[str, Card]) -> list[Finding]:
    """Figures followed by another unit word than their card has."""
    found = []
    by_start = {text.span(one.start, one.end)[0]: one for one in quantities(text)}
    for stand in stands:
        card, quantity = cards.get(stand.figure), by_start.get(stand.start)
        if card is None or quantity is None or not card.unit or _fits(card.unit, quantity):
            continue
        says = f"“{card.title}”的计量单位是{card.unit}，文中写的是{quantity.unit}。"
        found.append(finding("unit", EXPLAIN, says, stand.section, card.name, section=stand.section, figure=card.name))
    return found


def _fits(unit: str, quantity: Quantity) -> bool:
    """No unit word behind the number says nothing wrong; 万元 and 元 are read as one. Words that count alike differ here
    all the same: a report that says 件 and 宗 of one thing is asked about it."""
    said = quantity.unit
    return not said or said == unit or (unit.endswith("元") and said == "元")


def claims(text: Text, found: Sequence[Claim], sections: Mapping[str, tuple[int, int]]) -> list[Finding]:
    """The checker's own findings that cannot be right."""
    told = []
    for claim in found:
        if not claim.wrong:
            continue
        start, end = text.span(claim.start, claim.end)
        quote = " ".join(text.raw[start:end].split())
        if BLANK.strip() in quote:
            continue
        section = next((code for code, (a, b) in sections.items() if a <= start < b), "")
        told.append(finding("text", EXPLAIN, claim.says, claim.kind, quote, section=section, quote=quote[:120]))
    return told


def bounds(whole: str, stands_of: Sequence[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Where each section stands, given (code, title line) in order."""
    found: dict[str, tuple[int, int]] = {}
    place = 0
    starts: list[tuple[str, int]] = []
    for code, line in stands_of:
        place = whole.index(f"{line}\n", place)
        starts.append((code, place))
        place += len(line)
    for number, (code, start) in enumerate(starts):
        end = starts[number + 1][1] if number + 1 < len(starts) else len(whole)
        found[code] = (start, end)
    return found
