"""A process's history out of the facts: cases, their steps, whose hands, their limits. No name and no text is in there.

Beside the process's own cases everything else the same hands did is read, because it kept them busy: a clerk who accepts
licences in the morning and decides on the spot in the afternoon has not got two mornings.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from yiwang.insight.facts.reading import Snapshot
from yiwang.insight.whatif.asked import OWN, Asked
from yiwang.insight.whatif.limits import RED, YELLOW, Ledger, ledger_of, limits_of
from yiwang.insight.whatif.rules import measuring
from yiwang.insight.whatif.rules.events import NOBODY, Path, Task
from yiwang.insight.whatif.rules.histories import Came, History, Queue, Way, serving
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Refusal

# whoever worked on these cases between receipt and decision, and everything these hands did besides
HANDS = """
  select distinct s.hand from steps s join own on own.reference = s.matter
  where s.hand is not null and s.taken_at > own.received_at and s.taken_at <= own.decided_at
"""
BESIDES = """
  select distinct s.matter from steps s join hands using (hand)
where s.taken_on >= $since and s.taken_on < $until and s.taken_recorded_at <= $cut_off
  and s.matter not in (select reference from own)
"""
DEEDS = f"""
with own as ({OWN}), hands as ({HANDS}), besides as ({BESIDES})
select s.matter, s.organ, s.process, s.item, s.step, hands.hand, s.taken_at, s.taken_on, own.decided_at, own.decided_on,
  own.reference is not null as own
