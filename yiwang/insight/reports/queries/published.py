"""Reports anybody may read: published after 保密审查, 主动公开, as they were frozen (政府信息公开条例 第十三条、第十九条)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yiwang.insight.reports.models import Frozen, Report
from yiwang.kernel.refusal import NotFound

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Public:
    """One published report as the portal shows it; ``newer`` is the reference of a later version published since."""

    reference: str
    title: str
    organ: str
    kind: str
    year: int
    edition: int
    signed_on: date
    digest: str
    sealed: bool
    link: str
    newer: str = ""


def published() -> list[Public]:
    """Every report that may be read, newest year first."""
    rows = list(_rows().order_by("-report__year", "report__rule", "-report__edition")[:500])
    newest: dict[tuple[str, int, int], str] = {}
    for row in rows:
        newest.setdefault(_same(row.report), row.report.matter.reference)
    return [_public(row, newest[_same(row.report)]) for row in rows]


def open_to_all(reference: str) -> tuple[Frozen, Public]:
    """One of them and its frozen text; 404 for every other report, whether it exists or not."""
    row = _rows().filter(report__matter__reference=reference).first()
    if row is None:
        raise NotFound("没有这份报告，或者还没有公开。", code="no-such-report")
    own = row.report
    same = _rows().filter(report__rule=own.rule, report__organ_id=own.organ_id, report__year=own.year)
    newest = same.order_by("-report__edition").values_list("report__matter__reference", flat=True)[0]
    return row, _public(row, newest)


def _rows() -> Any:
    return Frozen.objects.select_related("report__matter").filter(
        report__matter__state=PUBLISHED, report__publicity=Report.Publicity.PUBLIC
    )


def _same(report: Report) -> tuple[str, int, int]:
    return report.rule, report.organ_id, report.year


def _public(row: Frozen, newest: str) -> Public:
    head: Mapping[str, Any] = json.loads(row.manifest)["report"]
    report = row.report
    return Public(
        reference=report.matter.reference,
        title=str(head["title"]),
        organ=str(head["organ"]),
        kind=str(head["kind"]),
        year=report.year,
        edition=report.edition,
        signed_on=date.fromisoformat(head["signed_on"]),
        digest=row.digest,
        sealed=bool(row.seal),
        link=report.link,
        newer=newest if newest != report.matter.reference else "",
    )
