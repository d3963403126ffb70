"""Figures: an indicator with its period, scope and cut-off, counted from the facts, and open to its rows.

``figure`` and ``rows`` are what reports and pages build on. Numerator and denominator are kept, the value follows from
them; ``rows_digest`` is SM3 over the very rows the figure was counted from, so that a frozen figure can be told from a
changed one. 统计法 第六、七条.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from yiwang.foundation.packs import queries as packs
from yiwang.insight.facts import reading
from yiwang.insight.indicators import compiling, cubes
from yiwang.insight.indicators.declarations import KIND, Indicator
from yiwang.kernel.facts import Kind
from yiwang.kernel.refusal import Refusal

Number = int | Decimal
Period = tuple[date, date]


class NotYet(Refusal):
    """The cut-off lies after the newest facts: what was recorded since is not in them."""

    code = "facts-too-old"


class NoSuchScope(Refusal):
    """The indicator's fact belongs to no organ, so it cannot be asked for one."""

    code = "no-such-scope"


@dataclass(frozen=True)
class Figure:
    """One figure.

    ``period`` is ``[from, until)``; ``scope`` an organ's code, empty for the county; rows recorded after ``cut_off`` are not
    in it. ``denominator`` is empty where nothing is divided, ``value`` empty where the denominator is 0. ``rows`` is the
    number of records behind it (of a share: behind its denominator).
    """

    indicator_id: str
    version: str
    title: str
    period: Period
    scope: str
    cut_off: datetime
    numerator: Number
    denominator: Number | None
    value: Number | None
    unit: str
    digits: int
    rows: int
    facts_as_of: datetime
    _indicator: Indicator = field(repr=False, compare=False)
    _digest: str = field(repr=False, compare=False)
    _snapshot: Any = field(repr=False, compare=False)

    @cached_property
    def rows_digest(self) -> str:
        """SM3 (hex) over the rows in the order of their keys, read when asked for and from the facts counted then."""
        return digest(rows(self))

    @property
    def formula(self) -> str:
        """The formula in words."""
        return self._indicator.formula

    @property
    def printed(self) -> str:
        """The value as it is printed: ``97.37%``, ``159524件``; ``—`` where there is none."""
        return "—" if self.value is None else f"{self.value}{self.unit}"


def indicator(indicator_id: str, on: date) -> tuple[Indicator, str]:
    """The version of an indicator in force on a day, with the digest of its declaration. 404 if there is none."""
    found = packs.rule(KIND, indicator_id, on)
    return found.value, found.digest


def figure(indicator_id: str, *, period: Period, scope: str = "", cut_off: datetime) -> Figure:
    """Count it. The indicator's version is the one in force on the last day of the period.

    Refused: a cut-off after the newest facts (``NotYet``), facts never written, an unknown indicator, a scope for what
    belongs to no organ.
    """
    declared, mark = indicator(indicator_id, _last(period))
    return of(declared, mark, reading.current(), period=period, scope=scope, cut_off=cut_off)


def of(
    declared: Indicator, mark: str, snapshot: reading.Snapshot, *, period: Period, scope: str = "", cut_off: datetime
) -> Figure:
    """The same for a declared indicator on given facts."""
    found = ask(declared, mark, snapshot, "figure", period=period, scope=scope, cut_off=cut_off)
    return made(declared, mark, snapshot, found, period=period, scope=scope, cut_off=cut_off)


def made(
    declared: Indicator,
    mark: str,
    snapshot: reading.Snapshot,
    found: list[tuple[Any, ...]],
    *,
    period: Period,
    scope: str,
    cut_off: datetime,
) -> Figure:
    """The figure from the rows an engine answered."""
    top, bottom, lines, value = result(declared, found)
    return Figure(
        indicator_id=declared.id,
        version=declared.version,
        title=declared.title,
        period=period,
        scope=scope,
        cut_off=cut_off,
        numerator=top,
        denominator=bottom,
        value=value,
        unit=declared.unit,
        digits=declared.digits,
        rows=lines,
        facts_as_of=snapshot.as_of,
        _indicator=declared,
        _digest=mark,
        _snapshot=snapshot,
    )


