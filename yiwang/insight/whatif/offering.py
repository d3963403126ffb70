"""What can be tried on a process's history, counted from the facts: its limits, pairs of steps, steps with their hands."""

from __future__ import annotations

from datetime import date

from yiwang.insight.facts.reading import Snapshot
from yiwang.insight.whatif.asked import OWN, Asked


def processes(facts: Snapshot, organ: str, since: date, until: date) -> list[tuple[str, int]]:
    """Processes that have cases received in ``[since, until)``, with how many, the largest first."""
    found = facts.rows(
        """select process, count(*) from cases where ($organ = '' or organ = $organ) and not imported
          and received_on >= $since and received_on < $until group by 1 order by 2 desc, 1""",
        {"organ": organ, "since": since, "until": until},
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
