"""Chinese numerals as reports write them: 四十二, 一百零八, 两千, 九十九点五."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
PLACES = {"十": 10, "百": 100, "千": 1000}
GROUPS = {"万": 10_000, "亿": 100_000_000}


def read(written: str) -> Decimal | None:
    """The number, or ``None`` for what is no numeral."""
    whole, point, decimals = written.partition("点")
    value = _spelled(whole) if all(sign in DIGITS for sign in whole) else _placed(whole)
    if value is None or (point and not all(sign in DIGITS for sign in decimals)):
        return None
    digits = "".join(str(DIGITS[sign]) for sign in decimals)
    return Decimal(f"{value}.{digits}" if digits else value)


def _spelled(written: str) -> int | None:
    """二〇二三, digit by digit."""
    return int("".join(str(DIGITS[sign]) for sign in written)) if written else None


def _placed(written: str) -> int | None:
    """一百零八, place by place."""
    total = group = digit = 0
    for sign in written:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in PLACES:
            group += (digit or 1) * PLACES[sign]
            digit = 0
        elif sign in GROUPS:
            total = (total + group + digit) * GROUPS[sign]
            group = digit = 0
        else:
            return None
    return total + group + digit
