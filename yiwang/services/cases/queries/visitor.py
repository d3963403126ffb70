"""Earlier cases of whoever stands at the counter: so that nobody brings again what is known or asks twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from yiwang.foundation.people import queries as people
from yiwang.foundation.people.queries import Card
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes
from yiwang.services.cases import words
from yiwang.services.cases.models import Case

MOST = 20


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """One earlier case: nothing of its form or materials, no other person's name."""

    reference: str
    title: str
    state_title: str
    tone: str
    received_at: datetime
    outcome: str
    open: bool


def earlier_cases(viewer: Doer, number: str, on: date) -> tuple[Card | None, list[EarlierCase]]:
    """The masked card behind a whole ID number or USCC, and the cases of it the viewer may see, newest first.

    Only for whoever receives at a counter (404 else); cases of organs whose cases the viewer sees, or that its hall took
    in. A part of a number is refused. One query for the card, one for the cases.
    """
    if not viewer.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    cards = people.find(viewer, number, on)
    if not cards:
        return None, []
    organs = viewer.organs_of(Permission.CASE_SEE)
    rows = Case.objects.filter(party_id=cards[0].party_id).select_related("matter")
    if organs is not None:
        rows = rows.filter(Q(organ_id__in=organs) | Q(hall_id__in=organs))
    found = []
    for case in rows.defer("form", "answers").order_by("-matter_id")[:MOST]:
        matter = case.matter
        state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
        found.append(
            EarlierCase(
                reference=matter.reference,
                title=matter.title,
                state_title=state.title,
                tone=words.STATE_TONES.get(matter.state, "calm"),
                received_at=matter.received_at,
                outcome=case.get_outcome_display() if case.outcome else "",
                open=matter.closed_at is None,
            )
        )
    return cards[0], found
