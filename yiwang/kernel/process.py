"""What a process is: states with seats, steps, clocks and terms, as a pack declares them.

Plain, frozen data. ``kernel.process_reading.parse`` builds it from a TOML table and refuses what cannot work. The
engine (`matters`) runs it. An id never changes; a version's content never changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from yiwang.kernel.permissions import Permission
from yiwang.kernel.reception import Counts, Reception

PARTY = "party"  # the applicant, or whoever acts for the applicant under a mandate in force
SYSTEM_ROLE = "system"  # a timer

PHASES = {
    "to-accept": "待受理",
    "correction": "待补正",
    "in-hand": "在办",
    "to-hand-out": "待出件",
    "closed": "已办结",
}
CLOCK_KINDS = {
    "legal": "法定期限",
    "promised": "承诺期限",
    "stage": "环节时限",
    "delivery": "送达期限",
    "callback": "回访期限",  # 差评回访；超期由监察规则R13发牌，不论哪个流程
    "order": "工单期限",  # 热线工单；同上
}
UNITS = {"working-day": "个工作日", "natural-day": "日"}
SEEN_BY = (Permission.CASE_SEE, Permission.CASE_SUPERVISE)
ROUND_THE_CLOCK = Reception(on_rest_day=Counts.SAME_DAY)  # as online: any day is the day of receipt
FIELD_KINDS = ("code", "text", "date", "number", "reference", "flag")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a step asks for. ``text`` never enters the ledger (only its digest); the other kinds do."""

    name: str
    title: str
    kind: str
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    longest: int = 2000

    def in_words(self, kept: object) -> str:
        """What the ledger kept of it (a code, a number, a day, a flag) as a clerk reads it; empty for what says nothing by
        itself: a text, a reference, a code that is none of the choices."""
        if self.kind == "code":
            return self.choices.get(kept, "") if isinstance(kept, str) else ""
        if self.kind == "number" and isinstance(kept, int):
            return str(kept)
        if self.kind == "date" and isinstance(kept, str):
            day = date.fromisoformat(kept)
            return f"{day.year}年{day.month}月{day.day}日"
        return "是" if self.kind == "flag" and kept is True else ""


