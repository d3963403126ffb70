"""The words of a report: its sections, its front (title, recipients, cut-off), and notes on what the checks found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.insight.reports import queries
from yiwang.insight.reports.actions.locking import editable, tell
from yiwang.insight.reports.models import Explanation, Report, Section
from yiwang.insight.reports.rules import wording
from yiwang.insight.reports.rules.findings import EXPLAIN
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal, Stale

EMPTY = {"无", "略", "同意", "没有", "不需要"}


@transaction.atomic
def edit_section(
    *, reference: str, code: str, text: str, by: Doer, at: datetime, seen: int | None = None, title: str | None = None
) -> Section:
    """Write a section anew. Only names of figures may stand in braces (all faults named); ``seen`` is the section's
    version the editor saw (``Stale`` if somebody has written since)."""
    report, _ = editable(by, reference)
    section = Section.objects.select_for_update().filter(report=report, code=code).first()
    if section is None:
        raise NotFound("这份报告没有这一节。", code="no-such-section")
    if seen is not None and seen != section.version:
        raise Stale("这一节刚刚由其他人修改过，请刷新后再改。")
    wording.refuse_unknown(text, report.figures.values_list("name", flat=True))
    section.text = wording.tidy(text)
    if title is not None and title.strip():
        section.title = title.strip()[:120]
    section.version += 1
    section.changed_at, section.changed_by = at, by.reference
    section.save()
    tell("reports.section-edited", report, by, at, {"section": code, "text": sm3(section.text.encode()).hex()})
    return section


@transaction.atomic
def edit_front(
    *,
    reference: str,
    title: str,
    main: Sequence[str],
    copies: Sequence[str],
    publicity: str,
    cut_off: datetime,
    hides_small: bool,
    by: Doer,
    at: datetime,
) -> Report:
    """Title, recipients, 公开方式, whether small groups show their particulars in public files, and the moment the data count to. A cut-off that moves empties the computed figures:
    they were counted to another moment. Refused: no title, nobody to report to, a cut-off ahead of ``at``."""
    report, _ = editable(by, reference)
    main, copies = [one.strip() for one in main if one.strip()], [one.strip() for one in copies if one.strip()]
    if not title.strip() or len(title) > 200:
        raise Refusal("请写明报告标题，最多200字。", code="report-title", field="title")
    if not main or any(len(one) > 80 for one in (*main, *copies)):
        raise Refusal("请写明主送机关，每个最多80字。", code="report-main", field="main")
    if publicity not in Report.Publicity.values:
        raise Refusal("请选择公开方式。", code="publicity", field="publicity")
    if cut_off > at:
        raise Refusal("数据截止时间不能晚于现在。", code="cut-off-ahead", field="cut_off")
    if cut_off != report.cut_off:
        emptied = {"value": None, "numerator": None, "denominator": None, "rows": None, "rows_digest": ""}
        report.figures.filter(kind="computed", own_cut_off=None).update(
            **emptied, taken_at=None, last_value=None, confirmed_by="", confirmed_at=None
        )
    report.title, report.main, report.copies = title.strip(), main, copies
    report.publicity, report.cut_off, report.hides_small = publicity, cut_off, hides_small
    report.save(update_fields=["title", "main", "copies", "publicity", "cut_off", "hides_small"])
    tell("reports.front-edited", report, by, at, {"cut_off": cut_off.isoformat(), "publicity": publicity})
    return report


@transaction.atomic
def explain(*, reference: str, key: str, text: str, by: Doer, at: datetime) -> Explanation:
    """Say why a finding stands as it is. Refused: a finding there is not (any more), one that has to be mended and cannot
    be explained away, an empty or meaningless note."""
    report, _ = editable(by, reference)
    text = text.strip()
    if len(text) < 4 or len(text) > 300 or text in EMPTY:
        raise Refusal("请把原因写清楚（4至300字）。", code="explanation", field="text")
    draft = queries.draft_of(report, day_of(at))
    found = {one.key: one for one, _ in queries.checked(report, draft).found}.get(key)
    if found is None:
        raise NotFound("这一条已经没有了，请刷新页面。", code="no-such-finding")
    if found.weight != EXPLAIN:
        raise Refusal("这一条必须改正，不能用说明代替。", code="must-be-mended", field="text")
    made, _ = Explanation.objects.update_or_create(
        report=report, key=key, defaults={"says": found.says[:500], "text": text, "at": at, "by": by.reference}
    )
    tell("reports.explained", report, by, at, {"finding": key, "text": sm3(text.encode()).hex()})
    return made
