"""What a ledger of finished steps says about work and waiting: how long a task lay, queued and was worked on.

A ledger knows when a step was *finished*, never when somebody began on it. Between a case's step before and this one lie
three things, told apart like this:

- **work**: somebody who finishes one task and then, the same day, another that was waiting already, spent at most the time
  between on it. Such gaps hold pauses and other business too, least of all on the days on which most was done: the mean
  gap on the busiest days of each pair of hands is the *pace* of a step, what it has shown it can do. Gaps keep their
  shape and are scaled to that mean; a task that followed no other took the pace, or less if it was there for less.
- **queueing**: the unbroken work of the same hands on other tasks right before, since the task was there.
- **lying**: everything else. Nobody's hands were on it and more hands would not have shortened it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
CALIBRATED = (1.0, 0.7, 0.5, 0.35, 0.2)  # shares of the gaps that are tried, until the past played again is as it was
ALMOST = 1.0  # minutes between two tasks that count as unbroken work


@dataclass(frozen=True, slots=True)
class Work:
    """How work is measured, from the pack: ``most`` minutes at one task, the per cent of the days that are ``busy`` ones,
    ``few`` gaps below which a step's own pace is not trusted, ``usual`` minutes where nothing could be measured. ``share`` of
    all that is taken for work: a gap between two tasks is never less than the work, and often more (``CALIBRATED``)."""

    most: float
    few: int
    usual: float
    busy: float = 10.0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """By deed: working days and minutes or share it lay (as ``events.Task`` has them), minutes queueing and working. ``pace`` minutes
    of work by queue; ``own`` the number of gaps behind it (0: taken from elsewhere)."""

    days: Numbers
    minutes: Floats
    queued: Floats
    work: Floats
    pace: Floats
    own: Numbers


def measure(
    case: Numbers, minute: Floats, hand: Numbers, queue: Numbers, *, day: float, queues: int, rule: Work
) -> Measured:
    """Deeds in the order of their cases and, within a case, of their moments (working minutes).

    ``hand`` and ``queue`` are -1 for a deed without hands; ``day`` is the length of a working day. The first deed of a
    case, its receipt, has no time before it.
    """
    many = len(case)
    first = np.ones(many, dtype=bool)
    first[1:] = case[1:] != case[:-1]
    there = minute.copy()  # since when the task was there: the case's step before
    there[1:] = np.where(first[1:], minute[1:], minute[:-1])
    there = np.minimum(there, minute)

    order = np.lexsort((np.arange(many), minute, hand))
    h, m, e = hand[order], minute[order], there[order]
    before = np.full(many, -np.inf)
    same = np.zeros(many, dtype=bool)
    same[1:] = (h[1:] == h[:-1]) & (h[1:] >= 0)
    today = np.floor(m / day)
    same[1:] &= today[1:] == today[:-1]
    before[1:] = np.where(same[1:], m[:-1], -np.inf)
    opened = today * day
    began_at_most = np.maximum(np.maximum(e, before), opened)
    gap = np.maximum(0.0, m - began_at_most)

    worked_on = (h >= 0) & ~first[order]
    back_to_back = worked_on & same & (e <= before) & (gap > 0) & (gap <= rule.most)
    q = queue[order]
    pace, scale, own = _paces(gap, q, _busy(h, today, worked_on, rule.busy), back_to_back, queues, rule)
    at_most = rule.share * np.where(back_to_back, gap * scale[np.maximum(q, 0)], pace[np.maximum(q, 0)])
    work = np.where(worked_on, np.minimum(gap, at_most), 0.0)

    began = m - work
    breaks = ~(same & (began - before <= ALMOST))
    at = np.maximum.accumulate(np.where(breaks, np.arange(many), 0))
    unbroken_since = began[at]
    queued = np.where(worked_on, np.maximum(0.0, began - np.maximum(e, unbroken_since)), 0.0)
    ready = np.maximum(e, m - work - queued)
    on = np.ceil(ready / day - 1e-9).astype(np.int64)
    days = np.maximum(0, on - np.ceil(e / day - 1e-9).astype(np.int64))
    # of a task done the day it came: the share of what was left of that day, so that at another hour it is done that day too
    left = np.ceil(e / day - 1e-9) * day - e - work
    share = np.clip((ready - e) / np.maximum(left, 1e-9), 0.0, 1.0)
    minutes = np.where(days > 0, ready - (on - 1) * day, share)

    back = np.empty(many, dtype=np.int64)
    back[order] = np.arange(many)
    return Measured(days[back], minutes[back], queued[back], work[back], rule.share * pace, own)


def _busy(hand: Numbers, today: Floats, worked_on: npt.NDArray[np.bool_], share: float) -> npt.NDArray[np.bool_]:
    """Deeds on the days on which their hands did most: of each pair of hands the ``share`` per cent of its days, at least
    one."""
    found = np.zeros(len(hand), dtype=bool)
    for one in np.unique(hand[worked_on]):
        mine = np.flatnonzero(worked_on & (hand == one))
        _, day, many = np.unique(today[mine], return_inverse=True, return_counts=True)
        found[mine] = many[day] >= np.percentile(many, 100 - share)
    return found


def _paces(
    gap: Floats,
    queue: Numbers,
    busy: npt.NDArray[np.bool_],
    back_to_back: npt.NDArray[np.bool_],
    queues: int,
    rule: Work,
) -> tuple[Floats, Floats, Numbers]:
    """By queue: its pace, what its gaps are scaled by, and how many gaps of its own told the pace."""

    def told(chosen: npt.NDArray[np.bool_]) -> tuple[float, float, int]:
        on_busy = gap[chosen & busy]
        if len(on_busy) < rule.few:
            return rule.usual, 1.0, 0
        mean = float(gap[chosen].mean())
        at = min(float(on_busy.mean()), mean)
        return at, at / mean, len(on_busy)

    everywhere = told(back_to_back)
    pace, scale = np.full(max(queues, 1), everywhere[0]), np.full(max(queues, 1), everywhere[1])
    own = np.zeros(max(queues, 1), dtype=np.int64)
    for one in range(queues):
        mine = told(back_to_back & (queue == one))
        if mine[2]:
            pace[one], scale[one], own[one] = mine
    return np.clip(pace, 1.0, rule.most), scale, own
