"""A process's own history as the simulation takes it: cases with the ways they took, who worked, what each step cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from yiwang.insight.whatif.rules.events import Hands, Path
from yiwang.insight.whatif.rules.reckoning import Limit


@dataclass(frozen=True, slots=True)
class Way:
    """What one finished case went through: ``names`` of its steps by number, the deciding one, its limits. ``on`` is the
    calendar day it came (ordinal of ``date``), ``there`` the working day from which it could be worked on (what comes in after
    hours can be the day after), ``ordinals`` the working days of its steps, of the receipt the day it came."""

    path: Path
    names: tuple[str, ...]
    finish: int
    limits: tuple[Limit, ...]
    on: int = 0
    there: int = 0
    ordinals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """A case as it came in: working minute, calendar day (ordinal of ``date``), what kind it is, whether it belongs to the
    process looked at, and, once it was decided, its way, the minutes its steps were done, and the day of the decision.
    ``kept``, ``yellow`` and ``red`` are the ledger's own word: whether its clocks were kept, and the cards that fell."""

    at: float
    on: int
    kind: tuple[str, str, str]  # organ, process, item
    own: bool
    way: Way | None
    done: tuple[float, ...]
    decided_on: int
    kept: bool = True
    yellow: int = 0
    red: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """One step of one organ: who does it, how many minutes of work it is taken for, by how many gaps of its own."""

    organ: str
    step: str
    hands: int
    minutes: float
    gaps: int


@dataclass(frozen=True, slots=True)
class History:
    """Everything the simulation needs. ``queues`` are served by ``hands``; ``cases`` in the order they came."""

    cases: tuple[Came, ...]
    queues: tuple[Queue, ...]
    hands: Hands

    def queues_of(self, step: str) -> list[int]:
        """Where a step is done, organ by organ."""
        return [number for number, queue in enumerate(self.queues) if queue.step == step]

    def own(self) -> list[Came]:
        """Cases of the process looked at."""
        return [case for case in self.cases if case.own]


SHARE = 0.05  # of an even share of a step: whoever did less stood in once and is no server of it


def serving(done: Counter[tuple[int, int]], hands: int, queues: int) -> Hands:
    """Who serves which queue, from how often each pair of hands did it."""
    by_queue: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (hand, queue), times in done.items():
        by_queue[queue].append((hand, times))
    serves: list[set[int]] = [set() for _ in range(hands)]
    for queue in range(queues):
        there = by_queue[queue]
        even = sum(times for _, times in there) / max(1, len(there))
        for hand, times in there:
            if times >= even * SHARE:
                serves[hand].add(queue)
    return Hands(tuple(tuple(sorted(ours)) for ours in serves))
