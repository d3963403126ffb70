"""The template a bureau edits: on the page, or in its own office program as a .docx with names in braces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.insight.reports import queries
from yiwang.insight.reports.actions.editing import edit_section
from yiwang.insight.reports.actions.locking import editable
from yiwang.insight.reports.exports import layouts, manifest, reading, sampling
from yiwang.insight.reports.models import Section, Template
from yiwang.insight.reports.rules import declared, wording
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal


@transaction.atomic
def change_template(
    *,
    template_id: int,
    title: str,
    main: Sequence[str],
    copies: Sequence[str],
    sections: Sequence[Mapping[str, Any]],
    by: Doer,
    at: datetime,
) -> Template:
    """Write a template anew: title (may name ``{{ year }}``), recipients and the text of its sections by ``id``.

    Refused: a section it has not, names of figures it does not declare, nobody who drafts for the organ (404).
    """
    row = Template.objects.select_for_update().get(pk=queries.template(by, template_id).pk)
    allow(by, Permission.REPORT_EDIT, about=row)
    known = [*(one.name for one in declared.read(row.figures)), *queries.cells(row, day_of(at))]
    texts = {one["id"]: str(one["text"]) for one in sections}
    if set(texts) - {one["id"] for one in row.sections}:
        raise Refusal("模板没有这一节。", code="no-such-section", field="sections")
    if not title.strip() or not [one for one in main if one.strip()]:
        raise Refusal("请写明报告标题和主送机关。", code="report-title", field="title")
    for code, text in texts.items():
        wording.refuse_unknown(text, known, field=f"text-{code}")
    row.title = title.strip()[:200]
    row.main = [one.strip()[:80] for one in main if one.strip()]
    row.copies = [one.strip()[:80] for one in copies if one.strip()]
    row.sections = [{**one, "text": wording.tidy(texts.get(one["id"], one.get("text", "")))} for one in row.sections]
    _keep(row, by, at)
    return row


@transaction.atomic
def change_layout(*, template_id: int, content: bytes | None, name: str = "", by: Doer, at: datetime) -> Template:
    """Set reports in the bureau's own .docx from now on, or with ``None`` in the house's page again.

    What is signed keeps the layout it was signed with. Refused as ``layouts.refuse_unfit``, naming what is missing; nobody who
    drafts for the organ (404).
    """
    row = Template.objects.select_for_update().get(pk=queries.template(by, template_id).pk)
    allow(by, Permission.REPORT_EDIT, about=row)
    if content is not None:
        layouts.refuse_unfit(content, sampling.sample(row, day_of(at)))
    row.layout, row.layout_name = content, name.strip()[:120] if content else ""
    _keep(row, by, at)
    return row


@transaction.atomic
def keep_as_template(*, reference: str, by: Doer, at: datetime) -> Template:
    """Let next year's report begin with this one's words and figures."""
    report, _ = queries.report(by, reference)
    allow(by, Permission.REPORT_EDIT, about=report)
    row = Template.objects.select_for_update().get(rule=report.rule, organ_id=report.organ_id)
    cells = {name for table in queries.grids(report) for name in table.names()}
    row.sections = [
        {"id": one.code, "title": one.title, "text": one.text, "required": one.required}
        for one in report.sections.all()
    ]
    row.figures = [
        declared.Declared(
            name=one.name, title=one.title, kind=one.kind, unit=one.unit, indicator=one.indicator, shows=one.shows,
            scope=one.scope, places=one.places, scale=one.scale, asks=one.asks, parts=tuple(one.parts),
            of=tuple(one.of), note=one.note,
        ).as_dict()
        for one in report.figures.all()
        if one.name not in cells
    ]  # fmt: skip
    row.main, row.copies = report.main, report.copies
    _keep(row, by, at)
    return row


@transaction.atomic
def from_document(*, reference: str, content: bytes, by: Doer, at: datetime) -> list[Section]:
    """Take the text of a report from a .docx that was downloaded as its template and edited elsewhere.

    A heading 一、… begins the section of that title; every paragraph behind it is its text. Refused: a file that is no
    .docx, a heading the report has no section for, braces that hold anything but a known name. Answers what changed.
    """
    report, _ = editable(by, reference)
    found = reading.sections(content)
    by_title = {section.title: section for section in report.sections.all()}
    unknown = [title for title in found if title not in by_title]
    if unknown or not found:
        said = "、".join(f"“{title}”" for title in unknown) or "任何章节"
        raise Refusal(
            f"文档里的{said}和这份报告的章节对不上，请保留原来的章节标题。", code="document-sections", field="file"
        )
    return [
        edit_section(reference=reference, code=by_title[title].code, text=text, by=by, at=at)
        for title, text in found.items()
        if wording.tidy(text) != by_title[title].text
    ]


def _keep(row: Template, by: Doer, at: datetime) -> None:
    row.changed_at, row.changed_by = at, by.reference
    row.save()
    said = {"rule": row.rule} | ({"layout": manifest.sm3(bytes(row.layout))} if row.layout else {})
    subject, organ = f"report-template:{row.pk}", str(row.organ_id)
    ledger.record(subject=subject, event="reports.template-changed", by=by, at=at, organ=organ, detail=said)
