"""What a ledger of finished steps says about work and waiting: how long a task lay, queued and was worked on.

A ledger knows when a step was *finished*, never when somebody began on it. Between a case's step before and this one lie
three things, told apart like this:

- **work**: somebody who finishes one task and then, the same day, another that was waiting already, spent at most the time
  between on it. Such gaps hold pauses and telephone calls too, so half of them (their median) is the most that is taken
  for work; a step with too few of them takes the median over all steps, and with too few even then the pack's figure.
- **queueing**: the unbroken work of the same hands on other tasks right before, since the task was there.
- **lying**: everything else. Nobody's hands were on it and more hands would not have shortened it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
ALMOST = 1.0  # minutes between two tasks that count as unbroken work


@dataclass(frozen=True, slots=True)
class Work:
    """How work is measured, from the pack: ``most`` minutes at one task, ``few`` gaps below which a step's own median is
    not trusted, ``usual`` minutes where nothing could be measured."""

    most: float
    few: int
    usual: float


@dataclass(frozen=True, slots=True)
class Measured:
    """By deed: working days and minutes it lay (as ``events.Task`` has them), minutes queueing and working. ``longest`` minutes of work by queue; ``own`` the number of gaps behind it
    (0: taken from elsewhere)."""

    days: Numbers
    minutes: Floats
    queued: Floats
    work: Floats
    longest: Floats
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
    longest, own = _longest(gap[back_to_back], q[back_to_back], queues, rule)
    work = np.where(worked_on, np.minimum(gap, longest[np.maximum(q, 0)]), 0.0)

    began = m - work
    breaks = ~(same & (began - before <= ALMOST))
    at = np.maximum.accumulate(np.where(breaks, np.arange(many), 0))
    unbroken_since = began[at]
    queued = np.where(worked_on, np.maximum(0.0, began - np.maximum(e, unbroken_since)), 0.0)
    ready = np.maximum(e, m - work - queued)
    on = np.ceil(ready / day - 1e-9).astype(np.int64)
    days = np.maximum(0, on - np.ceil(e / day - 1e-9).astype(np.int64))
    minutes = np.where(days > 0, ready - (on - 1) * day, ready - e)

    back = np.empty(many, dtype=np.int64)
    back[order] = np.arange(many)
    return Measured(days[back], minutes[back], queued[back], work[back], longest, own)


def _longest(gaps: Floats, queue: Numbers, queues: int, rule: Work) -> tuple[Floats, Numbers]:
    """Minutes of work at most by queue, and how many gaps of its own it was told by."""
    everywhere = float(np.median(gaps)) if len(gaps) >= rule.few else rule.usual
    longest = np.full(max(queues, 1), everywhere)
    own = np.zeros(max(queues, 1), dtype=np.int64)
    for one in range(queues):
        mine = gaps[queue == one]
        if len(mine) >= rule.few:
            longest[one], own[one] = float(np.median(mine)), len(mine)
    return np.clip(longest, 1.0, rule.most), own
