"""A claim two or more figures make about each other, and the verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import PERMILLE, SCALES, Quantity

Kind = Literal["sum", "ratio", "share", "difference", "repeat", "date", "text"]
Verdict = Literal["consistent", "inconsistent", "infeasible", "unverifiable"]
WRONG: tuple[Verdict, ...] = ("inconsistent", "infeasible")


@dataclass(frozen=True, slots=True)
class Claim:
    """``start`` and ``end`` are offsets in the flattened text; ``places`` the quantities it rests on."""

    kind: Kind
    verdict: Verdict
    start: int
    end: int
    says: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: tuple[Decimal, ...] = ()
    stated: Decimal | str | None = None
    computed: Decimal | str | None = None
    places: tuple[int, ...] = field(default=())

    @property
    def wrong(self) -> bool:
        return self.verdict in WRONG

    def as_dict(self, text: Text) -> dict[str, Any]:
        """The JSON shape of ``check-report --json``; offsets are those of the extracted text."""
        start, end = text.span(self.start, self.end)
        return {
            "quote": text.raw[start:end],
            "start": start,
            "end": end,
            "kind": self.kind,
            "numerator": plain(self.numerator),
            "denominator": plain(self.denominator),
            "parts": [plain(part) for part in self.parts],
            "stated": plain(self.stated),
            "computed": plain(self.computed),
            "verdict": self.verdict,
            "says": self.says,
        }


def plain(value: Decimal | str | None) -> int | float | str | None:
    """A number as JSON writes it: whole where it is whole."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def shown(value: Decimal) -> str:
    """A number as a bureau prints it: no trailing zeros, 万 from a hundred thousand on where nothing is lost."""
    if value == value.to_integral_value():
        return str(int(value))
    return f"{value.normalize():f}"


def shown_like(value: Decimal, quantities: Sequence[Quantity]) -> str:
    """A number as the quantities it is reckoned from are printed: in 万 or 亿 if all of them are."""
    scales = {one.scale for one in quantities}
    scale = scales.pop() if len(scales) == 1 else ""
    return shown(value / SCALES[scale]) + scale if scale in ("万", "亿") else shown(value)


def spanning(quantities: Sequence[Quantity]) -> dict[str, Any]:
    """``start``, ``end`` and ``places`` of a claim that rests on these quantities."""
    return {
        "start": min(one.start for one in quantities),
        "end": max(one.end for one in quantities),
        "places": tuple(sorted(one.start for one in quantities)),
    }


def percent_of(part: Decimal, whole: Decimal, like: Quantity) -> Decimal:
    """``part`` of ``whole`` in the unit of ``like``, unrounded."""
    return part * (1000 if like.unit == PERMILLE else 100) / whole


def added_up(parts: Sequence[Quantity]) -> Decimal:
    """The sum of the values."""
    return sum((one.value for one in parts), Decimal(0))


def compared(
    kind: Kind,
    places: Sequence[Quantity],
    *,
    good: bool,
    formula: str,
    stated: Quantity,
    computed: Decimal,
    causes: str,
    parts: Sequence[Quantity] = (),
    part: Quantity | None = None,
    whole: Quantity | None = None,
) -> Claim:
    """A stated figure against the one its text makes of it: ``formula`` = ``computed``; ``causes`` completes 可能是…。"""
    like = [stated, *parts] if kind != "difference" else [stated]
    told = f"{formula}={shown_like(computed, like)}{stated.percent_sign}"
    written = f"{shown_like(stated.value, like)}{stated.percent_sign}"
    return Claim(
        kind=kind,
        verdict="consistent" if good else "inconsistent",
        says=f"{told}，与文中的{written}相符。" if good else f"请核对：{told}，文中为{written}。可能是{causes}。",
        numerator=part.value if part else None,
        denominator=whole.value if whole else None,
        parts=tuple(one.value for one in parts),
        stated=stated.value,
        computed=computed,
        **spanning(places),
    )


def sum_claim(total: Quantity, parts: Sequence[Quantity], *, good: bool) -> Claim:
    """Parts against the total stated."""
    added = added_up(parts)
    if good and added != total.value and any(one.about for one in (total, *parts)):
        return Claim(
            kind="sum",
            verdict="unverifiable",
            says=f"各项相加约{shown_like(added, [total, *parts])}，文中为{shown_like(total.value, [total, *parts])}，都是约数，不能逐一核对。",
            parts=tuple(one.value for one in parts),
            stated=total.value,
            computed=added,
            **spanning([total, *parts]),
        )
    return compared(
        "sum",
        [total, *parts],
        good=good,
        formula="+".join(shown_like(one.value, [total, *parts]) for one in parts),
        stated=total,
        computed=added,
        parts=parts,
        causes=f"某一分项或合计数笔误（相差{shown_like(abs(added - total.value), [total, *parts])}），也可能分项有遗漏、重复或统计口径不同",
    )


def near(one: Decimal, other: Decimal) -> bool:
    """True if a sum misses its total as it does with a slip: within three in a hundred, or mistyped. Small numbers are
    near by chance and never count."""
    if one == other or min(one, other) < 20:
        return one == other or (abs(one - other) <= 1 and min(one, other) >= 5)
    return abs(one - other) * 100 <= 3 * max(one, other) or mistyped(one, other)


def mistyped(one: Decimal, other: Decimal) -> bool:
    """True if one is the other with one digit changed, two neighbours swapped, or a zero too many or too few."""
    a, b = shown(one), shown(other)
    if one == other * 10 or other == one * 10:
        return True
    if len(a) != len(b) or len(a) < 3:
        return False
    differ = [n for n in range(len(a)) if a[n] != b[n]]
    swapped = (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )
    return len(differ) == 1 or swapped


def slipped(added: Decimal, total: Decimal) -> bool:
    """True if a sum misses its total as it would with one slip in one part or in the total: the two are near, or lie
    apart by one digit at one place (one digit changed) or by nine times that (two digits swapped)."""
    if near(added, total):
        return True
    apart = abs(added - total)
    if apart < 100 or apart * 2 > max(added, total):
        return False
    digits = shown(apart).rstrip("0")
    return len(digits) == 1 or (digits.isdigit() and int(digits) % 9 == 0 and len(digits) <= 2)
