"""A claim two or more figures make about each other, and the verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import PERMILLE, Quantity

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


def near(one: Decimal, other: Decimal) -> bool:
    """True if one looks like the other with a slip: within three in a hundred, one digit changed, two digits swapped,
    a zero too many or too few. Small numbers look alike by chance and never count."""
    if one == other or min(one, other) < 20:
        return one == other or (abs(one - other) <= 1 and min(one, other) >= 5)
    if abs(one - other) * 100 <= 3 * max(one, other):
        return True
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