@dataclass(frozen=True, slots=True)
class Seat:
    """席位: who is to act. ``organ`` is ``matter`` (the responsible organ) or a key of the organs given at opening.

    ``optional``: the seat exists only in matters that were given an organ under that key (departments that handle a case
    together: as many as the guide names). ``after`` names steps of the same state: the seat opens only when all of them are taken (a join). ``clock`` is the
    clock whose due day orders the inbox; without one, the nearest legal or promised day does.
    """

    id: str
    role: str
    title: str
    organ: str = "matter"
    clock: str = ""
    after: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state, its seats, the desk's phase and the sentence the applicant reads."""

    name: str
    title: str
    phase: str
    says: str = ""
    seats: tuple[Seat, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One deed that may be taken. ``to`` is ``None`` when the state stays as it is.

    ``by``: roles, ``party`` (the applicant) or, for timers, ``system``. ``once``: once in a round, and its seat closes. ``requires``: steps that
    must have been taken (staying steps: in this round). ``not_by``: whoever took one of those may not take this one.
    ``keeps``: the round goes on although the state changes (special procedure and back). ``seats``: only through one of these seats. ``timer``: a system step
    falls due when that clock's last day has passed. ``upon``: a system step taken when that is heard of
    (``letters.served``: the notice the applicant waits for was served). ``as_of_receipt``: clocks this step starts count from the day of
    receipt (deemed acceptance). ``pauses`` / ``resumes`` act on every clock that admits the ground; ``extends`` names
    clocks. ``needs`` names reads the guards use. ``chains``: only under these approval chains.
    """

    name: str
    title: str
    by: tuple[str, ...]
    from_states: tuple[str, ...] = ()
    to: str | None = None
    seats: tuple[str, ...] = ()
    permission: str = ""
    basis: str = ""
    says: str = ""
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    opinion: str = "none"  # none | optional | required
    requires: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    once: bool = False
    keeps: bool = False
    timer: str = ""
    upon: str = ""
    as_of_receipt: bool = False
    pauses: bool = False
    resumes: bool = False
    notice: str = ""  # the letter that must exist before a clock may stand still
    extends: tuple[str, ...] = ()

    @property
    def opening(self) -> bool:
        """True for the step that opens a matter."""
        return not self.from_states


@dataclass(frozen=True, slots=True)
class Clock:
    """A budget of days. ``days`` is a number or a budget's name resolved from what ``open`` is given.

    ``optional``: without such a budget the clock does not exist for this matter. ``runs_in``: outside these states
    the clock stands still by itself. ``pauses``: grounds on which it may be made to stand still.
    """

    id: str
    title: str
    kind: str
    unit: str
    days: int | str
    starts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    runs_in: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    extension: int | str | None = None
    basis: str = ""
    optional: bool = False
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A day that must lie at least ``days`` before an anchor (``before``), or at most ``days`` after it (``within``)."""

    id: str
    title: str
    unit: str
    days: int | str
    direction: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """One version of one process. ``in_force`` is ``[since, until)``. Who holds one of ``seen_by`` in an organ that takes part
    sees its matters; a process that names none is seen by whoever sees cases there."""

    id: str
    version: str
    since: date
    until: date | None
    title: str
    basis: str
    initial: str
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    clocks: Mapping[str, Clock]
    terms: Mapping[str, Term]
    opens: tuple[str, ...] = ()
    chains: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    seen_by: tuple[Permission, ...] = SEEN_BY
    receipt: Reception = ROUND_THE_CLOCK
    grounds: Mapping[str, str] = field(default_factory=dict)  # pauses a guide may publish, beside article 45
    closers: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # state → seat → the once-step that closes it
    seated: frozenset[str] = frozenset()  # roles that have a seat somewhere: they act through it and nowhere else
    joined: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # step only optional seats take → their organ keys

    def opening(self, name: str | None = None) -> Step:
        """The step that opens a matter (the only one, or the one named). ``KeyError`` if there is none such."""
        if name is not None:
            step = self.steps[name]
            if not step.opening:
                raise KeyError(name)
            return step
        return next(step for step in self.steps.values() if step.opening)

    def leaving(self, state: str, chain: str = "") -> Iterator[Step]:
        """Steps declared for a state, under an approval chain, in the order of the file."""
        for step in self.steps.values():
            if state in step.from_states and (not step.chains or chain in step.chains):
                yield step

    def absent(self, organs: Collection[str]) -> frozenset[str]:
        """Steps nobody can take in a matter with these organ keys: a join does not wait for them."""
        if not self.joined:
            return frozenset()
        return frozenset(name for name, keys in self.joined.items() if not keys & set(organs))

    def names(self) -> dict[str, frozenset[str]]:
        """Every registered name this version uses, by kind: ``guard``, ``effect``, ``after``, ``need``."""
        steps = self.steps.values()
        return {
            "guard": frozenset(name for step in steps for name in step.guards),
            "effect": frozenset(name for step in steps for name in step.effects),
            "after": frozenset(name for step in steps for name in step.after),
            "need": frozenset(name for step in steps for name in step.needs),
        }


def round_of(process: Process, taken: Iterable[str]) -> list[str]:
    """The steps of the present round: those after the last one that moved the state without ``keeps``."""
    here: list[str] = []
    for name in taken:
        step = process.steps.get(name)
        if step is None:  # claimed, assigned, handed over: not a step of the process
            continue
        if step.to is not None and not step.keeps:
            here.clear()
        else:
            here.append(name)
    return here


def seats_in(
    process: Process, state: str, here: Iterable[str], chain: str = "", organs: Collection[str] = ()
) -> tuple[Seat, ...]:
    """Seats that ought to be open in ``state`` when ``here`` is what the round has brought so far. ``organs`` are the
    organ keys the matter was given: without its organ an optional seat is not there, and no join waits for it."""
    done = {*here, *process.absent(organs)}
    closed_by = process.closers.get(state, {})
    return tuple(
        seat
        for seat in process.states[state].seats
        if (not seat.chains or chain in seat.chains)
        and (not seat.optional or seat.organ in organs)
        and done.issuperset(seat.after)
        and closed_by.get(seat.id) not in done
    )
