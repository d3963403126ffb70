"""How a matter stands at one moment: what the one read brings, and what guards, effects and plans look at. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from yiwang.kernel.clocks import Clock
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process, Step
from yiwang.kernel.workdays import OrdinalTable, Unit


class OpenSeat(NamedTuple):
    """A seat somebody has to act on. ``holder_id`` is an account; ``None`` means the team's queue."""

    id: int
    seat: str
    organ_id: int
    role: str
    phase: str
    holder_id: int | None
    clock: str
    due_on: date | None


class RunningClock(NamedTuple):
    """One clock row, stopped ones included. The pure clock is built when somebody asks for it."""

    id: int | None
    clock: str
    kind: str
    unit: str
    days: int
    started_on: date
    stopped_on: date | None
    pauses: tuple[Any, ...]
    extension: Any
    due_on: date | None
    provisional: bool
    revision: int

    def pure(self) -> Clock:
        """The interval ledger of `kernel.clocks`."""
        if not self.pauses and not self.extension:  # nearly every clock of nearly every case
            return Clock(self.days, Unit(self.unit), self.started_on, stopped_on=self.stopped_on)
        return Clock.load(
            {
                "days": self.days,
                "unit": self.unit,
                "started_on": self.started_on,
                "stopped_on": self.stopped_on,
                "pauses": self.pauses,
                "extension": self.extension,
            }
        )


# Not frozen: a frozen dataclass of this size costs three times as much to make, and one is made twice a step.
@dataclass(slots=True)
class Standing:
    """A matter as read: the row, its open seats, its clocks, and what the guards asked for. Nobody changes it.

    ``steps`` are ``(step, actor)`` pairs in order. ``settings`` holds what was given at opening: ``organs`` (seat organ
    key → id), ``budgets`` (name → days) and, where it is so, ``urgent``: its seats stand first in every inbox.
    """

    id: int
    reference: str
    process_id: str
    process_version: str
    chain: str
    state: str
    version: int
    organ_id: int
    party_id: int | None
    item: str
    guide: str
    title: str
    parent_id: int | None
    received_at: datetime
    counted_on: date
    closed_at: datetime | None
    settings: Mapping[str, Any]
    steps: tuple[tuple[str, str], ...]
    head_ordinal: int
    head_digest: bytes
    seats: tuple[OpenSeat, ...]
    clocks: tuple[RunningClock, ...]
    revision: int = 0  # the calendar's newest revision when this was read
    needs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What the ledger calls this matter."""
        return f"matter:{self.reference}"

    def actors_of(self, steps: tuple[str, ...]) -> set[str]:
        return {actor for name, actor in self.steps if name in steps}


@dataclass(slots=True)
class Context:
    """What a guard, an effect or an ``also`` may look at. ``on`` is the Shanghai day of ``at``.

    ``values`` are the step's declared fields, checked and typed (codes, dates, numbers, references); ``texts`` the
    words (opinion, reason), which never enter the ledger; ``given`` whatever else the caller hands to its own guards
    and effects. ``ordinal`` is the ledger ordinal this step will get.
    """

    process: Process
    step: Step
    matter: Standing
    by: Doer
    at: datetime
    on: date
    table: OrdinalTable
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    given: Mapping[str, Any]

    @property
    def needs(self) -> Mapping[str, Any]:
        return self.matter.needs

    @property
    def ordinal(self) -> int:
        return self.matter.head_ordinal + 1


class NewSeat(NamedTuple):
    """A seat as it will be."""

    seat: str
    organ_id: int
    role: str
    phase: str
    holder_id: int | None
    clock: str
    due_on: date | None


@dataclass(slots=True)
class Plan:
    """What a deed will write, all of it, in one statement."""

    event: str
    state: str
    steps: str = ""  # what is added to the compact list
    detail: dict[str, Any] = field(default_factory=dict)  # the ledger's detail
    closed: bool = False
    organ_id: int | None = None  # when the responsible organ changes
    process_version: str | None = None  # when the matter is moved to another version
    settings: Mapping[str, Any] | None = None  # when they change
    closes: list[int] = field(default_factory=list)
    closer_id: int | None = None  # who held a seat that was taken straight from the queue
    opens: list[NewSeat] = field(default_factory=list)
    changes: list[tuple[int, NewSeat]] = field(default_factory=list)  # seats that stay, with what they become
    starts: list[RunningClock] = field(default_factory=list)
    moves: list[RunningClock] = field(default_factory=list)
    texts: list[tuple[str, str, str]] = field(default_factory=list)  # field, step, text
    jobs: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    row: dict[str, Any] = field(default_factory=dict)  # columns of the process's detail table
