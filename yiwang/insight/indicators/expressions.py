"""An indicator as one Ibis expression: the same for DuckDB, Spark and ClickHouse.

What changes from question to question (period, cut-off, scope) are parameters, so an expression is compiled once and
kept. Rows recorded after the cut-off are as if they were not, and so is what became of a row after it. The same expression is
asked of a fact's rows or of groups of them (``grains``): only what a row counts for differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir

from yiwang.insight.indicators import grains
from yiwang.insight.indicators.declarations import Condition, Indicator
from yiwang.insight.indicators.grains import RECORDS, Grain, needed, sure
from yiwang.kernel.facts import Fact, Kind

TYPES = {
    Kind.CODE: "string",
    Kind.ORGAN: "string",
    Kind.PLACE: "string",
    Kind.WHOLE: "int64",
    Kind.FLAG: "boolean",
    Kind.DAY: "date",
    Kind.MOMENT: "timestamp('UTC', 6)",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of every expression."""

    since: Any
    until: Any
    cut_off: Any
    scope: Any

    def values(self, since: date, until: date, cut_off: datetime, scope: str) -> dict[Any, Any]:
        return {self.since: since, self.until: until, self.cut_off: cut_off, self.scope: scope}


@lru_cache(maxsize=1)
def asked() -> Asked:
    return Asked(ibis.param("date"), ibis.param("date"), ibis.param("timestamp('UTC', 6)"), ibis.param("string"))


def table(fact: Fact, grain: Grain | None = None) -> ir.Table:
    """The fact, or groups of its rows, as a table, unbound: any engine that has a table of that name and shape can run it."""
    grain = grain or grains.whole(fact)
    shape = {name: TYPES[fact.by_name[name].kind] for name in grain.columns}
    return ibis.table(shape if grain.table == fact.id else {**shape, RECORDS: "int64"}, name=grain.table)


def known(t: ir.Table, moment: str) -> ir.BooleanValue:
    """That moment was recorded by the cut-off; null where it never was, which chooses nothing."""
    return t[f"{moment}_recorded_at"] <= asked().cut_off


def happened(t: ir.Table, moment: str) -> ir.BooleanValue:
    """It had happened before the period ended, and was recorded by the cut-off."""
    return known(t, moment) & (t[f"{moment}_on"] < asked().until)


def not_yet(t: ir.Table, moment: str) -> ir.BooleanValue:
    """It had not happened, as far as was known."""
    return ~happened(t, moment).fill_null(False)


def holds(t: ir.Table, fact: Fact, condition: Condition, passed: frozenset[str]) -> ir.BooleanValue:
    """One condition. Null, which chooses nothing, where it is not known."""
    if condition.moment:
        found = happened(t, condition.name)
        return found if condition.values[0] else not_yet(t, condition.name)
    column = t[condition.name]
    if condition.relation == "least":
        found = column >= condition.values[0]
    elif condition.relation == "most":
        found = column <= condition.values[0]
    elif len(condition.values) == 1:
        found = column == condition.values[0]
    else:
        found = column.isin(condition.values)
    since = fact.by_name[condition.name].known
    return known(t, since) & found if since and since not in passed else found


def told(t: ir.Table, fact: Fact, name: str) -> Any:
    """A column's value as far as it was known at the cut-off."""
    since = fact.by_name[name].known
    return (
        known(t, since).fill_null(False).ifelse(t[name], ibis.null(TYPES[fact.by_name[name].kind]))
        if since
        else t[name]
    )


def inside(t: ir.Table, indicator: Indicator, *, scoped: bool, only: set[str] | None = None) -> ir.Table:
    """The rows an indicator is about: of the period, known by the cut-off, of the scope, meeting ``among``. ``only`` these
    columns go on, besides what says how many there are: an engine plans three columns sooner than forty."""
    fact = indicator.declared_fact
    if indicator.standing:
        begun, ended = indicator.standing
        chosen = [happened(t, begun), not_yet(t, ended)]
    else:
        day = t[f"{indicator.day}_on"]
        chosen = [day >= asked().since, day < asked().until, t[f"{indicator.day}_recorded_at"] <= asked().cut_off]
    chosen += [holds(t, fact, condition, sure(indicator)) for condition in indicator.among]
    if scoped:
        chosen.append(t[fact.of_kind(Kind.ORGAN)] == asked().scope)
    found = t.filter(*chosen)
    if only is None:
        return found
    wanted = {*only, RECORDS if RECORDS in t.columns else fact.key}
    return found.select(*(name for name in t.columns if name in wanted))


