"""What figures claim about each other and about their own days: parts, rates, cut-offs, last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from yiwang.foundation.calendar.today import day_of
from yiwang.insight.reports.rules import printing
from yiwang.insight.reports.rules.cards import UNFILLED, Card
from yiwang.insight.reports.rules.findings import EXPLAIN, MUST, Finding, finding


def unfilled(cards: Sequence[Card], used: set[str]) -> list[Finding]:
    """Figures the text names that have no value, and figures whose 口径 nobody confirmed."""
    chosen = [card for card in cards if card.name in used]
    found = [
        finding("unfilled", MUST, f"“{card.title}”还没有数据。", card.name, figure=card.name)
        for card in chosen
        if card.status == UNFILLED
    ]
    waiting = [card for card in chosen if card.value is not None and not card.confirmed_by]
    if waiting:
        named = "".join(f"“{card.title}”" for card in waiting[:3]) + ("等" if len(waiting) > 3 else "")
        says = f"{named}{len(waiting)}个数据的口径还没有人核定。"
        found.append(finding("doubtful", MUST, says, *(card.name for card in waiting)))
    return found


def parts(cards: Mapping[str, Card]) -> list[Finding]:
    """Sums that do not come out, exact where all of it is exact, else within the printed steps."""
    found = []
    for card in cards.values():
        listed = [cards[name] for name in card.parts if name in cards]
        if card.value is None or not card.parts or any(one.value is None for one in listed):
            continue
        values = [one.value for one in listed if one.value is not None]
        added = sum(values, Decimal(0))
        slack = sum((one.step for one in (card, *listed) if one.scale > 1), Decimal(0)) / 2
        if abs(added - card.value) <= slack:
            continue
        formula = "+".join(printing.plain(value) for value in values)
        says = f"请核对：{formula}={printing.plain(added)}，“{card.title}”为{printing.plain(card.value)}，相差{printing.plain(abs(added - card.value))}。可能分项有遗漏或重复，也可能口径、截止日不同。"
        found.append(finding("parts", MUST, says, card.name, figure=card.name))
    return found


def rates(cards: Mapping[str, Card]) -> list[Finding]:
    """Rates that their own numerator and denominator, or the two figures they are a share of, do not give."""
    found = []
    for card in cards.values():
        if card.value is None or card.unit != printing.PERCENT:
            continue
        if card.numerator is not None and card.denominator is not None:
            found += _rate(card, card.numerator, card.denominator, "填报的分子分母")
        if len(card.of) == 2 and all(name in cards for name in card.of):
            upper, lower = (cards[name] for name in card.of)
            if upper.value is not None and lower.value is not None:
                found += _rate(card, upper.value, lower.value, f"“{upper.title}”和“{lower.title}”")
    return found


def _rate(card: Card, numerator: Decimal, denominator: Decimal, told: str) -> list[Finding]:
    assert card.value is not None
    if numerator > denominator or denominator == 0:
        says = (
            f"请核对：“{card.title}”的分子{printing.plain(numerator)}、分母{printing.plain(denominator)}不能成为比率。"
        )
        return [finding("infeasible", MUST, says, card.name, told, figure=card.name)]
    exact = printing.rate(numerator, denominator)
    said = printing.printed(exact, unit=card.unit, places=card.places)
    if said == card.printed:
        return []
    says = f"请核对：按{told}，{printing.plain(numerator)}÷{printing.plain(denominator)}={said}，“{card.title}”为{card.printed}。可能分子分母的口径或截止日不同。"
    return [finding("rate", MUST, says, card.name, told, figure=card.name)]


def two_values(cards: Sequence[Card], used: set[str]) -> list[Finding]:
    """The same indicator of the same place and time that comes with two values."""
    found = []
    first: dict[tuple[str, ...], Card] = {}
    for card in cards:
        if card.value is None or card.name not in used:
            continue
        what = card.indicator or card.title
        key = (what, card.scope, card.unit, card.from_on.isoformat(), card.until_on.isoformat())
        other = first.setdefault(key, card)
        if other.value is not None and other.value != card.value:
            says = f"请核对：“{other.title}”（{other.printed}）和“{card.title}”（{card.printed}）是同一指标、同一范围和时段，却有两个数。截止日或来源不同的，写明理由。"
            found.append(finding("two-values", EXPLAIN, says, other.name, card.name, figure=card.name))
    return found


def cut_offs(cards: Sequence[Card], used: set[str], signed_on: date) -> list[Finding]:
    """Figures whose data are newer than the day of signing."""
    return [
        finding(
            "cut-off",
            MUST,
            f"请核对：“{card.title}”的数据截止{_said(day_of(card.cut_off))}，晚于成文日期{_said(signed_on)}。",
            card.name,
            figure=card.name,
        )
        for card in cards
        if card.name in used and card.value is not None and day_of(card.cut_off) > signed_on
    ]


def jumps(cards: Sequence[Card], used: set[str], percent: Decimal, points: Decimal) -> list[Finding]:
    """Changes against last year's same cut-off day that are larger than the pack's value and that no note explains."""
    found = []
    for card in cards:
        change = card.change
        if card.name not in used or change is None or card.last_note:
            continue
        shares = card.unit == printing.PERCENT
        if abs(change) <= (points if shares else percent):
            continue
        turned = "上升" if change > 0 else "下降"
        moved = printing.rounded(abs(change), card.places if shares else 2)
        by = f"{printing.plain(moved)}{'个百分点' if shares else '%'}"
        last = printing.printed(card.last_value, unit=card.unit, places=card.places, scale=card.scale)
        says = f"“{card.title}”{card.printed}，上年同一截止日为{last}，{turned}{by}，请说明原因。"
        found.append(finding("jump", EXPLAIN, says, card.name, figure=card.name))
    return found


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
