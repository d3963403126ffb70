"""The records behind a figure: how many there are, and their references for whoever may see the figure."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from yiwang.foundation.files.models import StoredFile
from yiwang.insight.reports import computing
from yiwang.insight.reports.models import BoundFigure, FrozenRows, Report
from yiwang.insight.reports.rules import cards
from yiwang.kernel.refusal import NotFound

PAGE = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of the records behind a figure: heads, rows, how many in all, and whether they still are what was
    counted (``same``: the digest taken then fits)."""

    figure: BoundFigure
    heads: list[str]
    rows: list[list[str]]
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
        taken = computing.take(
            figure.indicator,
            shows=figure.shows,
            period=(figure.from_on, figure.until_on),
            scope=figure.scope,
            cut_off=figure.own_cut_off or report.cut_off,
        )
        return taken.table, False
    if figure.snapshot is not None and figure.snapshot.rows:
        return computing.from_parquet(bytes(figure.snapshot.rows)), False
    return None, False


def opened(report: Report, name: str, *, page: int = 1) -> Opened:
    """One page of the records behind a figure, in the order of their keys. Refuses as computing it does."""
    figure = bound(report, name)
    table, frozen = table_of(report, figure)
    evidence = None
    if figure.snapshot is not None:
        evidence = figure.snapshot.file
    elif figure.filled is not None:
        evidence = figure.filled.evidence
    if table is None:
        return Opened(figure, [], [], 0, True, frozen, evidence)
    start = max(page - 1, 0) * PAGE
    part = table.slice(start, PAGE)
    columns = [part[column].to_pylist() for column in part.column_names]
    rows = [[_said(value) for value in row] for row in zip(*columns, strict=True)]
    same = not figure.rows_digest or computing.digest(table) == figure.rows_digest
    return Opened(
        figure, [HEADS.get(one, one) for one in table.column_names], rows, table.num_rows, same, frozen, evidence
    )


HEADS = {
    "reference": "编号",
    "organ": "单位",
    "place": "地区",
    "item": "事项",
    "on": "日期",
    "counted": "计入分子",
    "value": "数值",
    "over": "除数",
}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