def counted(t: ir.Table, indicator: Indicator) -> Any:
    """Which of the rows make the numerator of a share."""
    found = None
    for condition in indicator.of:
        one = holds(t, indicator.declared_fact, condition, sure(indicator))
        found = one if found is None else found & one
    return found


def many(t: ir.Table, where: Any = None) -> Any:
    """How many records there are, of groups as of rows. Where a condition is unknown of every row, Spark counts nothing, not 0."""
    if RECORDS not in t.columns:
        return t.count() if where is None else t.count(where=where).fill_null(0)
    return t[RECORDS].sum(where=where).fill_null(0).cast("int64")


def added(t: ir.Table, name: str) -> Any:
    """A column added up over all records."""
    values = t[name] * t[RECORDS] if RECORDS in t.columns else t[name]
    return values.sum().fill_null(0).cast("int64")


def totals(t: ir.Table, indicator: Indicator) -> dict[str, Any]:
    """The aggregates: ``top``, ``bottom`` (null where nothing is divided) and ``lines``."""
    lines = many(t)
    if indicator.measure == "count":
        return {"top": lines, "bottom": ibis.null("int64"), "lines": lines}
    if indicator.measure == "share":
        return {"top": many(t, counted(t, indicator)), "bottom": lines, "lines": lines}
    bottom = ibis.null("int64")
    if indicator.measure == "mean":
        bottom = many(t, t[indicator.sum].notnull())
    elif indicator.measure == "ratio":
        bottom = added(t, indicator.over)
    return {"top": added(t, indicator.sum), "bottom": bottom, "lines": lines}


def figure(indicator: Indicator, *, scoped: bool, grain: Grain | None = None) -> ir.Table:
    """One row: ``top``, ``bottom``, ``lines``; a median: each value with how often it occurs."""
    t = inside(table(indicator.declared_fact, grain), indicator, scoped=scoped, only=needed(indicator))
    if indicator.measure == "median":
        return _histogram(t, indicator, [])
    return t.aggregate(**totals(t, indicator))


def split(indicator: Indicator, column: str, *, scoped: bool, grain: Grain | None = None) -> ir.Table:
    """The same for each value of a column, in the order of that value."""
    t = inside(table(indicator.declared_fact, grain), indicator, scoped=scoped, only=needed(indicator, column))
    if indicator.measure == "median":
        return _histogram(t.mutate(part=told(t, indicator.declared_fact, column)), indicator, ["part"])
    return t.group_by(part=told(t, indicator.declared_fact, column)).aggregate(**totals(t, indicator)).order_by("part")


def series(indicator: Indicator, *, scoped: bool, grain: Grain | None = None) -> ir.Table:
    """The same for each month of the period; only for what falls on a day."""
    only = needed(indicator, f"{indicator.day}_on")
    t = inside(table(indicator.declared_fact, grain), indicator, scoped=scoped, only=only)
    day = t[f"{indicator.day}_on"]
    t = t.mutate(part=day.year() * 100 + day.month())
    if indicator.measure == "median":
        return _histogram(t, indicator, ["part"])
    return t.group_by(part=t["part"].cast("int64")).aggregate(**totals(t, indicator)).order_by("part")


def _histogram(t: ir.Table, indicator: Indicator, by: list[str]) -> ir.Table:
    """Exact on every engine: a median is read off the counts, never left to an engine's own approximation."""
    keys: Mapping[str, Any] = {**({"part": t[by[0]]} if by else {}), "value": t[indicator.sum]}
    return t.filter(t[indicator.sum].notnull()).group_by(**keys).aggregate(lines=many).order_by(list(keys))


def rows(indicator: Indicator, *, scoped: bool) -> ir.Table:
    """The records behind a figure, by key: references and codes, and whether a record makes the numerator."""
    fact = indicator.declared_fact
    t = inside(table(fact), indicator, scoped=scoped)
    shown = {fact.key: t[fact.key]}
    for column in fact.columns:
        if column.kind in {Kind.ORGAN, Kind.PLACE} or column.values or column.name in {"item", fact.opens}:
            shown[column.name] = told(t, fact, column.name)
    shown["on"] = t[f"{indicator.standing[0] if indicator.standing else indicator.day}_on"]
    if indicator.measure == "share":
        shown["counted"] = counted(t, indicator).fill_null(False)
    elif indicator.sum:
        shown["counted"] = t[indicator.sum].notnull()
        shown["value"] = t[indicator.sum]
    else:
        shown["counted"] = ibis.literal(True)
    if indicator.over:
        shown["over"] = t[indicator.over]
    return t.select(**shown).order_by(fact.key)
