"""Computed figures: an indicator asked for its period, scope and cut-off, and the records behind it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.packs import queries as packs
from yiwang.insight.indicators import figures
from yiwang.insight.reports.models import BoundFigure
from yiwang.insight.reports.rules import declared
from yiwang.kernel.facts import Kind
from yiwang.kernel.refusal import Refusal

INDICATOR = "indicator"
PLAIN = frozenset({Kind.ORGAN, Kind.PLACE, Kind.WHOLE, Kind.FLAG, Kind.DAY})  # kinds that name no record


@dataclass(frozen=True, slots=True)
class Taken:
    """What an indicator answered. ``value`` is the number printed (unrounded for a rate); ``measure`` how it is counted."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    rows: int
    rows_digest: str
    version: str
    facts_as_of: datetime
    measure: str
    factor: int
    formula: str
    scope_note: str
    unit: str
    table: pa.Table


def known(on: date) -> dict[str, tuple[str, str]]:
    """Id → (title, unit) of every indicator in force."""
    return {key: (one.value.title, one.value.unit) for key, one in packs.rules(INDICATOR, on).items()}


def take(indicator: str, *, shows: str, period: tuple[date, date], scope: str, cut_off: datetime) -> Taken:
    """The figure and its records. Refuses as ``indicators.figures.figure`` (unknown indicator or scope, facts too old)."""
    found = figures.figure(indicator, period=period, scope=scope, cut_off=cut_off)
    about, _ = figures.indicator(indicator, date.fromordinal(period[1].toordinal() - 1))
    value, top, bottom = _numbers(found, about.scale, shows)
    rows = figures.rows(found)
    return Taken(
        value=value,
        numerator=top,
        denominator=bottom,
        rows=rows.num_rows,
        rows_digest=figures.digest(rows),
        version=found.version,
        facts_as_of=found.facts_as_of,
        measure=about.measure,
        factor=about.scale,
        formula=about.formula,
        scope_note=about.scope_note,
        unit=about.unit if shows == declared.VALUE else "",
        table=rows,
    )


def asked(row: BoundFigure, cut_off: datetime) -> dict[str, Any]:
    """What ``take`` is asked for a figure of a report: under its own cut-off, else the report's."""
    return {
        "shows": row.shows,
        "period": (row.from_on, row.until_on),
        "scope": row.scope,
        "cut_off": row.own_cut_off or cut_off,
    }


def _numbers(found: figures.Figure, scale: int, shows: str) -> tuple[Decimal | None, Decimal, Decimal | None]:
    """(the number shown, numerator, denominator) of an indicator's answer; a rate is not rounded yet."""
    top = Decimal(found.numerator)
    bottom = None if found.denominator is None else Decimal(found.denominator)
    if shows == declared.NUMERATOR:
        return top, top, bottom
    if shows == declared.DENOMINATOR:
        return bottom, top, bottom
    if bottom is None:
        return (None if found.value is None else Decimal(found.value)), top, None
    return (top * scale / bottom if bottom else None), top, bottom


def a_year_before(day: date) -> date:
    """The same day of last year; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def last_year(
    indicator: str, *, shows: str, period: tuple[date, date], scope: str, cut_off: datetime
) -> Decimal | None:
    """The same figure a year earlier, at the same cut-off day; ``None`` where there were no records then, or the
    indicator cannot be asked for that time."""
    local = cut_off.astimezone(SHANGHAI)
    before = datetime.combine(a_year_before(local.date()), local.timetz())
    since, until = a_year_before(period[0]), a_year_before(period[1])
    try:
        found = figures.figure(indicator, period=(since, until), scope=scope, cut_off=before)
        about, _ = figures.indicator(indicator, date.fromordinal(until.toordinal() - 1))
    except Refusal:
        return None
    return _numbers(found, about.scale, shows)[0] if found.rows else None


def parquet(table: pa.Table) -> bytes:
    """Rows as a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def from_parquet(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def key_of(table: pa.Table) -> str:
    """The column that names a record: the first one."""
    return str(table.column_names[0])


@dataclass(frozen=True, slots=True)
class Described:
    """How the records of an indicator are read: titles of columns, words of codes, columns that hold an organ, and where
    a record is opened (``page`` with ``{}`` for the value of ``opens``). ``public`` are the columns that name no record:
    organs, places, items, codes with words, and what is added up."""

    public: tuple[str, ...]
    titles: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    organs: frozenset[str]
    page: str
    opens: str


def described(indicator: str, on: date) -> Described:
    """What its fact says about its columns."""
    fact = figures.indicator(indicator, on)[0].declared_fact
    named = {name for name, column in fact.by_name.items() if column.kind in PLAIN or column.values}
    return Described(
        public=tuple(sorted((named | {"item", "on", "counted", "value", "over"}) - {fact.key, fact.opens})),
        titles={name: column.title for name, column in fact.by_name.items()},
        words={name: column.values for name, column in fact.by_name.items() if column.values},
        organs=frozenset(name for name, column in fact.by_name.items() if column.kind is Kind.ORGAN),
        page=fact.page,
        opens=fact.opens or fact.key,
    )


def digest(table: pa.Table) -> str:
    """SM3 (hex) over rows, as the indicators count it: columns by name, a line a row."""
    return figures.digest(table)
