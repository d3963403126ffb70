"""One round: cases come in, take ways drawn from the history, and are counted. A round follows from its seed alone.

As things are and as changed are played with the same cases and the same ways, so that what differs is the change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Any

import numpy as np

from yiwang.insight.whatif.rules import events, fitting, scenarios
from yiwang.insight.whatif.rules.events import NOBODY, Hands
from yiwang.insight.whatif.rules.histories import Came, History, Way
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.insight.whatif.rules.reckoning import SIGNALS, Reckoner, Watch
from yiwang.insight.whatif.rules.scenarios import CLERKS, LIMIT, PARALLEL, Change
from yiwang.kernel.workdays import OrdinalTable

LONGEST = 250  # working days; whatever took longer is counted there
Kind = tuple[str, str, str]
Summary = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that comes in: its working minute, its way, whether it is counted, its calendar day (ordinal of ``date``)."""

    at: float
    way: Way
    counted: bool
    on: int = 0


class Ways:
    """The ways finished cases took, to be drawn from: of the same organ and item (of what came in after hours, or while
    offices were open), else of the same organ, else any.

    Where an item's limits run in natural days, only cases that came on the same day of the week are alike: two working
    days from a Thursday are four natural ones, from a Monday two, and whoever works to such a limit knows it. Where those
    are too few, and around holidays, a way is fitted to the days there are (``fitting``).
    """

    def __init__(self, cases: Iterable[Came], table: OrdinalTable) -> None:
        self._table = table
        self._fitted: dict[tuple[int, int, int], Way] = {}
        self._by: dict[tuple[Any, ...], list[Way]] = defaultdict(list)
        self._natural: set[tuple[str, str]] = set()
        for case in cases:
            if case.own and case.way is not None:
                organ, _, item = case.kind
                later = case.way.there > case.way.ordinals[0]
                for key in ((organ, item, later, _weekday(case.on)), (organ, item, later), (organ, item), (organ,), ()):
                    self._by[key].append(case.way)
                if any(limit.natural for limit in case.way.limits):
                    self._natural.add((organ, item))

    def __len__(self) -> int:
        return len(self._by.get((), ()))

    def draw(self, kind: Kind, on: int, there: int, chance: np.random.Generator, *, few: int) -> Way:
        """One of them by lot for a case that came ``on`` (ordinal of the day) and can be worked on from working day ``there``;
        of the narrowest group that has at least ``few``, fitted to that day."""
        found = self._drawn(kind, on, there, chance, few)
        if (kind[0], kind[2]) not in self._natural and not any(limit.natural for limit in found.limits):
            return found
        key = (id(found), on, there)
        fitted = self._fitted.get(key)
        if fitted is None:
            fitted = self._fitted[key] = fitting.fitted(found, on, there, self._table)
        return fitted

    def _drawn(self, kind: Kind, on: int, there: int, chance: np.random.Generator, few: int) -> Way:
        organ, _, item = kind
        later = there > self._table.ordinal(date.fromordinal(on))
        keys: list[tuple[Any, ...]] = [(organ, item, later), (organ, item), (organ,)]
        if (organ, item) in self._natural:
            keys.insert(0, (organ, item, later, _weekday(on)))
        for key in keys:
            found = self._by.get(key, ())
            if len(found) >= few:
                return found[int(chance.integers(len(found)))]
        every = self._by[()]
        return every[int(chance.integers(len(every)))]


def _weekday(on: int) -> int:
    return (on + 6) % 7  # as date.weekday() has it


def as_it_was(
    history: History, ways: Ways, chance: np.random.Generator, *, since: date, until: date, day: float, few: int
) -> list[Arrival]:
    """The cases of the history at the moments they came, own ones with ways drawn anew; counted those in the period."""
    found = []
    for case in history.cases:
        if case.own:
            counted = since.toordinal() <= case.on < until.toordinal()
            way = ways.draw(case.kind, case.on, ceil(case.at / day - 1e-9), chance, few=few)
            found.append(Arrival(case.at, way, counted, case.on))
        elif case.way is not None:
            found.append(Arrival(case.at, case.way, counted=False))
    return found


