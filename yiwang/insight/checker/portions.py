"""A part, a whole and a percentage: whether they may belong together as printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from yiwang.insight.checker.claims import percent_of
from yiwang.insight.checker.quantities import PERMILLE, Quantity


def gives(rate: Quantity, part: Quantity, whole: Quantity) -> bool:
    """True if part ÷ whole may print as the rate, with the printing of all three."""
    if whole.value <= 0:
        return False
    if rate.could_be(percent_of(part.value, whole.value, rate)):
        return True
    if part.exact and whole.exact:
        return False
    low, high = _range(part), _range(whole)
    if whole.step > part.step and whole.value % whole.step == 0 and not whole.about:  # 12.6亿元 of a planned 15亿元
        high = whole.value, whole.value
    least = percent_of(low[0], high[1], rate)
    most = percent_of(low[1], high[0], rate) if high[0] > 0 else Decimal(10**6)
    slack = rate.step / 2
    return least - slack <= rate.value <= most + slack and most - least <= 5


def fine(rate: Quantity, part: Quantity, whole: Quantity) -> bool:
    """True if the two counts are printed finely enough that giving the rate is no accident."""
    return (part.exact and whole.exact) or percent_of(part.step + whole.step, whole.value, rate) <= rate.step * 3


def possible(rate: Quantity, whole: Quantity) -> bool:
    """True if some whole number of the denominator prints as the rate."""
    guess = rate.value * whole.value / hundred(rate)
    near = int(guess)
    return any(
        rate.could_be(percent_of(Decimal(n), whole.value, rate))
        for n in range(max(near - 1, 0), near + 3)
        if n <= whole.value
    )


def one_slip(rate: Quantity, part: Quantity, whole: Quantity) -> bool:
    """True if one other digit in one of the three, or two digits of one swapped, would make them belong together."""
    return (
        any(gives(other, part, whole) for other in variants(rate))
        or any(other.value <= whole.value and gives(rate, other, whole) for other in variants(part))
        or any(other.value >= part.value and gives(rate, part, other) for other in variants(whole))
    )


def variants(one: Quantity) -> Iterator[Quantity]:
    """The quantity with one digit changed, two neighbours swapped, or its point moved by one place."""
    digits = str(int(one.value / one.step))
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit and (place or other != "0" or len(digits) == 1):
                yield replace(one, value=int(digits[:place] + other + digits[place + 1 :]) * one.step)
        if place + 1 < len(digits):
            yield replace(one, value=int(digits[:place] + digits[place + 1] + digit + digits[place + 2 :]) * one.step)
    yield replace(one, value=one.value * 10)
    if one.step < 1:
        yield replace(one, value=one.value / 10, step=one.step / 10)


def implied(rate: Quantity, part: Quantity) -> tuple[Decimal, Decimal]:
    """The least and the greatest whole of which ``part`` prints as the rate, rounded or cut off."""
    above = rate.value + rate.step
    below = max(rate.value - rate.step / 2, rate.step / 10)
    return part.value * hundred(rate) / above, part.value * hundred(rate) / below


def hundred(rate: Quantity) -> int:
    """What the whole counts in the rate's unit: 100 or 1000."""
    return 1000 if rate.unit == PERMILLE else 100


def printed(exact: Decimal, rate: Quantity) -> Decimal:
    """An exact percentage with one decimal more than the rate is printed with, at least two."""
    places = max(-int(rate.step.normalize().as_tuple().exponent), 0) if rate.step < 1 else 0
    return round(exact, max(places + 1, 2))


def _range(one: Quantity) -> tuple[Decimal, Decimal]:
    if one.about:
        return one.value, one.value * Decimal("1.02") + one.step
    if one.step == 1:
        return one.value, one.value
    return one.value - one.step / 2, one.value + one.step / 2
