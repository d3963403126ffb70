"""Cards follow their clock: when a correction moves the day a card rests on, the card falls, is taken back, or says the
right day. No card stays as it was over a clock that is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.governance.supervision import rules
from yiwang.governance.supervision.actions.raising import proof
from yiwang.governance.supervision.models import Card
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing

FALLEN, WITHDRAWN, CORRECTED = "fallen", "withdrawn", "corrected-cards"


def exceeded(about: Standing, on: date) -> dict[str, date]:
    """Clocks of the matter that were exceeded by the end of the day before ``on``, each with its due day."""
    table = calendar.table()
    found = {row.clock: rules.exceeded_on(row, table, on) for row in about.clocks}
    return {clock: due_on for clock, due_on in found.items() if due_on is not None}


def follow(*, card: Card, about: Standing, touched: Sequence[str], cause: str, at: datetime) -> Mapping[str, list[str]]:
    """Bring every other card on the clocks ``touched`` of ``card``'s matter into line with them, as they stand now.

    A clock that is no longer exceeded: an open card falls, a settled one is taken back (撤回) and leaves the counts, its
    row and its answer stay. A clock still exceeded, on another day: the card's days and proof are corrected. Each leaves
    a line in its own ledger that names ``cause``. Answers the references, by what became of them. Inside the deed that
    upheld the appeal, which has asked who may.
    """
    over = exceeded(about, day_of(at))
    done: dict[str, list[str]] = {FALLEN: [], WITHDRAWN: [], CORRECTED: []}
    others = Card.objects.filter(about_id=card.about_id, clock__in=touched).exclude(signal=Card.Signal.WARNING)
    others = others.exclude(matter__state="revoked").filter(withdrawn_at=None).exclude(pk=card.pk)
    for other in others.select_related("matter").order_by("pk"):
        assert other.matter is not None  # only a warning has none
        due_on, reference = over.get(other.clock), other.matter.reference
        rests = other.occasion == (other.due_on and rules.occasion_of_clock(other.clock, other.due_on))
        if due_on is None and other.matter.closed_at is None:
            matters.take(
                reference=reference,
                step="fall",
                by=SYSTEM,
                at=at,
                values={"cause": cause},
                given={"supervision": "fall"},
            )
            done[FALLEN].append(reference)
        elif due_on is None and rests:
            _withdraw(other, reference, cause=cause, at=at)
            done[WITHDRAWN].append(reference)
        elif due_on is not None and rests and due_on != other.due_on:
            _correct(other, reference, about, due_on, cause=cause, at=at)
            done[CORRECTED].append(reference)
    return {what: references for what, references in done.items() if references}


def _withdraw(card: Card, reference: str, *, cause: str, at: datetime) -> None:
    """A settled card is over; that its ground is gone stands beside it."""
    card.withdrawn_at, card.withdrawn_for = at, cause
    card.save(update_fields=["withdrawn_at", "withdrawn_for"])
    matters.note(
        reference=reference,
        event="supervision.card-withdrawn",
        detail={"cause": cause, "clock": card.clock},
        by=SYSTEM,
        at=at,
    )


def _correct(card: Card, reference: str, about: Standing, due_on: date, *, cause: str, at: datetime) -> None:
    before = card.due_on
    card.due_on, card.fell_on = due_on, due_on + timedelta(days=1)
    card.occasion, card.proof = rules.occasion_of_clock(card.clock, due_on), proof(about, card.clock, day_of(at))
    card.save(update_fields=["due_on", "fell_on", "occasion", "proof"])
    matters.note(
        reference=reference,
        event="supervision.card-corrected",
        detail={
            "cause": cause,
            "clock": card.clock,
            "was": before.isoformat() if before else "",
            "due-on": due_on.isoformat(),
        },
        by=SYSTEM,
        at=at,
    )
