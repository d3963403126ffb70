"""A county's offices as they work: cases come, lie, wait for a pair of hands, are worked on, go on to the next step.

A discrete-event simulation over working minutes. A task of a step first *lies* as such a task lay in the history (a
visit, a habit, another office: nobody's hands): until some minute of the n-th working day after, or, where it was done the
day it came, for a share of what is left of that day. A share and not minutes: minutes would run past closing time for all
that comes in late in the day, and if they were cut off there, everything would come due at once when hands go home.
Offices plan by days; a limit is kept or missed by days. Then it waits in its step's queue until somebody who does that step is free, is worked on, and is done.
Queues are served in the order in which tasks became ready; whoever becomes free takes what has waited longest in any of
his queues. What somebody began before closing time he finishes that day. Tasks without hands (the applicant's, the
system's) only lie.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import ceil

NOBODY = -1

# queue (NOBODY: no hands), working days it lies, minute of that day (of 0 days: the share of what is left of the day that
# it lies, 0 to 1), minutes of work, its step
Task = tuple[int, int, float, float, int]
Stage = tuple[Task, ...]  # tasks that run beside each other


@dataclass(frozen=True, slots=True)
class Path:
    """What one case goes through after its receipt (step 0): stages in order, each of one task or of parallel ones."""

    stages: tuple[Stage, ...]

    @property
    def steps(self) -> int:
        """How many steps there are, the receipt among them."""
        return 1 + sum(len(stage) for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works: of each pair of hands the queues it serves."""

    serves: tuple[tuple[int, ...], ...]

    def of(self, queue: int) -> list[int]:
        """Whoever serves a queue."""
        return [hand for hand, queues in enumerate(self.serves) if queue in queues]


@dataclass(slots=True)
class Waits:
    """What happened in one queue to cases that count: tasks, and minutes they lay, queued and were worked on."""

    tasks: int = 0
    lay: float = 0.0
    queued: float = 0.0
    worked: float = 0.0


@dataclass(slots=True)
class Ran:
    """``done[case][step]`` is the working minute of each step; ``waits`` by queue (``NOBODY``: tasks without hands);
    ``busy`` the minutes each pair of hands worked, on everything."""

    done: list[list[float]]
    waits: dict[int, Waits] = field(default_factory=dict)
    busy: list[float] = field(default_factory=list)


def ready(now: float, task: Task, day: float) -> float:
    """The working minute at which a task that came ``now`` stops lying; ``day`` is the length of a working day."""
    today = ceil(now / day - 1e-9)
    if task[1]:
        return max(now, (today + task[1] - 1) * day + task[2])
    return now + min(1.0, task[2]) * max(0.0, today * day - task[3] - now)


def finished(now: float, work: float, day: float) -> float:
    """When work begun ``now`` is done: at the latest at closing time, unless it begins at that very moment (the next
    opening)."""
    closes = ceil(now / day - 1e-9) * day
    return min(now + work, closes) if now < closes else now + work


def run(arrivals: Sequence[tuple[float, Path, bool]], hands: Hands, queues: int, *, day: float) -> Ran:
    """Simulate cases ``(working minute of receipt, path, whether its waiting is counted)``, in any order."""
    able: list[list[int]] = [hands.of(queue) for queue in range(queues)]
    free = [True] * len(hands.serves)
    since = [0.0] * len(hands.serves)  # free since
    waiting: list[deque[tuple[float, int, int, Task]]] = [deque() for _ in range(queues)]
    came = [0.0] * len(arrivals)  # when the case's present stage began
    ran = Ran(
        [[at] + [0.0] * (path.steps - 1) for at, path, _ in arrivals],
        {queue: Waits() for queue in range(-1, queues)},
        [0.0] * len(hands.serves),
    )
    done, waits, busy = ran.done, ran.waits, ran.busy
    stages = [path.stages for _, path, _ in arrivals]
    counts = [counted for _, _, counted in arrivals]
    stage_of, left = [0] * len(arrivals), [1] * len(arrivals)
    number = len(arrivals)
    # (moment, number, case, task, hand): a receipt has no task, a ready task no hand yet, a finished one its hand
    heap: list[tuple[float, int, int, Task | None, int]] = [
        (at, case, case, None, NOBODY) for case, (at, _, _) in enumerate(arrivals)
    ]
    heapify(heap)
    while heap:
        now, _, case, task, hand = heappop(heap)
        if task is not None:
            queue, _, _, work, step = task
            if hand == NOBODY and queue != NOBODY:  # ready: to somebody free, or into the queue
                idle = [one for one in able[queue] if free[one]]
                if not idle:
                    waiting[queue].append((now, number, case, task))
                    continue
                hand = min(idle, key=since.__getitem__)
                free[hand] = False
                busy[hand] += work
                if counts[case]:
                    found = waits[queue]
                    found.tasks += 1
                    found.lay += now - came[case]
                    found.worked += work
                number += 1
                heappush(heap, (finished(now, work, day), number, case, task, hand))
                continue
            done[case][step] = now
            if queue == NOBODY:
                if counts[case]:
                    waits[NOBODY].tasks += 1
                    waits[NOBODY].lay += now - came[case]
            else:  # the hand is free again and takes what has waited longest
                longest = -1
                for one in hands.serves[hand]:
                    line = waiting[one]
                    if line and (longest < 0 or line[0][:2] < waiting[longest][0][:2]):
                        longest = one
                if longest < 0:
                    free[hand] = True
                    since[hand] = now
                else:
                    was_ready, _, other, taken = waiting[longest].popleft()
                    busy[hand] += taken[3]
                    if counts[other]:
                        found = waits[longest]
                        found.tasks += 1
                        found.lay += was_ready - came[other]
                        found.queued += now - was_ready
                        found.worked += taken[3]
                    number += 1
                    heappush(heap, (finished(now, taken[3], day), number, other, taken, hand))
        left[case] -= 1
        if left[case]:
            continue
        at = stage_of[case]
        if at < len(stages[case]):
            stage_of[case] = at + 1
            tasks = stages[case][at]
            left[case] = len(tasks)
            came[case] = now
            for one_task in tasks:
                number += 1
                heappush(heap, (ready(now, one_task, day), number, case, one_task, NOBODY))
    return ran
