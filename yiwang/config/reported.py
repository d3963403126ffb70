"""The demo's annual report on its way: facts written, figures taken, one unit answered, another asked, the hotline's batch in.

Made by the deeds the bureau's people would do; every number is counted from the demo's own cases or invented and marked so.
"""

from __future__ import annotations

import io
import time as time_of_day
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import xlsxwriter

from yiwang.config import cast
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs.models import Organ
from yiwang.insight.assessments import actions as assessments
from yiwang.insight.assessments.rules import last_month
from yiwang.insight.facts import writing
from yiwang.insight.reports import actions
from yiwang.insight.reports.models import Report, Return, Template
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal

BUREAU, RULE, ELSEWHERE = "data-bureau", "law-government", "justice"
HOTLINE = (("指标", "数值", "分子", "分母"), ("受理", 412), ("办结", 397), ("办结率", "96.36%", 397, 412))
TRIES, PATIENCE = 12, 5.0  # how often, and how many seconds between


def report_some(at: datetime) -> str:
    """Facts, and a report of the running year from the demo's template; the reference, empty if there is one already or the
    packs have no template."""
    template = Template.objects.filter(rule=RULE, organ_id__in=Organ.objects.filter(code=BUREAU).values("pk")).first()
    drafter = cast.holder_at(BUREAU, "report-drafter", at)
    if template is None or drafter is None or Report.objects.exists():
        return ""
    writing.write(at=at)
    on = day_of(at)
    reference = actions.open_report(template_id=template.pk, year=on.year, by=drafter, at=at).reference
    actions.take_figures(reference=reference, by=drafter, at=at)
    actions.ask_units(reference=reference, by=drafter, at=at)
    _answer(at)
    cut_off = datetime.combine(on, time.min, SHANGHAI) - timedelta(seconds=1)
    given = actions.take_in(
        organ_id=template.organ_id,
        source="市12345平台（示例）",
        batch=f"{on.year}-示例",
        title="本县承办工单合计（虚构）",
        from_on=date(on.year, 1, 1),
        until_on=date(on.year + 1, 1, 1),
        cut_off=cut_off,
        content=workbook(HOTLINE),
        name="热线工单合计（示例）.xlsx",
        by=drafter,
        at=at,
    )
    for name, total in (("hotline", "受理"), ("hotline_closed", "办结"), ("hotline_rate", "办结率")):
        actions.use_snapshot(reference=reference, name=name, snapshot_id=given.pk, total=total, by=drafter, at=at)
    return reference


def count_anew(at: datetime) -> int:
    """Facts once more, and the figures of drafts nobody has sent on: a year was built behind them. Answers how many drafts."""
    drafter = cast.holder_at(BUREAU, "report-drafter", at)
    drafts = Report.objects.filter(rule=RULE, matter__state__in=("collecting", "drafting")).select_related("matter")
    if drafter is None or not drafts:
        return 0
    for _ in range(TRIES):
        with suppress(writing.Busy):  # the worker writes them every few minutes too
            writing.write(at=at)
            break
        time_of_day.sleep(PATIENCE)
    for report in drafts:
        actions.take_figures(reference=report.matter.reference, by=drafter, at=at)
    return len(drafts)


def assess_last_month(at: datetime) -> bool:
    """The month before counted for units and counters, as the worker counts it on the second; whether it was.

    A month counted before stays, and packs without the rule count none.
    """
    try:
        assessments.count(month=last_month(day_of(at)), by=SYSTEM, at=at)
    except Refusal:
        return False
    return True


def _answer(at: datetime) -> None:
    """The justice bureau fills in its task and its head signs; the drafter adopts."""
    task = (
        Return.objects.select_related("matter")
        .filter(organ_id__in=Organ.objects.filter(code=ELSEWHERE).values("pk"))
        .first()
    )
    filler, signer = cast.holder_at(ELSEWHERE, "reviewer", at), cast.holder_at(ELSEWHERE, "head", at)
    drafter = cast.holder_at(BUREAU, "report-drafter", at)
    if task is None or filler is None or signer is None or drafter is None:
        return
    reference = task.matter.reference
    given = {"law_events": {"value": "6"}, "exam_rate": {"numerator": "38", "denominator": "38"}}
    paper = workbook((("学法考试成绩（示例）", "人数"), ("应参加", 38), ("优秀", 38)))
    actions.fill(
        reference=reference, given=given, evidence=paper, evidence_name="学法考试成绩（示例）.xlsx", by=filler, at=at
    )
    actions.take_return(reference=reference, step="sign", by=signer, at=at)
    actions.take_return(reference=reference, step="adopt", by=drafter, at=at)


def workbook(rows: tuple[tuple[object, ...], ...]) -> bytes:
    """An Excel file with these rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()