def rows(figure: Figure) -> pa.Table:
    """The records behind a figure in the order of their keys: references and codes, the day they fall on, ``counted``
    (they make the numerator) and, where numbers are added up, ``value`` and ``over``."""
    asked = _parameters(figure.period, figure.scope, figure.cut_off)
    key = compiling.keep(figure._indicator, figure._digest)
    text, names = compiling.sql(key, "rows", "", bool(figure.scope), "duckdb")
    found: pa.Table = figure._snapshot.table(text, {name: asked[name] for name in names})
    return found


def digest(table: pa.Table) -> str:
    """SM3 (hex) of rows: a line a row, its columns by name in order, so that anybody can add it up again."""
    names = sorted(table.column_names)
    found = hashlib.new("sm3", ("\t".join(names) + "\n").encode())
    columns = [table[name].to_pylist() for name in names]
    for row in zip(*columns, strict=True):
        found.update(("\t".join(_text(one) for one in row) + "\n").encode())
    return found.hexdigest()


def ask(
    declared: Indicator,
    mark: str,
    snapshot: reading.Snapshot,
    shape: str,
    *,
    period: Period,
    scope: str,
    cut_off: datetime,
    column: str = "",
) -> list[tuple[Any, ...]]:
    """What the engine answers to one shape of the indicator's expression: of groups of rows where they can say it, else of rows."""
    if cut_off > snapshot.as_of:
        raise NotYet(f"统计事实只到{snapshot.as_of.astimezone():%Y年%m月%d日%H:%M}，早于截止时间，请先更新统计事实。")
    if scope and not declared.declared_fact.of_kind(Kind.ORGAN):
        raise NoSuchScope(f"“{declared.title}”不按机构统计。")
    asked = _parameters(period, scope, cut_off)
    grouped = cubes.ask(declared, mark, snapshot, shape, column, asked)
    if grouped is not None:
        return list(grouped)
    text, names = compiling.sql(compiling.keep(declared, mark), shape, column, bool(scope), "duckdb")
    return list(snapshot.rows_again(text, {name: asked[name] for name in names}))


def result(declared: Indicator, found: list[tuple[Any, ...]]) -> tuple[Number, int | None, int, Number | None]:
    """Numerator, denominator, number of rows and value from what the engine answered; a median from its histogram."""
    if declared.measure == "median":
        value, lines = median(found)
        printed = None if value is None else rounded(value, declared.digits)
        return (printed if printed is not None else 0), None, lines, printed
    top, bottom, lines = found[0]
    if bottom is None:
        return top, None, lines, top
    return top, bottom, lines, rate(top, bottom, scale=declared.scale, digits=declared.digits)


def rate(top: int, bottom: int, *, scale: int, digits: int) -> Decimal | None:
    """``top ÷ bottom × scale`` rounded half up; nothing where the denominator is 0."""
    if bottom == 0:
        return None
    return rounded(Decimal(top) * scale / Decimal(bottom), digits)


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def median(histogram: list[tuple[Any, ...]]) -> tuple[Decimal | None, int]:
    """The middle value (the mean of the two middle ones) of ``(value, how often)`` in order, and how many there are."""
    many = sum(count for _, count in histogram)
    if not many:
        return None, 0
    wanted = [(many - 1) // 2, many // 2]
    found: list[Decimal] = []
    passed = 0
    for value, count in histogram:
        passed += count
        while len(found) < 2 and wanted[len(found)] < passed:
            found.append(Decimal(value))
    return (found[0] + found[1]) / 2, many


def _parameters(period: Period, scope: str, cut_off: datetime) -> dict[str, Any]:
    return {"since": period[0], "until": period[1], "cut_off": cut_off.astimezone(UTC), "scope": scope}


def _last(period: Period) -> date:
    return date.fromordinal(period[1].toordinal() - 1)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)