class Days:
    """What came in on each day of a history, by the kind of the day: to foretell days that are still to come."""

    def __init__(self, history: History, time: WorkTime, *, since: date, until: date) -> None:
        self._time = time
        self._on: dict[int, list[Came]] = defaultdict(list)
        for case in history.cases:
            self._on[case.on].append(case)
        self._like: dict[str, list[date]] = defaultdict(list)
        day = since
        while day < until:
            self._like[self._kind(day)].append(day)
            day += timedelta(days=1)

    def foretold(
        self, ways: Ways, chance: np.random.Generator, *, warm: date, since: date, until: date, few: int
    ) -> list[Arrival]:
        """Cases of ``[warm, until)``: each day is some day of the history of its kind (weekday, make-up day, rest day)."""
        found = []
        day = warm
        while day < until:
            alike = self._like.get(self._kind(day)) or self._like.get("4") or next(iter(self._like.values()))
            like = alike[int(chance.integers(len(alike)))]
            moved = self._time.opening(day) - self._time.opening(like)
            for case in self._on.get(like.toordinal(), ()):
                if case.own:
                    there = ceil((case.at + moved) / self._time.day - 1e-9)
                    way = ways.draw(case.kind, day.toordinal(), there, chance, few=few)
                    found.append(Arrival(case.at + moved, way, day >= since, day.toordinal()))
                elif case.way is not None:
                    found.append(Arrival(case.at + moved, case.way, counted=False))
            day += timedelta(days=1)
        return found

    def _kind(self, day: date) -> str:
        table = self._time.table
        if not table.is_workday(day):
            return "rest"
        return "makeup" if day in table.makeup else str(day.weekday())


@dataclass(frozen=True, slots=True)
class Stage:
    """What rounds are played on."""

    history: History
    time: WorkTime
    watched: Sequence[Watch]


def play(
    stage: Stage, arrivals: Sequence[Arrival], change: Change | None, chance: np.random.Generator
) -> tuple[Summary, Summary | None]:
    """Play one round as things are and, with a change, as changed."""
    hands = stage.history.hands
    played = _run(stage, arrivals, hands)
    today = _counted(stage, arrivals, played, Reckoner(stage.time.table, stage.watched), hands)
    if change is None:
        return today, None
    if change.kind == LIMIT:  # nobody works otherwise; only what counts as late is another matter
        cut = Reckoner(stage.time.table, stage.watched, {change.clock: change.days})
        return today, _counted(stage, arrivals, played, cut, hands)
    if change.kind == CLERKS:
        hands = scenarios.staffed(hands, stage.history.queues_of(change.step), change.number, chance)
        other = arrivals
    else:
        assert change.kind == PARALLEL
        known: dict[int, Way] = {}
        other = [replace(one, way=beside(one.way, change, known)) for one in arrivals]
    replayed = _run(stage, other, hands)
    if change.kind == PARALLEL:
        _join(other, replayed, change)
    return today, _counted(stage, other, replayed, Reckoner(stage.time.table, stage.watched), hands)


def _run(stage: Stage, arrivals: Sequence[Arrival], hands: Hands) -> events.Ran:
    return events.run(
        [(one.at, one.way.path, one.counted) for one in arrivals], hands, len(stage.history.queues), day=stage.time.day
    )


def beside(way: Way, change: Change, known: dict[int, Way]) -> Way:
    """A way with the two steps beside each other; the way itself where they do not follow each other."""
    found = known.get(id(way))
    if found is None:
        path, _ = scenarios.beside(way.path, way.names, change.first, change.second)
        found = known[id(way)] = way if path is way.path else replace(way, path=path)
    return found


def _join(arrivals: Sequence[Arrival], ran: events.Ran, change: Change) -> None:
    """The second of two steps that ran beside each other stands when both are done; the first when it is done, or an
    acceptance would wait for the review it no longer has to precede."""
    for case, one in enumerate(arrivals):
        for tasks in one.way.path.stages:
            if len(tasks) == 2:
                a, b = tasks[0][4], tasks[1][4]
                if (one.way.names[a], one.way.names[b]) == (change.first, change.second):
                    done = ran.done[case]
                    done[b] = max(done[a], done[b])


