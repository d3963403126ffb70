"""A way taken again on other days. A term of seven natural days holds five working days from a Monday and three before a
holiday; whoever works to it knows that. So a way keeps the *share* of the term it used, not the number of working days: what was
done on its last day is done on its last day again, what was late by a day is late by a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yiwang.insight.whatif.rules.events import Path, Task
from yiwang.insight.whatif.rules.histories import Way
from yiwang.insight.whatif.rules.reckoning import Limit, due_natural
from yiwang.kernel.workdays import OrdinalTable

HALF = 180.0  # minutes into a working day


def fitted(way: Way, on: int, there: int, table: OrdinalTable) -> Way:
    """The way for a case that comes on calendar day ``on`` and can be worked on from working day ``there``; the way itself
    where no term of natural days ran in it, or none of its days has to move."""
    if not way.ordinals:
        return way
    terms = [_term(way, limit, on, there, table) for limit in way.limits if limit.natural]
    if not terms:
        return way
    # whichever ended first is what was worked to; of two that rolled to the same day both are to be kept
    _, more, limit = min(terms, key=lambda term: term[:2])
    return way if more == 0 else replace(way, path=_longer(way.path, limit, more))


def _term(way: Way, limit: Limit, on: int, there: int, table: OrdinalTable) -> tuple[int, int, Limit]:
    """When it ended, by how many working days the way must be longer to use the same share of it, and the term."""
    moved = there - way.there
    began, stopped = way.ordinals[limit.starts], way.ordinals[limit.stops]
    if limit.starts == 0:
        again = table.ordinal(date.fromordinal(on))
        ended, ends = (due_natural(table, *one) for one in ((began, limit.days, way.on), (again, limit.days, on)))
    else:
        again = began + moved
        ended, ends = (due_natural(table, start, limit.days, 0) for start in (began, again))
    still = _still(way, limit)
    wanted = again + still + _again(stopped - began - still, ended - began, ends - again)
    return ended, wanted - (stopped + moved), limit


def _still(way: Way, limit: Limit) -> int:
    return sum(max(0, way.ordinals[until] - way.ordinals[since]) for since, until in limit.pauses)


def _again(used: int, before: int, there: int) -> int:
    if used > before:
        return there + used - before
    return min(there, round(used * there / before)) if before > 0 else used


def _longer(path: Path, limit: Limit, more: int) -> Path:
    """The path with ``more`` (or fewer) days of lying within the term, taken where cases lay longest."""
    tasks: list[Task] = [task for stage in path.stages for task in stage]
    still = {step for since, until in limit.pauses for step in range(since + 1, until + 1)}
    inside = [n for n, task in enumerate(tasks) if limit.starts < task[4] <= limit.stops and task[4] not in still]
    for _ in range(abs(more)):
        able = [n for n in inside if more > 0 or tasks[n][1] > 0]
        if not able:
            break
        longest = max(able, key=lambda n: (tasks[n][1], n))
        queue, days, minutes, work, step = tasks[longest]
        then = days + (1 if more > 0 else -1)
        if 0 in (days, then):  # a minute of a later day, a share of this one: half a day is nobody's habit
            minutes = 0.5 if then == 0 else HALF
        tasks[longest] = (queue, then, minutes, work, step)
    return Path(_staged(path, tasks))


def _staged(path: Path, tasks: Sequence[Task]) -> tuple[tuple[Task, ...], ...]:
    left = iter(tasks)
    return tuple(tuple(next(left) for _ in stage) for stage in path.stages)
