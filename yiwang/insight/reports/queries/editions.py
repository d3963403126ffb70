"""Which reports there are, who may see one, and what its rule asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.insight.reports.kinds import KIND, ReportRule
from yiwang.insight.reports.models import Report, Template
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes, statements
from yiwang.matters.standing import Standing

EDITABLE = ("collecting", "drafting", "editing")
OPEN = "insight.report"


@dataclass(frozen=True, slots=True)
class Edition:
    """One report as a list shows it."""

    reference: str
    title: str
    year: int
    edition: int
    organ: str
    state: str
    closed: bool
    due_before: date
    signed_on: date | None
    kind: str


def no_such_report() -> NotFound:
    return NotFound("没有这份报告，或者您无权查看。", code="no-such-report")


def may_see(viewer: Doer, report: Report, standing: Standing) -> bool:
    """Whoever may see reports of the organ, and whoever sits on this one; an adviser of another organ also after the advice,
    as long as the post is held."""
    if viewer.kind == "system" or viewer.may(Permission.REPORT_SEE, report.organ_id):
        return True
    if viewer.posts and viewer.reference in standing.actors_of(("advise",)):
        return True
    return any(viewer.holds(seat.role, seat.organ_id) for seat in standing.seats)


def report(viewer: Doer, reference: str) -> tuple[Report, Standing]:
    """A report and where its matter stands; 404 for whoever may not see it."""
    found = Report.objects.select_related("matter", "previous__matter").filter(matter__reference=reference).first()
    standing = statements.read(reference) if found is not None else None
    if found is None or standing is None or viewer.kind not in ("staff", "system"):
        raise no_such_report()
    if not may_see(viewer, found, standing):
        raise no_such_report()
    return found, standing


def may_edit(viewer: Doer, report: Report, standing: Standing) -> bool:
    """Text and figures: those who draft and edit for the organ, until the report leaves their hands."""
    return viewer.may(Permission.REPORT_EDIT, report.organ_id) and standing.state in EDITABLE


def rule_of(report: Report) -> ReportRule:
    """The rule in the version the report was opened under."""
    value: ReportRule = packs.rule_version(KIND, report.rule, report.rule_version).value
    return value


def editions(viewer: Doer, on: date) -> list[Edition]:
    """Reports of the organs whose reports the viewer may see, newest year first; and those the viewer sits on. 404 for
    whoever is not of the staff."""
    if viewer.kind not in ("staff", "system"):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Report.objects.select_related("matter").order_by("-year", "rule", "-edition")
    seen = viewer.organs_of(Permission.REPORT_SEE)
    if seen is not None:
        sat = [row.pk for row in rows.filter(matter__closed_at=None) if _sits(viewer, row)]
        rows = rows.filter(organ_id__in=seen) | rows.filter(pk__in=sat)
    found = list(rows[:200])
    named = organs.organ_names({row.organ_id for row in found}, on)
    return [edition(row, named.get(row.organ_id, "")) for row in found]


def _sits(viewer: Doer, row: Report) -> bool:
    seats = row.matter.seats.filter(closed_at=None).values_list("role", "organ_id")
    return any(viewer.holds(role, organ_id) for role, organ_id in seats)


def edition(row: Report, organ: str) -> Edition:
    """A report as a list shows it."""
    rule = rule_of(row)
    definition = processes.bound(row.matter.process_id, row.matter.process_version)
    return Edition(
        reference=row.matter.reference,
        title=row.title,
        year=row.year,
        edition=row.edition,
        organ=organ,
        state=definition.states[row.matter.state].title,
        closed=row.matter.closed_at is not None,
        due_before=rule.asked(row.year).before,
        signed_on=row.signed_on,
        kind=rule.title,
    )


def templates(viewer: Doer) -> list[Template]:
    """Templates of the organs whose reports the viewer may draft."""
    if viewer.kind not in ("staff", "system"):
        return []
    rows = Template.objects.order_by("organ_id", "rule")
    seen = viewer.organs_of(Permission.REPORT_EDIT)
    return list(rows if seen is None else rows.filter(organ_id__in=seen))


def template(viewer: Doer, template_id: int) -> Template:
    """One template; 404 for whoever may not draft with it."""
    found = Template.objects.filter(pk=template_id).first()
    if found is None or viewer.kind not in ("staff", "system"):
        raise NotFound("没有这个模板，或者您无权使用。", code="no-such-template")
    if not viewer.may(Permission.REPORT_EDIT, found.organ_id):
        raise NotFound("没有这个模板，或者您无权使用。", code="no-such-template")
    return found


def cells(template: Template, on: date) -> list[str]:
    """Names of the cells of its rule's tables: a text may name them too."""
    rule: ReportRule = packs.rule(KIND, template.rule, on).value
    return [name for table in rule.shapes() for name in table.names()]
