"""An indicator counted a second time: one row after the other, in plain Python, without the engine's expressions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from yiwang.insight.indicators.declarations import Indicator


def seen(row, moment, asked):
    recorded = row.get(f"{moment}_recorded_at")
    return recorded is not None and recorded <= asked.cut_off


def before_the_end(row, moment, asked):
    return seen(row, moment, asked) and row[f"{moment}_on"] < asked.until


def meets(row, condition, indicator: Indicator, asked) -> bool:
    if condition.moment:
        return before_the_end(row, condition.name, asked) == condition.values[0]
    since = indicator.declared_fact.by_name[condition.name].known
    value = row.get(condition.name)
    if value is None or (since and not seen(row, since, asked)):
        return False
    if condition.relation == "least":
        return value >= condition.values[0]
    if condition.relation == "most":
        return value <= condition.values[0]
    return value in condition.values


def counts(row, indicator: Indicator, asked) -> bool:
    if indicator.standing:
        begun, ended = indicator.standing
        inside = before_the_end(row, begun, asked) and not before_the_end(row, ended, asked)
    else:
        inside = before_the_end(row, indicator.day, asked) and row[f"{indicator.day}_on"] >= asked.since
    return inside and all(meets(row, one, indicator, asked) for one in indicator.among)


def count(indicator: Indicator, asked):
    """(numerator, denominator, value as text, keys of the rows) of an example."""
    key = indicator.declared_fact.key
    rows = [row for row in asked.rows if counts(row, indicator, asked)]
    keys = sorted(row[key] for row in rows)
    if indicator.measure == "count":
        return len(rows), None, str(len(rows)), keys
    if indicator.measure == "share":
        top = sum(all(meets(row, one, indicator, asked) for one in indicator.of) for row in rows)
        return top, len(rows), divided(top, len(rows), indicator), keys
    values = sorted(row[indicator.sum] for row in rows if row.get(indicator.sum) is not None)
    if indicator.measure == "mean":
        return sum(values), len(values), divided(sum(values), len(values), indicator), keys
    if indicator.measure == "ratio":
        bottom = sum(row[indicator.over] for row in rows if row.get(indicator.over) is not None)
        return sum(values), bottom, divided(sum(values), bottom, indicator), keys
    if indicator.measure == "median":
        middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / Decimal(2)
        return int(middle), None, str(to(middle, indicator.digits)), keys
    return sum(values), None, str(sum(values)), keys


def divided(top, bottom, indicator: Indicator) -> str:
    return "" if not bottom else str(to(Decimal(top) * indicator.scale / bottom, indicator.digits))


def to(value, digits):
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
