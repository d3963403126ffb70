"""Why a clock is due on its day, clock by clock, in Chinese; and the days a term allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.kernel import clock_words
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import CLOCK_KINDS, Clock, Process
from yiwang.kernel.refusal import NotFound
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.matters import processes, rules
from yiwang.matters.standing import RunningClock, Standing


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock as pages show it. Days are of the clock's ``unit``; ``due_on`` is empty while it stands still.

    ``tone``: ``plain``, ``soon`` (three days or fewer left), ``overdue``, ``paused`` or ``stopped``. ``certain`` is false
    for a 暂定 day, which is never printed in a letter.
    """

    clock: str
    title: str
    kind: str
    unit: str
    days: int
    used: int
    left: int
    overdue: int
    paused: int
    due_on: date | None
    certain: bool
    tone: str
    basis: str
    sentences: tuple[str, ...]


def explain(viewer: Doer, standing: Standing, clock: str, on: date) -> Explained:
    """One clock explained, as of the end of ``on``. 404 if the matter has no such clock or may not be seen."""
    found = next((row for row in explanations(viewer, standing, on) if row.clock == clock), None)
    if found is None:
        raise NotFound("本件没有这个时钟。", code="no-such-clock")
    return found


def explanations(viewer: Doer, standing: Standing, on: date) -> list[Explained]:
    """Every clock of the matter explained, as of the end of ``on``, in the order they began. At most one query."""
    definition = processes.bound(standing.process_id, standing.process_version)
    if not rules.visible(definition, standing, viewer):
        raise rules.no_such_matter()
    table = calendar.table(standing.revision)
    return [_explained(definition, row, table, on, standing) for row in standing.clocks]


def _explained(definition: Process, row: RunningClock, table: OrdinalTable, on: date, standing: Standing) -> Explained:
    declared = definition.clocks.get(row.clock)
    clock = row.pure()
    projection = clock.project(table)
    began, ended = "起算", "停止计时"
    if declared is not None:
        began = _began(definition, declared, standing, row) or began
        stopped = definition.steps.get(_deed(declared.stops_on, standing))
        ended = stopped.title if stopped is not None else ended
    grounds = {**ARTICLE_45, **definition.grounds, **{name: state.title for name, state in definition.states.items()}}
    used, left, overdue = clock.used(table, on), clock.left(table, on), clock.overdue(table, on)
    until = row.stopped_on or on
    paused = sum(table.counted(b, min(r, until), clock.unit) for b, r in projection.effective if b < until)
    if projection.paused_since is not None and projection.paused_since < until:
        paused += table.counted(projection.paused_since, until, clock.unit)
    return Explained(
        row.clock,
        (declared.title if declared else "") or CLOCK_KINDS.get(row.kind, row.clock),
        row.kind,
        Unit(row.unit).says,
        clock.budget,
        used,
        left,
        overdue,
        paused,
        projection.due_on,
        not projection.provisional,
        _tone(row, projection.due_on, left, overdue),
        declared.basis if declared else "",
        tuple(clock_words.explain(clock, table, began=began, ended=ended, grounds=grounds)),
    )


def _began(definition: Process, declared: Clock, standing: Standing, row: RunningClock) -> str:
    """The word for a clock's start; with the true day of receipt where hall hours or a rest day made it count later."""
    step = definition.steps.get(_deed(declared.starts_on, standing))
    if step is None:
        return ""
    received = day_of(standing.received_at)
    if not (step.opening or step.as_of_receipt) or received == row.started_on:
        return step.title
    return f"{step.title}，实际{received.month}月{received.day}日收到"


def _deed(among: Sequence[str], standing: Standing) -> str:
    """The last deed taken among those that can cause it. A matter closed by another deed has none, and a guess would be
    wrong on an official page."""
    return next((name for name, _ in reversed(standing.steps) if name in among), "")


def _tone(row: RunningClock, due_on: date | None, left: int, overdue: int) -> str:
    if row.stopped_on is not None:
        return "stopped"
    if due_on is None:
        return "paused"
    return "overdue" if overdue else "soon" if left <= 3 else "plain"


def latest_day(standing: Standing, term: str, anchor: date) -> date:
    """The last day a declared term allows: ``before`` an anchor (hearing notice, renewal), or ``within`` days after it."""
    definition = processes.bound(standing.process_id, standing.process_version)
    declared = definition.terms.get(term)
    if declared is None:
        raise NotFound(f"“{definition.title}”没有期日 {term}。", code="no-such-term")
    table = calendar.table(standing.revision)
    days = declared.days
    if isinstance(days, str):
        given = standing.settings.get("budgets", {}).get(days, 0)
        days = given if isinstance(given, int) else int(given[0])
    if declared.direction == "before":
        return table.latest_before(anchor, days, Unit(declared.unit))
    return table.due(anchor, days, Unit(declared.unit))
