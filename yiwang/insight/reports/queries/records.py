"""The records behind a figure: how many there are, and their references for whoever may see the figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.insight.reports import computing
from yiwang.insight.reports.models import BoundFigure, FrozenRows, Report
from yiwang.insight.reports.rules import cards, declared
from yiwang.kernel.refusal import NotFound

PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One record in words; ``link`` is its own page, if it has one."""

    cells: list[str]
    link: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of the records behind a figure: heads, rows, how many in all, and whether they still are what was
    counted (``same``: the digest taken then fits)."""

    figure: BoundFigure
    heads: list[str]
    rows: list[Row]
    count: int
    same: bool
    frozen: bool
    evidence: StoredFile | None


def bound(report: Report, name: str) -> BoundFigure:
    """A figure of a report by its name; 404 if it has none such. Whoever sees the report may see it."""
    rows = report.figures.select_related("snapshot__file", "filled__evidence", "filled__matter")
    found = rows.filter(name=name).first()
    if found is None:
        raise NotFound("这份报告里没有这个数据。", code="no-such-figure")
    return found


def table_of(report: Report, figure: BoundFigure) -> tuple[pa.Table | None, bool]:
    """The records behind a figure and whether they come from the frozen copy; ``None`` for a figure without records."""
    kept = FrozenRows.objects.filter(frozen_id=report.pk, name=figure.name).first()
    if kept is not None:
        return computing.from_parquet(bytes(kept.parquet)), True
    if figure.kind == cards.COMPUTED and figure.value is not None:
        return computing.take(figure.indicator, **computing.asked(figure, report.cut_off)).table, False
    if figure.snapshot is not None and figure.snapshot.rows:
        return computing.from_parquet(bytes(figure.snapshot.rows)), False
    return None, False


def opened(report: Report, name: str, *, page: int = 1) -> Opened:
    """One page of the records behind a figure, in the order of their keys: of a numerator those that make it. Refuses as
    computing it does."""
    figure = bound(report, name)
    table, frozen = table_of(report, figure)
    evidence = None
    if figure.snapshot is not None:
        evidence = figure.snapshot.file
    elif figure.filled is not None:
        evidence = figure.filled.evidence
    if table is None:
        return Opened(figure, [], [], 0, True, frozen, evidence)
    same = not figure.rows_digest or computing.digest(table) == figure.rows_digest  # over all that were looked at
    if figure.shows == declared.NUMERATOR and "counted" in table.column_names:
        table = table.filter(table["counted"])
    start = max(page - 1, 0) * PAGE
    part = table.slice(start, PAGE)
    about = None
    if figure.indicator and figure.kind == cards.COMPUTED:
        about = computing.described(figure.indicator, figure.until_on - timedelta(days=1))
    shown = _shown(part, about, report)
    titles = about.titles if about else {}
    heads = [HEADS.get(one) or titles.get(one, one) for one in table.column_names]
    return Opened(figure, heads, shown, table.num_rows, same, frozen, evidence)


HEADS = {
    "reference": "编号",
    "organ": "单位",
    "place": "地区",
    "item": "事项",
    "on": "日期",
    "counted": "计入分子",
    "value": "数值",
    "over": "除数",
    "state": "状态",
}


def _shown(part: pa.Table, about: computing.Described | None, report: Report) -> list[Row]:
    """A page of records in words: organs by their names, codes by theirs, the record itself as a link where it has a page."""
    names = part.column_names
    columns = {name: part[name].to_pylist() for name in names}
    called: dict[str, str] = {}
    if about and about.organs & set(names):
        codes = dict(Organ.objects.values_list("pk", "code"))
        called = {codes[pk]: name for pk, name in organs.organ_names(codes, report.cut_off.date()).items()}
    rows = []
    for place in range(part.num_rows):
        cells = []
        for name in names:
            value = columns[name][place]
            words = about.words.get(name, {}) if about else {}
            cells.append(
                called.get(value) or words.get(value) or _said(value) if isinstance(value, str) else _said(value)
            )
        link = about.page.format(columns[about.opens][place]) if about and about.page and about.opens in columns else ""
        rows.append(Row(cells, link))
    return rows


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
