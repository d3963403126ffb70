"""What finished cases come to under the law: days to the decision, kept promises, warnings and cards by the pack's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

from yiwang.kernel.workdays import OrdinalTable

SIGNALS = ("warning", "yellow", "red")


@dataclass(frozen=True, slots=True)
class Limit:
    """One clock of one case: from step ``starts`` to step ``stops`` (numbers of its steps), ``days`` of ``natural`` or
    working days; ``pauses`` are the steps at which it stood still and went on."""

    clock: str
    kind: str
    days: int
    natural: bool
    starts: int
    stops: int
    pauses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A supervision rule over clocks as far as it matters here; ``within`` empty: the limit was exceeded."""

    signal: str
    clocks: frozenset[str]
    kinds: frozenset[str]
    besides: frozenset[str]
    within: int | None
    long_from: int
    long_percent: int
    unless_kind: str

    def covers(self, clock: str, kind: str) -> bool:
        """True if it watches that clock."""
        return clock not in self.besides and (clock in self.clocks or kind in self.kinds)


def watches(rules: Sequence[Any], process: str) -> list[Watch]:
    """The pack's supervision rules that watch limits of a process."""
    return [
        Watch(
            rule.signal,
            frozenset(rule.clocks),
            frozenset(rule.kinds),
            frozenset(rule.besides),
            rule.within,
            rule.long_from,
            rule.long_percent,
            rule.unless_kind,
        )
        for rule in rules
        if rule.watches == "clock" and rule.signal in SIGNALS and rule.within_reach(process)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: working days from receipt to decision, whether the promise (else the law's limit) was kept, its signals."""

    days: int
    on_time: bool
    signals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Run:
    """A clock as it ran: the working days on which it stopped and was due."""

    clock: str
    kind: str
    days: int
    stop: int
    due: int


class Reckoner:
    """Judges cases. ``table`` is the county's calendar, ``limits`` a changed number of days by clock."""

    def __init__(self, table: OrdinalTable, watched: Sequence[Watch], cut: Mapping[str, int] | None = None) -> None:
        self._table, self._watched, self._cut = table, watched, dict(cut or {})
        self._due_natural = lru_cache(maxsize=None)(partial(due_natural, table))
        self._covering = lru_cache(maxsize=None)(self._covers)

    def outcome(self, ordinals: Sequence[int], finish: int, limits: Sequence[Limit], *, on: int = 0) -> Outcome:
        """``ordinals`` are the working days (of the calendar) of the case's steps; ``finish`` the deciding one. ``on`` is the
        calendar day of its receipt (ordinal of ``date``): on a rest day a term of natural days begins there, and not on
        the working day before."""
        signals = dict.fromkeys(SIGNALS, 0)
        running = []
        kept: dict[str, bool] = {}
        for limit in limits:
            days = min(limit.days, self._cut.get(limit.clock, limit.days))
            start, stop = ordinals[limit.starts], ordinals[limit.stops]
            still = sum(max(0, ordinals[until] - ordinals[since]) for since, until in limit.pauses)
            if limit.natural:
                due = self._due_natural(start, days, on if limit.starts == 0 else 0) + still
            else:
                due = start + days + still
            running.append(_Run(limit.clock, limit.kind, days, stop, due))
            kept[limit.kind] = kept.get(limit.kind, True) and stop <= due
        for one in running:
            for watch in self._covering(one.clock, one.kind):
                if _falls(watch, one, running):
                    signals[watch.signal] += 1
        on_time = kept.get("promised", kept.get("legal", True))
        return Outcome(max(0, ordinals[finish] - ordinals[0]), on_time, signals)

    def _covers(self, clock: str, kind: str) -> tuple[Watch, ...]:
        return tuple(watch for watch in self._watched if watch.covers(clock, kind))


def due_natural(table: OrdinalTable, start: int, days: int, on: int) -> int:
    """The working day (ordinal) a term of natural days ends on that began on calendar day ``on`` (0: on working day
    ``start``); what ends on a rest day ends on the working day after it (民法典 第二百零三条)."""
    first = date.fromordinal(on) if on else table.workday(max(1, start))
    return table.ordinal(table.roll(first + timedelta(days=days)))


def _falls(watch: Watch, one: _Run, running: Sequence[_Run]) -> bool:
    """Whether a rule speaks about a clock, in the way supervision's own sweep decides it."""
    graver = [other for other in running if other.kind == watch.unless_kind and other.clock != one.clock]
    if watch.within is None:
        return one.stop > one.due and not any(other.stop > other.due and other.due <= one.due for other in graver)
    ahead = watch.within
    if watch.long_from and one.days >= watch.long_from:
        ahead = max(ahead, one.days * watch.long_percent // 100)
    return one.stop >= one.due - ahead and not any(other.due == one.due for other in graver)
