"""What a viewer sees of figures: the whole county or his own organs; the number, how it comes about, the records behind it.

A figure is shown to whoever supervises or leads, for the whole county, and to staff of an organ for that organ. Behind it
stand references; each record is opened under its own permission.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ, Place
from yiwang.foundation.packs import queries as packs
from yiwang.insight.facts import reading
from yiwang.insight.indicators import figures, rules
from yiwang.insight.indicators.declarations import KIND, Indicator
from yiwang.insight.indicators.figures import Figure
from yiwang.kernel.facts import Column, Kind
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound

PAGE = 100
WIDE = (Permission.CASE_SUPERVISE, Permission.WALL_SEE)
UNSAID, NO_PLACE = "（未填）", "没有到场所（网上等）"
NOTHING = "没有这个页面，或者您无权查看。"


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom figures are counted: ``code`` empty for the county. ``choices`` are what this viewer may choose."""

    code: str
    name: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a split or of a series: its code, its name, and the figure's numbers for it."""

    code: str
    name: str
    numerator: Any
    denominator: Any
    value: Any
    lines: int

    @property
    def share(self) -> float | None:
        """What a chart draws."""
        return None if self.value is None else float(self.value)


@dataclass(frozen=True, slots=True)
class Split:
    """A figure divided by one column."""

    column: Column
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure. ``cells`` in the order of the heads; ``page`` is where it is opened, if anywhere."""

    reference: str
    page: str
    cells: Sequence[Any]
    counted: bool


@dataclass(frozen=True, slots=True)
class Records:
    heads: Sequence[str]
    rows: Sequence[Record]
    total: int
    page: int
    pages: int


def scope(viewer: Doer, asked: str, on: date) -> Scope:
    """The scope a viewer asked for. 404 for whoever sees no figures, and for an organ that is not his."""
    if viewer.kind not in {"staff", "system"}:
        raise NotFound(NOTHING)
    whole = viewer.kind == "system" or any(viewer.may(permission, None) for permission in WIDE)
    own = None if whole else viewer.organs_of(Permission.CASE_SEE, *WIDE)
    if own is not None and not own:
        raise NotFound(NOTHING)
    called = dict(organs.standing_organs(on))
    held = Organ.objects.filter(pk__in=called if own is None else own).order_by("position", "pk")
    choices = [(organ.code, called.get(organ.pk, organ.code)) for organ in held]
    if whole:
        choices = [("", "全县"), *choices]
    code = asked or choices[0][0]
    name = dict(choices).get(code)
    if name is None:
        raise NotFound(NOTHING)
    return Scope(code, name, choices)


def indicators(on: date) -> dict[str, tuple[Indicator, str]]:
    """Every indicator in force with the digest of its declaration, in the order of its group and id."""
    found = {name: (one.value, one.digest) for name, one in packs.rules(KIND, on).items()}
    return dict(sorted(found.items(), key=lambda item: (item[1][0].group, item[0])))


def groups(on: date) -> list[str]:
    """The groups of indicators, the largest first."""
    return [group for group, _ in Counter(one.group for one, _ in indicators(on).values()).most_common()]


def of_group(group: str, *, period: rules.Period, scope: Scope, on: date) -> list[Figure]:
    """The figures of one group up to the newest facts; what is not counted by organ is left out for an organ."""
    facts = reading.current()
    return [
        figures.of(one, digest, facts, period=period, scope=scope.code, cut_off=facts.as_of)
        for one, digest in indicators(on).values()
        if one.group == group and (not scope.code or one.declared_fact.of_kind(Kind.ORGAN))
    ]


def one(indicator_id: str, *, period: rules.Period, scope: Scope, on: date) -> Figure:
    """One figure up to the newest facts, under the version in force today. 404 for an unknown indicator."""
    declared, digest = figures.indicator(indicator_id, on)
    facts = reading.current()
    return figures.of(declared, digest, facts, period=period, scope=scope.code, cut_off=facts.as_of)


def last_year(figure: Figure) -> Figure:
    """The same for the same days of last year, as it was known a year before (同比按同一截止日)."""
    cut_off = figure.cut_off
    on = day_of(cut_off)
    return figures.of(
        figure._indicator,
        figure._digest,
        figure._snapshot,
        period=rules.same_days_last_year(figure.period, on),
        scope=figure.scope,
        cut_off=cut_off.replace(year=cut_off.year - 1, day=rules.year_before(on).day)
        if cut_off.month == 2
        else cut_off.replace(year=cut_off.year - 1),
    )


def series(figure: Figure) -> list[Part]:
    """A figure by each month that has begun: of the others nobody knows, which is not nought. A stock as it stood at the end
    of the month."""
    declared = figure._indicator
    begun = [month for month in rules.months(figure.period) if month[0] <= day_of(figure.cut_off)]
    if declared.standing:
        return [
            _part(declared, f"{since:%Y-%m}", f"{since.year}年{since.month}月", [row])
            for since, until in begun
            for row in _ask(figure, "figure", period=(since, until))
        ]
    found = _by_part(_ask(figure, "series"))
    return [
        _part(
            declared, f"{since:%Y-%m}", f"{since.year}年{since.month}月", found.get(since.year * 100 + since.month, [])
        )
        for since, _ in begun
    ]


def splits(figure: Figure, on: date) -> list[Split]:
    """A figure by organ, by place, and by every column whose codes have words."""
    found = []
    for column in figure._indicator.declared_fact.columns:
        if (column.kind is Kind.ORGAN and not figure.scope) or column.kind is Kind.PLACE or column.values:
            one = split(figure, column.name, on)
            if len(one.parts) > 1 or column.kind is not Kind.CODE:
                found.append(one)
    return found


def split(figure: Figure, name: str, on: date) -> Split:
    """A figure by one column, the largest part first."""
    declared = figure._indicator
    column = declared.declared_fact.by_name[name]
    answered = _by_part(_ask(figure, "split", column=name))
    called, unsaid = names(column, list(answered), on), NO_PLACE if column.kind is Kind.PLACE else UNSAID
    parts = [_part(declared, str(code or ""), called.get(code, unsaid), rows) for code, rows in answered.items()]
    return Split(column, sorted(parts, key=lambda part: (-part.lines, part.code)))


def names(column: Column, codes: Sequence[Any], on: date) -> dict[Any, str]:
    """What codes of a column are called."""
    if column.kind is Kind.ORGAN:
        ids = dict(Organ.objects.filter(code__in=[code for code in codes if code]).values_list("code", "pk"))
        called = organs.organ_names(ids.values(), on)
        return {code: called.get(pk, code) for code, pk in ids.items()}
    if column.kind is Kind.PLACE:
        return dict(Place.objects.filter(code__in=[code for code in codes if code]).values_list("code", "name"))
    return {code: column.values.get(code) or UNSAID for code in codes}


def records(
    figure: Figure, on: date, *, only: Mapping[str, str | Sequence[str]], page: int, size: int = PAGE
) -> Records:
    """The records behind a figure, a page of them. ``only`` chooses by column (one code or several), by ``month`` (``2026-09``)
    or ``counted``."""
    fact = figure._indicator.declared_fact
    table = figures.rows(figure)
    for name, wanted in only.items():
        table = table.filter(_chosen(table, name, wanted))
    pages = max(1, -(-table.num_rows // size))
    page = min(max(1, page), pages)
    shown = [
        fact.by_name[name] for name in table.column_names if name in fact.by_name and name not in {fact.key, fact.opens}
    ]
    cut = table.slice((page - 1) * size, size).to_pylist()
    called = {
        column.name: names(column, list({row[column.name] for row in cut}), on)
        for column in shown
        if column.name != "item"
    }
    rows = [
        Record(
            reference=row[fact.key],
            page=fact.page.format(row[fact.opens or fact.key]) if fact.page else "",
            cells=[
                row["on"],
                *(called.get(column.name, {}).get(row[column.name], row[column.name] or "") for column in shown),
            ],
            counted=row["counted"],
        )
        for row in cut
    ]
    day = figure._indicator.standing[0] if figure._indicator.standing else figure._indicator.day
    return Records(
        [fact.by_name[f"{day}_on"].title, *(column.title for column in shown)], rows, table.num_rows, page, pages
    )


def _chosen(table: Any, name: str, wanted: str | Sequence[str]) -> Any:
    if not isinstance(wanted, str):
        return pc.is_in(table[name], pa.array(wanted, pa.string()))
    if name == "month":
        since, until = rules.period(wanted or "?", date.min)
        return pc.and_(pc.greater_equal(table["on"], since), pc.less(table["on"], until))
    if name == "counted":
        return pc.equal(table["counted"], wanted == "1")
    if name not in table.column_names:
        raise NotFound(NOTHING)
    return pc.equal(pc.fill_null(table[name], ""), wanted)


def _ask(figure: Figure, shape: str, *, period: rules.Period | None = None, column: str = "") -> list[tuple[Any, ...]]:
    return figures.ask(
        figure._indicator,
        figure._digest,
        figure._snapshot,
        shape,
        period=period or figure.period,
        scope=figure.scope,
        cut_off=figure.cut_off,
        column=column,
    )


def _by_part(found: list[tuple[Any, ...]]) -> dict[Any, list[tuple[Any, ...]]]:
    """What an engine answered, by its first column."""
    parts: dict[Any, list[tuple[Any, ...]]] = {}
    for code, *rest in found:
        parts.setdefault(code, []).append(tuple(rest))
    return parts


def _part(declared: Indicator, code: str, name: str, found: list[tuple[Any, ...]]) -> Part:
    if not found and declared.measure != "median":
        bottom = None if declared.measure in {"count", "sum"} else 0
        found = [(0, bottom, 0)]
    top, below, lines, value = figures.result(declared, found)
    return Part(code, name, top, below, value, lines)


def old(as_of: datetime, at: datetime) -> str:
    """How old figures are, in words."""
    minutes = max(0, int((at - as_of).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}分钟前"
    return f"{minutes // 60}小时前" if minutes < 48 * 60 else f"{minutes // 1440}天前"
