"""Limits of past cases: as the process declares them, and what the ledger says became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.insight.facts.reading import Snapshot
from yiwang.insight.whatif.asked import OWN, Asked
from yiwang.insight.whatif.rules.reckoning import Limit
from yiwang.kernel.process import Process

LIMITS = f"""
with own as ({OWN})
select k.matter, k.clock, k.kind, k.unit, k.days, k.pauses, coalesce(k.late and k.stopped_recorded_at <= $cut_off, false)
from clocks k join own on own.reference = k.matter
where k.started_on is not null and k.days is not null
"""
# cards that rest on a clock, unless they were taken back
CARDS = f"""
with own as ({OWN})
select c.about, c.clock, c.signal from cards c join own on own.reference = c.about
where c.raised_recorded_at <= $cut_off and c.clock <> '' and (c.revoked_recorded_at is null or c.revoked_recorded_at > $cut_off)
"""
YELLOW, RED = "2", "3"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger says of the cases asked for: their clocks, and the cards that fell on them."""

    limits: Mapping[str, Sequence[tuple[Any, ...]]]
    cards: Mapping[str, Sequence[tuple[str, str]]]

    def kept(self, matter: str, limits: Sequence[Limit]) -> bool:
        """Whether the promise, or where there is none the law's limit, was kept by these clocks."""
        clocks = {limit.clock for limit in limits}
        late: dict[str, bool] = {}
        for clock, kind, *_, over in self.limits.get(matter, ()):
            if clock in clocks:
                late[kind] = late.get(kind, False) or bool(over)
        return not late.get("promised", late.get("legal", False))


def ledger_of(facts: Snapshot, asked: Asked) -> Ledger:
    """As known at ``asked.cut_off``."""
    limits: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for matter, *rest in facts.rows(LIMITS, asked.given):
        limits[matter].append(tuple(rest))
    cards: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for matter, clock, signal in facts.rows(CARDS, asked.given):
        cards[matter].append((clock, str(signal)))
    return Ledger(limits, cards)


def limits_of(process: Process, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> tuple[Limit, ...]:
    """A case's limits as the process declares them: which step began each, which one ended it."""
    found = []
    for clock, kind, unit, days, pauses, _ in rows:
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
