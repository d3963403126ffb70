"""A process's history out of the facts: cases, their steps, whose hands, their limits. No name and no text is in there.

Beside the process's own cases everything else the same hands did is read, because it kept them busy: a clerk who accepts
licences in the morning and decides on the spot in the afternoon has not got two mornings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from yiwang.insight.facts.reading import Snapshot
from yiwang.insight.whatif.rules import measuring
from yiwang.insight.whatif.rules.events import NOBODY, Path, Task
from yiwang.insight.whatif.rules.histories import Came, History, Queue, Way, serving
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.insight.whatif.rules.reckoning import Limit
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Refusal

WARM_UP = timedelta(days=60)  # what was in the house when the period began

OWN = """
select reference, organ, item, process, received_at, received_on,
  case when decided_recorded_at <= $cut_off then decided_at end as decided_at,
  case when decided_recorded_at <= $cut_off then decided_on end as decided_on
from cases
where process = $process and ($organ = '' or organ = $organ) and not imported
  and received_on >= $since and received_on < $until and received_recorded_at <= $cut_off
"""
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
LIMITS = f"""
with own as ({OWN})
select k.matter, k.clock, k.kind, k.unit, k.days, k.pauses from clocks k join own on own.reference = k.matter
where k.started_on is not null and k.days is not null
"""


class NoHistory(Refusal):
    """There is nothing to learn from."""

    code = "whatif-no-history"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which history: a process, an organ (empty: all), cases received in ``[since, until)`` as known at ``cut_off``."""

    process: str
    organ: str
    since: date
    until: date
    cut_off: datetime

    @property
    def given(self) -> dict[str, Any]:
        return {
            "process": self.process,
            "organ": self.organ,
            "since": self.since - WARM_UP,
            "until": self.until,
            "cut_off": self.cut_off.astimezone(UTC),
        }


def processes(facts: Snapshot, organ: str) -> list[tuple[str, int]]:
    """Processes that have cases, with how many, the largest first."""
    found = facts.rows(
        "select process, count(*) from cases where ($organ = '' or organ = $organ) and not imported group by 1 order by 2 desc, 1",
        {"organ": organ},
    )
    return [(str(process), int(many)) for process, many in found]


def clocks(facts: Snapshot, asked: Asked) -> list[tuple[str, str, int]]:
    """Limits its cases had before the decision: clock, the numbers of days, how many cases."""
    found = facts.rows(
        f"""with own as ({OWN})
        select k.clock, min(k.days), max(k.days), count(*) from clocks k join own on own.reference = k.matter
        where k.started_on is not null and k.days is not null and k.started_on <= own.decided_on
          and k.kind in ('legal', 'promised') group by 1 order by 4 desc, 1""",
        asked.given,
    )
    return [(clock, f"{low}天" if low == high else f"{low}至{high}天", many) for clock, low, high, many in found]


def steps(facts: Snapshot, asked: Asked, *, share: float) -> list[tuple[str, int]]:
    """Steps with hands after the receipt, up to the decision, of at least ``share`` of the decided cases; how many do each."""
    found = facts.rows(
        f"""with own as ({OWN})
        select s.step, count(distinct s.hand) from steps s join own on own.reference = s.matter
        where s.hand is not null and s.taken_at > own.received_at and s.taken_at <= own.decided_at
        group by 1 having count(*) >= $share * (select count(decided_on) from own) order by count(*) desc, 1""",
        {**asked.given, "share": share},
    )
    return [(str(step), int(hands)) for step, hands in found]


def pairs(facts: Snapshot, asked: Asked, *, share: float) -> list[tuple[str, str]]:
    """Two such steps one right after the other, in the order of how often."""
    found = facts.rows(
        f"""with own as ({OWN}), deeds as (
          select s.step, s.hand, lead(s.step) over w as next, lead(s.hand) over w as next_hand,
            lead(s.taken_at) over w <= own.decided_at and s.taken_at > own.received_at as inside
          from steps s join own on own.reference = s.matter window w as (partition by s.matter order by s.taken_at, length(s.line), s.line))
        select step, next from deeds where inside and hand is not null and next_hand is not null and step <> next
        group by 1, 2 having count(*) >= $share * (select count(decided_on) from own) order by count(*) desc, 1, 2""",
        {**asked.given, "share": share},
    )
    return [(str(first), str(second)) for first, second in found]


def read(facts: Snapshot, asked: Asked, *, process: Process, time: WorkTime, work: measuring.Work) -> History:
    """The history as of ``asked.cut_off``. Refused (``NoHistory``) where no case came in."""
    table = facts.table(DEEDS, asked.given)
    if not table.num_rows:
        raise NoHistory("这段时间没有这个流程的办件，无从模拟。请换一个流程、单位或期间。")
    deeds = _Deeds(table, time)
    measured = measuring.measure(
        deeds.case, deeds.minute, deeds.hand, deeds.queue, day=time.day, queues=len(deeds.queues), rule=work
    )
    limits = _limits(facts, asked)
    hands = serving(deeds.times(), deeds.hands, len(deeds.queues))
    found = (_came(deeds, measured, one, limits, process) for one in range(deeds.cases))
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
        self.minute = time.minutes(_micros(table["taken_at"]))
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
        self.taken = _micros(table["taken_at"])
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
    limits: Mapping[str, Sequence[tuple[Any, ...]]],
    process: Process,
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
    way = None
    if not own or decided is not None:
        of_case = limits.get(deeds.matter_of(one), ()) if own else ()
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
        way = Way(path, names, finish - begins, _of(process, names[: finish - begins + 1], of_case))
    return Came(
        at=float(deeds.minute[begins]),
        on=deeds.on[begins],
        kind=(deeds.organ[begins], deeds.process[begins], deeds.item[begins] or ""),
        own=own,
        way=way,
        done=tuple(deeds.minute[begins:ends].tolist()),
        decided_on=deeds.decided_on[begins],
    )


def _of(process: Process, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> tuple[Limit, ...]:
    """A case's limits as the process declares them: which step began each, which one ended it."""
    found = []
    for clock, kind, unit, days, pauses in rows:
        declared = process.clocks.get(clock)
        if declared is None:
            continue
        stops = next((at for at in reversed(range(len(names))) if names[at] in declared.stops_on), None)
        starts = next((at for at in reversed(range(stops or 0)) if names[at] in declared.starts_on), None)
        if starts is None or stops is None:
            continue
        still = _pauses(process, names, starts, stops) if pauses else ()
        found.append(Limit(clock, kind, int(days), unit == "natural-day", starts, stops, still))
    return tuple(found)


def _pauses(process: Process, names: Sequence[str], starts: int, stops: int) -> tuple[tuple[int, int], ...]:
    found, since = [], None
    for at in range(starts, stops + 1):
        step = process.steps.get(names[at])
        if step is not None and step.pauses and since is None:
            since = at
        elif step is not None and step.resumes and since is not None:
            found.append((since, at))
            since = None
    return tuple(found)


def _limits(facts: Snapshot, asked: Asked) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for matter, *rest in facts.rows(LIMITS, asked.given):
        found[matter].append(tuple(rest))
    return found


def _micros(column: Any) -> Any:
    return column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).fill_null(0).to_numpy()
