"""Correcting a clock: what happened was recorded wrongly or not at all, and an appeal about it was upheld.

The clock is a ledger of intervals; a correction adds the missing pause, or puts right the day it started or stopped. The
due day follows. Nothing else is touched: no step is undone, no state changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import clocking, processes, queries, rules, statements
from yiwang.matters.actions.steps import result, stale
from yiwang.matters.standing import NewSeat, Plan, RunningClock, Standing


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right: a lawful pause that was not recorded (``ground``, ``from_on``, ``until_on``), the day the clock
    ``started_on``, or the day it ``stopped_on``. ``document`` is the written notice or receipt that proves it."""

    document: str
    ground: str = ""
    from_on: date | None = None
    until_on: date | None = None
    started_on: date | None = None
    stopped_on: date | None = None


def correct_clock(
    *, reference: str, clock: str, correction: Correction, cause: str, by: Doer, at: datetime
) -> Standing:
    """Correct one clock of a matter, open or closed; one ledger line. For whoever supervises.

    ``cause`` is the reference of the matter in which it was ruled. Refuses: a clock the matter has not, no document, a
    ground its rule does not admit (行政许可法 第四十五条), days ahead of today or before the start.
    """
    matter = queries.matter(by, reference)
    if not by.may(Permission.CASE_SUPERVISE, matter.organ_id):
        raise NotAllowed("只有效能监督机构可以依裁定更正计时。")
    row = next((each for each in matter.clocks if each.clock == clock), None)
    if row is None:
        raise NotFound("本件没有这个时钟。", code="no-such-clock")
    corrected = _corrected(matter, row, correction, day_of(at))
    plan = Plan(event="matters.clock-corrected", state=matter.state, moves=[corrected])
    plan.detail = {"clock": clock, "cause": cause, "document": correction.document}
    days = ("from_on", "until_on", "started_on", "stopped_on")
    plan.detail |= {name: day.isoformat() for name in days if (day := getattr(correction, name))}
    if correction.ground:
        plan.detail["ground"] = correction.ground
    plan.detail["clocks"] = {clock: rules._moved(corrected)}
    _move_seats(matter, plan)
    digest = statements.write(matter, plan, table="", at=at, recorded_at=at, actor=by.reference)
    if digest is None:
        raise stale()
    return result(matter, plan, digest, by.reference, at)


def _corrected(matter: Standing, row: RunningClock, wanted: Correction, on: date) -> RunningClock:
    given = [day for day in (wanted.from_on, wanted.until_on, wanted.started_on, wanted.stopped_on) if day]
    if not wanted.document.strip():
        raise Refusal("更正计时须有书面凭证编号。", code="no-document", field="document")
    if not given or max(given) > on:
        raise Refusal("更正日期须填写，且不能晚于今天。", code="day-ahead", field="from")
    declared = processes.bound(matter.process_id, matter.process_version).clocks.get(row.clock)
    clock, stopped_on = replace(row.pure(), stopped_on=None), row.stopped_on
    if wanted.from_on and wanted.until_on:
        lawful = declared.pauses if declared else ()
        clock = clock.pause(wanted.ground, wanted.document, wanted.from_on, lawful=lawful)
        clock = clock.resume(wanted.ground, wanted.until_on)
    elif wanted.started_on:
        clock = replace(clock, started_on=wanted.started_on)
    elif wanted.stopped_on:
        stopped_on = wanted.stopped_on
    else:
        raise Refusal("请填写停止计时和恢复计时之日。", code="no-until", field="until")
    if stopped_on is not None and stopped_on < clock.started_on:
        raise Refusal("停止计时的日期早于期限起算之日。", code="clock-before-start", field="from")
    table = calendar.table(matter.revision)
    moved = clocking.project(clock, table, row)
    return moved._replace(started_on=clock.started_on, stopped_on=stopped_on)


def _move_seats(matter: Standing, plan: Plan) -> None:
    """Open seats show the corrected day."""
    process = processes.bound(matter.process_id, matter.process_version)
    days = rules.due_days(plan, matter.clocks)
    for seat in matter.seats:
        due_on = rules._due(process, seat.clock, days)
        if due_on != seat.due_on:
            changed = NewSeat(seat.seat, seat.organ_id, seat.role, seat.phase, seat.holder_id, seat.clock, due_on)
            plan.changes.append((seat.id, changed))