def _counted(stage: Stage, arrivals: Sequence[Arrival], ran: events.Ran, reckoner: Reckoner, hands: Hands) -> Summary:
    day = stage.time.day
    days: Counter[int] = Counter()
    signals: Counter[str] = Counter()
    on_time = 0
    for case, one in enumerate(arrivals):
        if not one.counted:
            continue
        ordinals = [ceil(minute / day - 1e-9) for minute in ran.done[case]]
        if one.on:  # what came in after hours came in that day all the same
            ordinals[0] = stage.time.table.ordinal(date.fromordinal(one.on))
        found = reckoner.outcome(ordinals, one.way.finish, one.way.limits, on=one.on)
        days[min(LONGEST, found.days)] += 1
        on_time += found.on_time
        signals.update(found.signals)
    return {
        "days": {str(value): count for value, count in sorted(days.items())},
        "on_time": on_time,
        "signals": {name: signals[name] for name in SIGNALS},
        "steps": _steps(stage, ran, hands, arrivals),
    }


def _steps(stage: Stage, ran: events.Ran, hands: Hands, arrivals: Sequence[Arrival]) -> Mapping[str, list[float]]:
    """By step: tasks, minutes lying, queueing, working; the share of office hours its hands worked."""
    found: dict[str, list[float]] = {}
    busy: dict[str, set[int]] = defaultdict(set)
    for number, queue in enumerate(stage.history.queues):
        waits = ran.waits[number]
        if not waits.tasks:
            continue
        line = found.setdefault(queue.step, [0, 0.0, 0.0, 0.0, 0.0])
        for place, value in enumerate((waits.tasks, waits.lay, waits.queued, waits.worked)):
            line[place] += value
        busy[queue.step].update(hands.of(number))
    span = max((one.at for one in arrivals), default=0.0) - min((one.at for one in arrivals), default=0.0)
    for step, there in busy.items():
        found[step][4] = sum(ran.busy[hand] for hand in there) / max(1.0, span * len(there))
    if ran.waits[NOBODY].tasks:
        found[""] = [ran.waits[NOBODY].tasks, ran.waits[NOBODY].lay, 0.0, 0.0, 0.0]
    return {step: [round(value, 3) for value in line] for step, line in found.items()}


def longer(stage: Stage) -> float:
    """By how many working days a case takes longer, on the average, when the past is played again with every case's own way,
    than it took: nought, where work was told from waiting rightly. Above it, waiting was taken for work, and work makes others
    wait."""
    own = [Arrival(case.at, case.way, case.own, case.on) for case in stage.history.cases if case.way is not None]
    played = _run(stage, own, stage.history.hands)
    day, apart, many = stage.time.day, 0, 0
    for case, one in enumerate(own):
        if one.counted:
            apart += ceil(played.done[case][one.way.finish] / day - 1e-9) - one.way.ordinals[one.way.finish]
            many += 1
    return apart / max(1, many)


@dataclass(frozen=True, slots=True)
class Happened:
    """What really came of cases: by the ledger (clocks kept, cards that fell), by this model's own reckoning of the very
    same days, and how many are not decided yet. Warnings are the reckoning's in both: a limit kept in time leaves none."""

    ledger: Summary
    reckoned: Summary
    undecided: int


def happened(stage: Stage, cases: Sequence[Came], *, since: date, until: date) -> Happened:
    """The cases received in a period."""
    reckoner = Reckoner(stage.time.table, stage.watched)
    days: Counter[int] = Counter()
    signals: Counter[str] = Counter()
    yellow = red = kept = on_time = open_ = 0
    for case in cases:
        if not case.own or not since.toordinal() <= case.on < until.toordinal():
            continue
        if case.way is None:
            open_ += 1
            continue
        found = reckoner.outcome(case.way.ordinals, case.way.finish, case.way.limits, on=case.on)
        days[min(LONGEST, found.days)] += 1
        on_time += found.on_time
        kept += case.kept
        signals.update(found.signals)
        yellow, red = yellow + case.yellow, red + case.red

    def summary(kept: int, yellow: int, red: int) -> Summary:
        return {
            "days": {str(value): count for value, count in sorted(days.items())},
            "on_time": kept,
            "signals": {"warning": signals["warning"], "yellow": yellow, "red": red},
            "steps": {},
        }

    return Happened(summary(kept, yellow, red), summary(on_time, signals["yellow"], signals["red"]), open_)
