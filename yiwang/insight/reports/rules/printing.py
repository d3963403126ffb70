"""How a figure is printed, and what a printed figure may stand for."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

PERCENT = "%"
SCALES = {1: "", 10_000: "万", 100_000_000: "亿"}
HUNDRED = Decimal(100)


def rate(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Numerator of denominator in hundredths, unrounded; ``None`` where there is nothing to be a share of."""
    return numerator * HUNDRED / denominator if denominator else None


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as bureaus print."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def printed(value: Decimal | None, *, unit: str, places: int, scale: int = 1) -> str:
    """The figure as the text shows it, without its unit word: ``159524``, ``97.37%``, ``24.22万``; empty without a value.

    ``places`` are printed decimals. A percentage short of a hundred is cut, never rounded up to 100: 99.998 % prints as
    99.99%. All of it is 100%, without decimals, as bureaus write it.
    """
    if value is None:
        return ""
    shown = rounded(value / scale, places)
    if unit == PERCENT:
        if value == HUNDRED:
            return f"{HUNDRED}{PERCENT}"
        if shown == HUNDRED and value < HUNDRED:
            shown = value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
        return f"{shown:f}{PERCENT}"
    return f"{shown:f}{SCALES[scale]}"


def step(*, places: int, scale: int = 1) -> Decimal:
    """How finely a figure is printed, in its own units."""
    return Decimal(scale).scaleb(-places)


def number(said: str) -> Decimal:
    """The value of a printed figure: ``97.37%`` → 97.37, ``24.22万`` → 242200. ``ValueError`` for anything else."""
    plain, factor = said.replace(",", "").strip(), 1
    plain = plain.removesuffix(PERCENT)
    for scale, word in SCALES.items():
        if word and plain.endswith(word):
            plain, factor = plain.removesuffix(word), scale
    try:
        found = Decimal(plain)
    except ArithmeticError:
        raise ValueError(said) from None
    if not found.is_finite():
        raise ValueError(said)
    return found * factor


def plain(value: Decimal | int | None) -> str:
    """A value as files carry it: no exponent, no trailing zeros; empty without one."""
    if value is None:
        return ""
    value = Decimal(value)
    return str(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}"
