"""A whole life at once: the steps a matter has been through, replayed in memory, written when it is over.

A step taken live costs one read and one write. What lies in the past (a year built from totals, another system's log)
needs neither between its steps: the same rules (``rules.plan_step``, guards, permission) run over the matter as the
step before left it, every step gets its own chained ledger line, and ``life_rows`` writes a few hundred lives at a time.
What falls due after a step (letters, messages) is not done for the past: jobs are counted and dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import rules as ledger
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import rules, statements
from yiwang.matters.standing import Context, NewSeat, OpenSeat, Plan, RunningClock, Standing

HISTORY_ON = "history_on"  # in a matter's settings: the day another system's log brought it in


def before_our_time(settings: Mapping[str, Any], due_on: date | None) -> bool:
    """True if this day of a matter had passed when another system's log brought the matter in: nothing follows from it."""
    since = settings.get(HISTORY_ON)
    return since is not None and due_on is not None and due_on < date.fromisoformat(since)


class Line(NamedTuple):
    """One ledger line of a life, as it will be stored."""

    at: datetime
    recorded_at: datetime
    event: str
    actor: str
    organ: str
    body: str
    previous: bytes
    digest: bytes


@dataclass(slots=True)
class SeatRow:
    """A seat from the day it opened to the day it closed, if it did."""

    seat: NewSeat
    opened_at: datetime
    closed_at: datetime | None = None


class Life:
    """One matter on its way through its past. ``matter`` is how it stands after the last line."""

    __slots__ = ("clocks", "dropped", "lines", "matter", "process", "row", "seats", "table", "texts")

    def __init__(self, process: Process, matter: Standing, table: OrdinalTable) -> None:
        self.process, self.matter, self.table = process, matter, table
        self.lines: list[Line] = []
        self.seats: list[SeatRow] = []
        self.clocks: dict[str, RunningClock] = {}
        self.texts: list[tuple[int, str, str, str, str]] = []  # ordinal, field, step, author, text
        self.row: dict[str, Any] = {}  # columns of the detail table as the effects left them
        self.dropped = 0  # jobs nobody does for the past

    def take(
        self,
        step: str,
        *,
        by: Doer,
        at: datetime,
        recorded_at: datetime,
        values: Mapping[str, Any] | None = None,
        given: Mapping[str, Any] | None = None,
        needs: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Plan:
        """Take one step under all its rules, as ``matters.take`` would; ``needs`` is what its guards would have read,
        ``extra`` what an ``also`` would have added to the line (the notice a pause rests on).

        Refuses as ``take`` does, and then nothing has changed.
        """
        declared = rules.declared_step(self.process, step)
        matter = self.matter
        matter.needs = needs or {}
        seat = None
        if self.lines or not declared.opening:
            refusal = None
            seat, refusal = rules.permitted(self.process, matter, declared, by)
            refusal = refusal or rules.available(self.process, matter, declared)
        else:
            _, refusal = rules.permitted(self.process, matter, declared, by)
        if refusal is not None:
            raise refusal
        checked, texts = rules.checked_values(declared, values or {})
        ctx = Context(self.process, declared, matter, by, at, day_of(at), self.table, checked, texts, given or {})
        objection = rules.refusal_of_guards(ctx)
        if objection is not None:
            raise objection
        plan = rules.plan_step(ctx, seat, extra or {})
        self.add(plan, by=by, at=at, recorded_at=recorded_at)
        return plan

    def add(self, plan: Plan, *, by: Doer, at: datetime, recorded_at: datetime) -> None:
        """Put a planned deed behind the others: its ledger line, and what it makes of seats, clocks and row."""
        if not self.lines:
            plan.detail.update(birth(self.matter))
        matter = self.matter
        ordinal = len(self.lines) + 1
        organ = str(matter.organ_id)
        previous = self.lines[-1].digest if self.lines else ledger.GENESIS
        body, digest = statements.line(
            matter,
            plan,
            ordinal=ordinal,
            previous=previous,
            at=at,
            recorded_at=recorded_at,
            actor=by.reference,
            organ=organ,
        )
        self.lines.append(Line(at, recorded_at, plan.event, by.reference, organ, body, previous, digest))
        self._seats(plan, at)
        for clock in (*plan.starts, *plan.moves):
            self.clocks[clock.clock] = clock
        self.texts += [(ordinal, name, step, by.reference, text) for name, step, text in plan.texts]
        self.row.update(plan.row)
        self.dropped += len(plan.jobs)
        matter.state, matter.version = plan.state, ordinal
        matter.head_ordinal, matter.head_digest = ordinal, digest
        matter.closed_at = (matter.closed_at or at) if plan.closed else None
        if plan.settings is not None:
            matter.settings = plan.settings
        step, _, actor = plan.steps.rstrip("\n").partition("=")
        if step:
            matter.steps = (*matter.steps, (step, actor))
        matter.seats = tuple(
            OpenSeat(number, *row.seat) for number, row in enumerate(self.seats) if row.closed_at is None
        )
        matter.clocks = tuple(self.clocks[name] for name in sorted(self.clocks))

    def _seats(self, plan: Plan, at: datetime) -> None:
        """Seats are numbered by their place in ``seats`` until the database numbers them."""
        for number in plan.closes:
            row = self.seats[number]
            row.closed_at = max(at, row.opened_at)
            if row.seat.holder_id is None:
                row.seat = row.seat._replace(holder_id=plan.closer_id)
        for number, seat in plan.changes:
            self.seats[number].seat = seat
        self.seats += [SeatRow(seat, at) for seat in plan.opens]


def birth(matter: Standing) -> dict[str, Any]:
    """What the first line of a matter says beside its step: under which process, item and guide, for whom."""
    said: dict[str, Any] = {"process": matter.process_id, "process_version": matter.process_version}
    optional = {"item": matter.item, "guide": matter.guide, "chain": matter.chain, "parent": matter.parent_id}
    said.update({name: value for name, value in optional.items() if value})
    if matter.party_id is not None:
        said["party"] = f"party:{matter.party_id}"
    said["received_at"] = statements.moment(matter.received_at)
    return said
