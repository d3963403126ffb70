"""What a clue rests on: the matter's own lines with the moment each was written, and what else its person closed then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.packs import queries as packs
from yiwang.governance.supervision.kinds import KIND, SupervisionRule
from yiwang.governance.supervision.models import Clue
from yiwang.governance.supervision.queries.board import clues
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.models import Matter

LATE = timedelta(hours=1)  # a difference below it is the clerk's typing


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of the matter: when it was done by its own words, when it was written, and whether the clue is about it."""

    at: datetime
    recorded_at: datetime
    says: str
    actor: str
    is_it: bool

    @property
    def late(self) -> bool:
        """Written down later than done."""
        return self.recorded_at - self.at > LATE


@dataclass(frozen=True, slots=True)
class Evidence:
    """``closed`` are matters the same person closed shortly before (a burst), the last one first; empty otherwise."""

    lines: Sequence[Proof]
    closed: Sequence[Matter]
    rule: SupervisionRule | None


def clue(viewer: Doer, clue_id: int) -> Clue:
    """One clue; 404 for whoever may not supervise."""
    found = clues(viewer).filter(pk=clue_id).first()
    if found is None:
        raise NotFound("没有这条线索。", code="no-such-clue")
    return found


def evidence(viewer: Doer, found: Clue) -> Evidence:
    """The lines up to the one the clue is about, and for a burst every matter closed within it."""
    standing = matters.matter(viewer, found.about.reference)
    ordinal = int(found.occasion.removeprefix("line:"))
    entries = LedgerEntry.objects.filter(subject=standing.subject, ordinal__lte=ordinal)
    written = dict(entries.values_list("ordinal", "recorded_at"))
    lines = [
        Proof(line.at, written[line.ordinal], line.says, line.actor, line.ordinal == ordinal)
        for line in matters.story(viewer, standing)
        if line.ordinal in written
    ]
    declared = packs.rules(KIND, found.on).get(found.rule)
    rule: SupervisionRule | None = declared.value if declared else None
    minutes = rule.thresholds.get("minutes", 0) if rule else 0
    moment = entries.filter(ordinal=ordinal).values_list("at", flat=True).first()
    return Evidence(lines, _closed(found.actor, moment, minutes) if minutes and moment else [], rule)


def _closed(actor: str, until: datetime, minutes: int) -> list[Matter]:
    since = until - timedelta(minutes=minutes)
    mine = LedgerEntry.objects.filter(actor=actor, at__gt=since, at__lte=until, subject__startswith="matter:")
    references = {subject.removeprefix("matter:") for subject in mine.values_list("subject", flat=True)}
    rows = Matter.objects.filter(reference__in=references, closed_at__gt=since, closed_at__lte=until)
    return list(rows.order_by("-closed_at", "-pk"))