from steps s left join own on own.reference = s.matter left join hands on hands.hand = s.hand
where s.taken_recorded_at <= $cut_off and (own.reference is not null or s.matter in (select matter from besides))
order by s.matter, s.taken_at, length(s.line), s.line
"""


class NoHistory(Refusal):
    """There is nothing to learn from."""

    code = "whatif-no-history"


class Reader:
    """A history as of ``asked.cut_off``, read once and measured as often as it is asked. Refused (``NoHistory``) where no case
    came in."""

    def __init__(self, facts: Snapshot, asked: Asked, *, process: Process, time: WorkTime) -> None:
        table = facts.table(DEEDS, asked.given)
        if not table.num_rows:
            raise NoHistory("这段时间没有这个流程的办件，无从模拟。请换一个流程、单位或期间。")
        self._deeds, self._ledger = _Deeds(table, time), ledger_of(facts, asked)
        self._process, self._time = process, time

    def history(self, work: measuring.Work) -> History:
        """With work told from waiting by that rule."""
        deeds, time = self._deeds, self._time
        measured = measuring.measure(
            deeds.case, deeds.minute, deeds.hand, deeds.queue, day=time.day, queues=len(deeds.queues), rule=work
        )
        hands = serving(deeds.times(), deeds.hands, len(deeds.queues))
        found = (_came(deeds, measured, one, self._ledger, self._process, time) for one in range(deeds.cases))
        cases = [case for case in found if case is not None]
        cases.sort(key=lambda case: case.at)
        queues = tuple(
            Queue(organ, step, len(hands.of(number)), float(measured.pace[number]), int(measured.own[number]))
            for number, (organ, step) in enumerate(deeds.queues)
        )
        return History(tuple(cases), queues, hands)


class _Deeds:
    """The rows as arrays: cases, queues and hands numbered."""

    def __init__(self, table: pa.Table, time: WorkTime) -> None:
        matter = table["matter"].combine_chunks().dictionary_encode()
        codes = matter.indices.to_numpy()
        self.case = np.cumsum(np.concatenate([[0], (codes[1:] != codes[:-1]).astype(np.int64)]))
        self.cases = int(self.case[-1]) + 1
        self._matter = table["matter"]
        self.begins = np.searchsorted(self.case, np.arange(self.cases + 1))
        taken = _micros(table["taken_at"])
        first = np.zeros(len(taken), dtype=bool)
        first[self.begins[:-1]] = True
        self.minute = np.where(first, time.come(taken), time.done(taken))
        for column in ("organ", "process", "item", "step"):
            setattr(self, column, table[column].to_pylist())
        self.organ: list[str]
        self.process: list[str]
        self.item: list[str]
        self.step: list[str]
        self.own = table["own"].to_numpy(zero_copy_only=False)
        self.on = [one.toordinal() for one in table["taken_on"].to_pylist()]
        self.decided = _micros(table["decided_at"])
        self.decided_on = [one.toordinal() if one else 0 for one in table["decided_on"].to_pylist()]
        self.taken = taken
        hand = table["hand"].combine_chunks().dictionary_encode()
        names = hand.dictionary.to_pylist()
        number = np.array([sorted(names).index(one) for one in names] or [0], dtype=np.int64)
        self.hands = len(names)
        # other hands than those of this process are not looked at: their steps only take their time
        self.hand = np.where(
            hand.indices.is_valid().to_numpy(zero_copy_only=False), number[hand.indices.fill_null(0).to_numpy()], NOBODY
        )
        queues: dict[tuple[str, str], int] = {}
        self.queue = np.array(
            [
                NOBODY if hand == NOBODY else queues.setdefault((organ, step), len(queues))
                for hand, organ, step in zip(self.hand, self.organ, self.step, strict=True)
            ],
            dtype=np.int64,
        )
        self.queues = list(queues)

    def matter_of(self, one: int) -> str:
        """The reference of a case."""
        return str(self._matter[int(self.begins[one])].as_py())

    def times(self) -> Counter[tuple[int, int]]:
        """How often each pair of hands served each queue."""
        return Counter(
            (hand, queue) for hand, queue in zip(self.hand.tolist(), self.queue.tolist(), strict=True) if queue >= 0
        )


def _came(
    deeds: _Deeds,
    measured: measuring.Measured,
    one: int,
    ledger: Ledger,
    process: Process,
    time: WorkTime,
) -> Came | None:
    """A case from its receipt to its decision and to the last step of the hands looked at; of another process from just
    before these hands first had it. ``None`` where they never had."""
    first, last = int(deeds.begins[one]), int(deeds.begins[one + 1])
    own = bool(deeds.own[first])
    ours = [at for at in range(first + 1, last) if deeds.queue[at] != NOBODY]
    decided = None
    if own:
        begins, finish = first, last - 1
        if deeds.decided_on[first]:
            decided = deeds.decided[first]
            finish = next((at for at in reversed(range(first, last)) if deeds.taken[at] == decided), finish)
        ends = max([finish, *ours]) + 1
    elif ours:
        begins, finish, ends = ours[0] - 1, ours[-1], ours[-1] + 1
    else:
        return None
    names = tuple(deeds.step[begins:ends])
    way, kept, yellow, red = None, True, 0, 0
    done = deeds.minute[begins:ends]
    if not own or decided is not None:
        matter = deeds.matter_of(one) if own else ""
        tasks: list[Task] = [
            (
                int(deeds.queue[at]),
                int(measured.days[at]),
                float(measured.minutes[at]),
                float(measured.work[at]),
                at - begins,
            )
            for at in range(begins + 1, ends)
        ]
        path = Path(tuple((task,) for task in tasks))
        limits = limits_of(process, names[: finish - begins + 1], ledger.limits.get(matter, ()))
        ordinals = time.ordinals(done).tolist()
        received = time.table.ordinal(date.fromordinal(deeds.on[begins]))
        way = Way(path, names, finish - begins, limits, deeds.on[begins], ordinals[0], (received, *ordinals[1:]))
        kept = ledger.kept(matter, limits)
        clocks = {limit.clock for limit in limits}
        fallen = [signal for clock, signal in ledger.cards.get(matter, ()) if clock in clocks]
        yellow, red = fallen.count(YELLOW), fallen.count(RED)
    return Came(
        at=float(deeds.minute[begins]),
        on=deeds.on[begins],
        kind=(deeds.organ[begins], deeds.process[begins], deeds.item[begins] or ""),
        own=own,
        way=way,
        done=tuple(done.tolist()),
        decided_on=deeds.decided_on[begins],
        kept=kept,
        yellow=yellow,
        red=red,
    )


def _micros(column: Any) -> Any:
    return column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).fill_null(0).to_numpy()
