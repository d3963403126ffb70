"""Which signal falls, when, and on whom. Pure: rows and days in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters.standing import RunningClock

SIGNALS = {"warning": 1, "yellow": 2, "red": 3, "order": 4}
TITLES = {1: "预警", 2: "黄牌", 3: "红牌", 4: "督办"}
AHEAD = 60  # working days a warning may look ahead
CHAINS = ("receiver", "acceptor", "reviewer", "decider", "issuer", "dispatcher")


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat as it was: who had to act, from when to when. ``role`` is the post that answers for it."""

    seat: str
    organ_id: int
    role: str
    holder_id: int | None
    clock: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Charged:
    """The unit that held the overrun step, through which post, and whose hands."""

    organ_id: int
    seat: str
    role: str
    holder_id: int | None


def end_of(day: date) -> datetime:
    """The last moment of a legal day (民法典 第二百零三条): the first of the next one."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)


def all_charged(sittings: Iterable[Sitting], clock: str, last_on: date, organ_id: int) -> list[Charged]:
    """Every unit that had the step when the last day ended, each through one seat; the responsible organ if nobody sat.

    Seats that carry the very clock answer for it; where none does, whoever sat then: in parallel review (会签) that is
    each unit that had not finished. Of several seats of one unit the one longest open. Of a limit not reached yet,
    whoever has it now. The first of the list is the one longest at it.
    """
    return all_at(sittings, clock, end_of(last_on), organ_id)


def all_at(sittings: Iterable[Sitting], clock: str, moment: datetime, organ_id: int) -> list[Charged]:
    """As ``all_charged``, of a moment."""
    there = [s for s in sittings if s.opened_at < moment and (s.closed_at is None or s.closed_at >= moment)]
    own = [s for s in there if s.clock == clock] or there
    found: dict[int, Charged] = {}
    for one in sorted(own, key=lambda s: (s.opened_at, s.seat)):
        found.setdefault(one.organ_id, Charged(one.organ_id, one.seat, one.role, one.holder_id))
    return list(found.values()) or [Charged(organ_id, "", "other", None)]


def charged(sittings: Iterable[Sitting], clock: str, last_on: date, organ_id: int) -> Charged:
    """The one of ``all_charged`` that has been at it longest."""
    return all_charged(sittings, clock, last_on, organ_id)[0]


def chain_of(role: str) -> str:
    """The chain of a card: which post besides 股长 and 分管领导 gets it into the inbox."""
    return role if role in CHAINS else "other"


def exceeded_on(row: RunningClock, table: OrdinalTable, on: date) -> date | None:
    """The due day of a clock that was exceeded by the end of the day before ``on`` (or when it stopped); ``None`` if it
    was kept, stands still, or its day is 暂定, which is never the ground of a card."""
    projection = row.pure().project(table)
    until = row.stopped_on or on
    if projection.due_on is None or projection.provisional or projection.due_on >= until:
        return None
    return projection.due_on


def nearing_on(row: RunningClock, table: OrdinalTable, on: date) -> date | None:
    """The certain due day of a running clock that has not passed; ``None`` otherwise."""
    if row.stopped_on is not None:
        return None
    projection = row.pure().project(table)
    if projection.due_on is None or projection.provisional or projection.due_on < on:
        return None
    return projection.due_on


def days_ahead(table: OrdinalTable, on: date) -> list[date]:
    """Latest due day with at most 0, 1, … ``AHEAD`` working days left at the end of ``on``.

    The last of them before the next working day is meant: a day on which the law rolls over rest days is covered too.
    """
    return [table.add(on, left + 1) - timedelta(days=1) for left in range(AHEAD + 1)]


def occasion_of_clock(clock: str, due_on: date) -> str:
    return f"{clock}@{due_on.isoformat()}"


def occasion_of_moment(promise: str, due_at: datetime) -> str:
    """Once a promise and moment; a matter sent to a ruling twice owes two."""
    return f"{promise}@{due_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"[:60]


def moments_said(title: str, due_at: datetime, kept_at: datetime | None) -> list[str]:
    """What a card about minutes rests on."""
    due = due_at.astimezone(SHANGHAI)
    says = f"应在{due.month}月{due.day}日{due:%H:%M}前做到：{title}。"
    if kept_at is None:
        return [says, "到发牌时还没有做到。"]
    kept = kept_at.astimezone(SHANGHAI)
    return [says, f"{kept.month}月{kept.day}日{kept:%H:%M}才做到。"]


def in_order(signals: Sequence[int]) -> list[int]:
    """Warnings before yellow before red."""
    return sorted(range(len(signals)), key=lambda i: signals[i])
