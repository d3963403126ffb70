"""Timers: steps the system takes when a clock's last day has passed (deemed acceptance, a correction that never came)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from django.db import connection

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal, Stale
from yiwang.matters import processes, rules, statements
from yiwang.matters.actions import reprojection
from yiwang.matters.actions.steps import take
from yiwang.matters.lives import before_our_time
from yiwang.matters.standing import Standing

log = structlog.get_logger()

# Clocks that some loaded process watches with a timer. One range scan a clock id, on the index alone: no other table, and
# 暂定 days are not in that index's reach because they never trigger.
DUE = """
select c.matter_id, c.clock
from unnest(%s::text[]) watched (clock)
join matter_clock c on c.clock = watched.clock and c.stopped_on is null and not c.provisional and c.due_on < %s::date
order by c.due_on, c.matter_id limit %s::int
"""


@dataclass(slots=True)
class Swept:
    """What a sweep did. ``refused`` are references a guard kept from their step, with the sentence."""

    taken: int = 0
    waiting: bool = False
    refused: dict[str, str] = field(default_factory=dict)


def watched() -> list[str]:
    """Clock ids any stored process version has a timer on."""
    return sorted({step.timer for process in processes.every() for step in process.steps.values() if step.timer})


def due(on: date, most: int) -> list[tuple[int, str]]:
    """(matter id, clock) of watched clocks whose certain last day lies before ``on``; one indexed query."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [watched(), on.isoformat(), str(most)])
        return [(matter_id, clock) for matter_id, clock in cursor.fetchall()]


def sweep(*, at: datetime, most: int = 5000) -> Swept:
    """Take every timer step that has fallen due before the day of ``at``. Running it twice takes nothing twice.

    Waits (takes nothing, ``waiting``) while clocks are still being projected anew after a calendar revision. A due day
    that is only 暂定 never triggers. Each step goes through ``take`` with all its rules; a clock whose stored day turns
    out to be outdated is left for the projection to mend.
    """
    swept = Swept()
    if reprojection.running():
        swept.waiting = True
        return swept
    on = day_of(at)
    for matter_id, clock in due(on, most):
        matter = statements.read_by_id(matter_id)
        if matter is None or matter.closed_at is not None:
            continue
        try:
            _take(matter, clock, on, at, swept)
        except Stale:
            continue  # somebody acted in this very moment; the next sweep looks again
        except Refusal as refusal:
            swept.refused[matter.reference] = refusal.says
            log.warning("timer step refused", matter=matter.reference, clock=clock, says=refusal.says)
    return swept


def _take(matter: Standing, clock: str, on: date, at: datetime, swept: Swept) -> None:
    row = next((row for row in matter.clocks if row.clock == clock and row.stopped_on is None), None)
    if row is None:
        return
    due_on = row.pure().project(calendar.table(matter.revision)).due_on
    if due_on is None or due_on >= on or before_our_time(matter.settings, due_on):
        return
    definition = processes.bound(matter.process_id, matter.process_version)
    for step in definition.leaving(matter.state, matter.chain):
        if step.timer == clock and rules.available(definition, matter, step) is None:
            take(reference=matter.reference, step=step.name, by=SYSTEM, at=at, version=matter.version)
            swept.taken += 1
            return
