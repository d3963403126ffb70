"""Opening a report from its template, and the next version of one that was frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.insight.reports import queries
from yiwang.insight.reports.kinds import KIND, ReportRule
from yiwang.insight.reports.models import BoundFigure, Report, Section, Template
from yiwang.insight.reports.rules import declared
from yiwang.insight.reports.rules.declared import Declared
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing

PROCESS = "insight.report"
ADVISER = "legal-adviser"
FIRST_YEAR = 2000


class AlreadyOpen(Refusal):
    """There is a report of that organ and year that is not finished, or was signed and is to be revised instead."""

    code = "report-open"


def open_report(*, template_id: int, year: int, by: Doer, at: datetime, cut_off: datetime | None = None) -> Standing:
    """Open a year's report of an organ from its template; the matter begins with 收集通知.

    ``cut_off`` defaults to the end of the year, while the year runs to the end of yesterday. Refused: nobody who drafts for the
    organ (404), a second one of the same year, a year not begun, a cut-off ahead of ``at``.
    """
    template = queries.template(by, template_id)
    allow(by, Permission.REPORT_EDIT, about=template)
    if not FIRST_YEAR <= year <= day_of(at).year:
        raise Refusal("报告年度须是已经开始的年度。", code="report-year", field="year")
    end = datetime.combine(date(year + 1, 1, 1), time.min, SHANGHAI) - timedelta(seconds=1)
    yesterday = datetime.combine(day_of(at), time.min, SHANGHAI) - timedelta(seconds=1)
    cut_off = cut_off or min(end, yesterday)
    if cut_off > at:
        raise Refusal("数据截止时间不能晚于现在。", code="cut-off-ahead", field="cut_off")
    before = (
        Report.objects.filter(rule=template.rule, organ_id=template.organ_id, year=year).order_by("-edition").first()
    )
    if before is not None and before.matter.state != "abandoned":
        raise AlreadyOpen(
            f"{year}年度已经有这份报告（{before.matter.reference}）；已签发的，请在那份报告里另立新版。", field="year"
        )
    rule, version = _rule(template.rule, day_of(at))

    def rows(ctx: Context) -> Mapping[str, Any]:
        made = Report.objects.create(
            matter_id=ctx.matter.id,
            rule=template.rule,
            rule_version=version,
            organ_id=template.organ_id,
            year=year,
            edition=before.edition + 1 if before else 1,
            title=_titled(template, year),
            main=template.main,
            copies=template.copies,
            cut_off=cut_off,
        )
        _sections(made, template.sections, by, at)
        _figures(made, rule, template, year)
        return {}

    with transaction.atomic():
        return _open("notify", template.organ_id, year, rule, by=by, at=at, also=rows)


def revise(*, reference: str, reason: str, by: Doer, at: datetime) -> Standing:
    """另立新版: a frozen report is copied, text and figures with their cards, into the next edition, which goes the whole
    way again. The frozen one stays as it was signed. Refused: a report not signed, one that has a following version
    already, no reason."""
    found, _ = queries.report(by, reference)
    allow(by, Permission.REPORT_EDIT, about=found)
    with transaction.atomic():
        old = Report.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if old.signed_on is None:
            raise Refusal("还没有签发的报告直接修改，不用另立新版。", code="not-signed")
        if Report.objects.filter(previous=old).exclude(matter__state="abandoned").exists():
            raise AlreadyOpen("这一版已经有后续版本了。")
        Report.objects.filter(previous=old).update(previous=None)  # an abandoned attempt gives its place free
        newest = Report.objects.filter(rule=old.rule, organ_id=old.organ_id, year=old.year).order_by("-edition")[0]
        rule = queries.rule_of(old)

        def rows(ctx: Context) -> Mapping[str, Any]:
            sections, figures = list(old.sections.all()), list(old.figures.all())
            made = Report.objects.create(
                matter_id=ctx.matter.id,
                rule=old.rule,
                rule_version=old.rule_version,
                organ_id=old.organ_id,
                year=old.year,
                edition=newest.edition + 1,
                previous=old,
                title=old.title,
                main=old.main,
                copies=old.copies,
                publicity=old.publicity,
                cut_off=old.cut_off,
            )
            for section in sections:
                section.pk, section.report, section.version = None, made, 1
            Section.objects.bulk_create(sections)
            for figure in figures:
                figure.pk, figure.report = None, made
            BoundFigure.objects.bulk_create(figures)
            return {}

        values = {"previous": old.matter.reference, "opinion": reason}
        return _open("revise", old.organ_id, old.year, rule, by=by, at=at, also=rows, values=values)


def _open(
    step: str, organ_id: int, year: int, rule: ReportRule, *, by: Doer, at: datetime, also: Any, values: Any = None
) -> Standing:
    on = day_of(at)
    before = rule.asked(year).before
    return matters.open(
        process=PROCESS,
        by=by,
        at=at,
        organ_id=organ_id,
        title=f"{year}年度{rule.title}",
        step=step,
        budgets={"report.days": (max((before - on).days - 1, 1), "natural-day")},
        organs={"adviser": _adviser(organ_id, on)},
        values=values,
        given={"reports": step},
        also=also,
    )


def _rule(rule_id: str, on: date) -> tuple[ReportRule, str]:
    found = packs.rule(KIND, rule_id, on)
    return found.value, found.version


def _adviser(organ_id: int, on: date) -> int:
    """Where the legal adviser sits: in the organ itself, else wherever somebody is named one."""
    if organs.holders(organ_id, ADVISER, on).exists():
        return organ_id
    found = Post.objects.filter(holding(on), role=ADVISER).order_by("organ__position", "organ_id").first()
    return found.organ_id if found else organ_id


def _titled(template: Template, year: int) -> str:
    return template.title.replace("{{ year }}", str(year)).replace("{{year}}", str(year))


def _sections(report: Report, given: Sequence[Mapping[str, Any]], by: Doer, at: datetime) -> None:
    Section.objects.bulk_create(
        Section(
            report=report,
            code=one["id"],
            position=position,
            title=one["title"],
            text=one.get("text", ""),
            required=one.get("required", True),
            changed_at=at,
            changed_by=by.reference,
        )
        for position, one in enumerate(given)
    )


def _figures(report: Report, rule: ReportRule, template: Template, year: int) -> None:
    own = declared.read(template.figures)
    named = {one.name: one for one in own}
    code = Organ.objects.values_list("code", flat=True).get(pk=template.organ_id)
    cells = declared.of_tables(rule.shapes(), named, code)
    BoundFigure.objects.bulk_create(
        bound_of(report, one, position, year) for position, one in enumerate([*own, *cells])
    )


def bound_of(report: Report, one: Declared, position: int, year: int) -> BoundFigure:
    """A declared figure as a row of a report: the whole year, the report's cut-off, no value yet."""
    return BoundFigure(
        report=report,
        name=one.name,
        position=position,
        title=one.title,
        kind=one.kind,
        indicator=one.indicator,
        shows=one.shows,
        scope=one.scope,
        from_on=date(year, 1, 1),
        until_on=date(year + 1, 1, 1),
        unit=one.unit,
        places=one.places,
        scale=one.scale,
        parts=list(one.parts),
        of=list(one.of),
        asks=one.asks,
        note=one.note,
    )
