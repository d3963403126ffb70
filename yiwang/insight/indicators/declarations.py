"""What a pack declares about an indicator. It only names things: a fact, a measure, a day, conditions on columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel import declared, facts, packs
from yiwang.kernel.facts import Fact, Kind
from yiwang.kernel.refusal import Fault

KIND = "indicator"
MEASURES = ("count", "share", "sum", "mean", "median", "ratio")
NUMBERS = (Kind.WHOLE,)
RELATIONS = ("least", "most")

Measure = Literal["count", "share", "sum", "mean", "median", "ratio"]


@dataclass(frozen=True, slots=True)
class Condition:
    """``name`` is a column or a moment. A moment: it had happened (or not) by the end of the period and was recorded by the
    cut-off. A column: its value is one of ``values``, or at least / at most a number."""

    name: str
    moment: bool
    values: tuple[Any, ...]
    relation: str = "in"


@dataclass(frozen=True, slots=True)
class Example:
    """A small table with what must come out of it: a test and the page's explanation at once."""

    since: date
    until: date
    cut_off: datetime
    rows: tuple[Mapping[str, Any], ...]
    numerator: int
    denominator: int | None
    value: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. ``day``: rows whose moment of that name falls into the period; ``standing``: the first of
    two moments had happened when the period ended, the second had not. ``of`` chooses the numerator among ``among``. ``sum`` is the column added up, ``over`` the
    one it is divided by. ``scale`` multiplies a rate (100 for per cent), ``digits`` are the decimals printed."""

    id: str
    version: str
    title: str
    unit: str
    fact: str
    measure: Measure
    day: str
    standing: tuple[str, ...]
    among: tuple[Condition, ...]
    of: tuple[Condition, ...]
    sum: str
    over: str
    scale: int
    digits: int
    wording: str
    formula: str
    scope_note: str
    owner: str
    review_on: date
    basis: str
    unverified: bool
    group: str
    better: str
    examples: tuple[Example, ...] = field(default=())

    @property
    def declared_fact(self) -> Fact:
        found = facts.fact(self.fact)
        assert found is not None
        return found


def parse(data: dict[str, Any], place: declared.Place) -> tuple[Indicator | None, list[Fault]]:
    """The indicator, or every fault at its line."""
    reading = declared.Reading(place)
    table = declared.Table(data, reading)
    for common in ("in_force", "source"):
        table.asked.add(common)
    name = table.identifier("id")
    version, title, unit = table.text("version"), table.text("title"), table.text("unit")
    measure = table.choice("measure", MEASURES)
    fact = facts.fact(table.text("fact"))
    if fact is None:
        known = "、".join(one.id for one in facts.published())
        reading.fault(("fact",), f"没有这种统计事实：{data.get('fact')!r}（已公布的有 {known}）", "unknown-fact")
    standing = table.texts("standing")
    day = table.text("day", "")
    among = _conditions(table.table("among"), fact)
    of = _conditions(table.table("of"), fact)
    added, over = table.text("sum", ""), table.text("over", "")
    _together(table, fact, measure=measure, day=day, standing=standing, of=of, added=added, over=over)
    indicator = Indicator(
        id=name,
        version=version,
        title=title,
        unit=unit,
        fact=fact.id if fact else "",
        measure=measure,  # type: ignore[arg-type]
        day=day,
        standing=standing,
        among=among,
        of=of,
        sum=added,
        over=over,
        scale=table.whole("scale", 100 if unit == "%" else 1, least=1),
        digits=table.whole("digits", 2 if unit == "%" else 0),
        wording=table.text("wording"),
        formula=table.text("formula"),
        scope_note=table.text("scope", ""),
        owner=table.text("owner"),
        review_on=table.day("review_on") or date.min,
        basis=table.text("basis"),
        unverified=table.flag("unverified"),
        group=table.text("group"),
        better=table.choice("better", ("more", "less", "neither"), "neither"),
        examples=tuple(_examples(table, fact, measure)),
    )
    table.done()
    return (None, reading.faults) if reading.faults else (indicator, [])


def _together(
    table: declared.Table,
    fact: Fact | None,
    *,
    measure: str,
    day: str,
    standing: tuple[str, ...],
    of: tuple[Condition, ...],
    added: str,
    over: str,
) -> None:
    """What has to go with what."""
    if bool(day) == bool(standing):
        table.fault("day", "day（按哪个时间归期）与 standing（期末存量的起、止时间）须写且只写一项", "missing")
    if standing and len(standing) != 2:
        table.fault("standing", "standing 须写起、止两个时间", "invalid")
    if measure == "share" and not of:
        table.fault("of", "占比须写明 of（分子的条件）", "missing")
    if measure != "share" and of:
        table.fault("of", "只有占比（share）才有 of", "unknown-key")
    if (measure in {"sum", "mean", "median", "ratio"}) != bool(added):
        table.fault("sum", f"{measure} 与 sum（相加的列）不相配", "missing")
    if (measure == "ratio") != bool(over):
        table.fault("over", "只有比值（ratio）写 over（作除数的列），且必须写", "missing")
    if fact is None:
        return
    if day and fact.moment(day) is None:
        table.fault("day", f"事实“{fact.title}”没有这个时间：{day!r}", "unknown-moment")
    for name in standing:
        if fact.moment(name) is None:
            table.fault("standing", f"事实“{fact.title}”没有这个时间：{name!r}", "unknown-moment")
    for key, column in (("sum", added), ("over", over)):
        if column and (column not in fact.by_name or fact.by_name[column].kind not in NUMBERS):
            table.fault(key, f"事实“{fact.title}”没有这个数值列：{column!r}", "unknown-column")


def _conditions(table: declared.Table | None, fact: Fact | None) -> tuple[Condition, ...]:
    if table is None or fact is None:
        return ()
    found = []
    for key, value in table.data.items():
        table.asked.add(key)
        moment, column = fact.moment(key), fact.by_name.get(key)
        if moment is not None:
            if not isinstance(value, bool):
                table.fault(key, f"{key} 是时间，只能写 true（已发生）或 false（未发生）", "type")
            found.append(Condition(key, True, (value,)))
        elif column is None:
            table.fault(key, f"事实“{fact.title}”没有这一列：{key!r}", "unknown-column")
        elif isinstance(value, dict):
            found += _bounds(table, key, value, column.kind)
        else:
            values = tuple(value) if isinstance(value, list) else (value,)
            wanted = {Kind.WHOLE: int, Kind.FLAG: bool}.get(column.kind, str)
            if not values or any(type(one) is not wanted for one in values):
                table.fault(key, f"{key} 的值须为{ {int: '整数', bool: 'true 或 false', str: '代码'}[wanted] }", "type")
            elif column.values and (unknown := [one for one in values if one not in column.values]):
                table.fault(key, f"{key} 没有这个代码：{unknown[0]!r}（有 {'、'.join(column.values)}）", "choice")
            found.append(Condition(key, False, values))
    return tuple(found)


def _bounds(table: declared.Table, key: str, value: dict[str, Any], kind: Kind) -> list[Condition]:
    if kind not in NUMBERS:
        table.fault(key, f"{key} 不是数值，不能写 least 或 most", "type")
        return []
    if unknown := [one for one in value if one not in RELATIONS]:
        table.fault(key, f"{key} 只能写 least（至少）、most（至多），实为 {unknown[0]!r}", "unknown-key")
        return []
    if bad := [one for one in value.values() if type(one) is not int]:
        table.fault(key, f"{key} 的界限须为整数，实为 {bad[0]!r}", "type")
        return []
    return [Condition(key, False, (bound,), relation) for relation, bound in value.items()]


def _examples(table: declared.Table, fact: Fact | None, measure: str) -> list[Example]:
    tables = table.tables("example")
    if not tables:
        table.fault("example", "缺少示例表 [[example]]", "missing")
    found = []
    for one in tables:
        since, until = one.day("from"), one.day("until")
        cut_off = one.data.get("cut_off")
        one.asked.add("cut_off")
        if not isinstance(cut_off, datetime):
            one.fault("cut_off", "cut_off 须为时刻，如 2027-01-01T00:00:00+08:00", "type")
            cut_off = datetime.max.replace(tzinfo=SHANGHAI)
        elif cut_off.tzinfo is None:
            cut_off = cut_off.replace(tzinfo=SHANGHAI)
        rows = [_row(row, fact) for row in one.tables("rows")]
        if not rows:
            one.fault("rows", "示例表没有行", "missing")
        divides = measure in {"share", "mean", "ratio"}
        found.append(
            Example(
                since=since or date.min,
                until=until or date.min,
                cut_off=cut_off,
                rows=tuple(rows),
                numerator=one.whole("numerator"),
                denominator=one.whole("denominator") if divides else None,
                value=one.text("value"),
            )
        )
        one.done()
    return found


def _row(row: declared.Table, fact: Fact | None) -> dict[str, Any]:
    """One row of an example. A moment is a day (noon, recorded then), or ``{ on, recorded }``."""
    whole: dict[str, Any] = {}
    if fact is None:
        return whole
    for key, value in row.data.items():
        row.asked.add(key)
        moment, column = fact.moment(key), fact.by_name.get(key)
        if moment is not None:
            on = value.get("on") if isinstance(value, dict) else value
            recorded = value.get("recorded", on) if isinstance(value, dict) else value
            if not isinstance(on, date) or not isinstance(recorded, date):
                row.fault(key, f"{key} 须为日期，或 {{ on = 日期, recorded = 日期 }}", "type")
                continue
            whole |= {f"{key}_on": on, f"{key}_at": _noon(on), f"{key}_recorded_at": _noon(recorded)}
        elif column is None:
            row.fault(key, f"事实“{fact.title}”没有这一列：{key!r}", "unknown-column")
        else:
            whole[key] = value
    if fact.key not in whole:
        row.fault(fact.key, f"缺少 {fact.key}", "missing")
    return whole


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), SHANGHAI)


packs.kind(KIND, folder="indicators", parse=parse)
