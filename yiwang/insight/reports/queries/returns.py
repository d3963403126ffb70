"""Fill-in tasks: those of a report, and one as its unit sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.foundation.organs import queries as organs
from yiwang.insight.reports.models import BoundFigure, Report, Return
from yiwang.insight.reports.queries.editions import rule_of
from yiwang.insight.reports.rules.tables import Line, Table
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes, statements
from yiwang.matters.models import MatterClock
from yiwang.matters.standing import Standing

FILLING = ("reviewer", "decider", "leader", "head")


@dataclass(frozen=True, slots=True)
class Asked:
    """One task of a report as its drafter sees it."""

    task: Return
    organ: str
    state: str
    due_on: date | None
    overdue: bool


def may_see(viewer: Doer, task: Return) -> bool:
    """Those who draft or read the report, and whoever fills in or signs for the unit."""
    if viewer.kind == "system" or viewer.may(Permission.REPORT_SEE, task.report.organ_id):
        return True
    return any(viewer.holds(role, task.organ_id) for role in FILLING)


def task(viewer: Doer, reference: str) -> tuple[Return, Standing]:
    """A task and where it stands; 404 for whoever has nothing to do with it."""
    rows = Return.objects.select_related("matter", "report__matter", "evidence")
    found = rows.filter(matter__reference=reference).first()
    standing = statements.read(reference) if found else None
    if found is None or standing is None or viewer.kind not in ("staff", "system") or not may_see(viewer, found):
        raise NotFound("没有这项填报任务，或者您无权查看。", code="no-such-return")
    return found, standing


def figures(task: Return) -> list[BoundFigure]:
    """The figures a task asks for, in the report's order."""
    rows = BoundFigure.objects.filter(report=task.report, name__in=task.names)
    places = {name: place for place, name in enumerate(task.names)}
    return sorted(rows, key=lambda row: places[row.name])


def of_report(report: Report, on: date) -> list[Asked]:
    """The tasks of a report, open ones first, nearest day first."""
    rows = list(report.returns.select_related("matter"))
    due = dict(
        MatterClock.objects.filter(matter_id__in=[row.pk for row in rows], clock="fill").values_list(
            "matter_id", "due_on"
        )
    )
    named = organs.organ_names({row.organ_id for row in rows}, on)
    found = [
        Asked(
            task=row,
            organ=named.get(row.organ_id, ""),
            state=processes.bound(row.matter.process_id, row.matter.process_version).states[row.matter.state].title,
            due_on=due.get(row.pk),
            overdue=row.matter.state in ("to-fill", "to-sign") and bool((day := due.get(row.pk)) and day < on),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.task.matter.closed_at is not None, one.due_on or on, one.task.pk))


def grids_of(task: Return) -> list[tuple[Table, list[tuple[Line, list[tuple[Line, str]]]]]]:
    """The tables of the report with the cells this task asks for: (table, [(row, [(column, name or empty)])]); rows and
    columns that are sums are left out, nobody fills them in."""
    asked = set(task.names)
    found = []
    for table in rule_of(task.report).shapes():
        columns = [one for one in table.columns if not one.adds]
        rows = [
            (row, [(column, name if (name := table.name(row.id, column.id)) in asked else "") for column in columns])
            for row in table.rows
            if not row.adds
        ]
        if any(name for _, cells in rows for _, name in cells):
            found.append((table, rows))
    return found
