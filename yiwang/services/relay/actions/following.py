"""Following handed-on cases by itself: each is asked about through its adapter, again after a failure, which stays visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yiwang.kernel.permissions import SYSTEM
from yiwang.services.relay import rules
from yiwang.services.relay.actions.relaying import take
from yiwang.services.relay.adapters import PLACES
from yiwang.services.relay.models import RelayCase

EVERY = timedelta(hours=2)  # how long an answer is taken as the newest there is
SOON_AGAIN = timedelta(minutes=10)  # after a failure
MOST = 200


@dataclass(slots=True)
class Followed:
    """What one round did: cases asked about, those that moved, those the other place did not answer for."""

    asked: int = 0
    moved: int = 0
    failed: int = 0


def follow(*, at: datetime) -> Followed:
    """Ask the other places about every case that is with them and was not asked about lately; write down what is new.

    One place that does not answer stops nobody else: the failure stands on the case until the next try succeeds. Cases
    of places without a system are the clerk's to ask about.
    """
    done = Followed()
    due = Q(asked_at=None) | Q(asked_at__lte=at - EVERY) | (~Q(ask_error="") & Q(asked_at__lte=at - SOON_AGAIN))
    online = [name for name, place in PLACES.items() if place.online]
    waiting = RelayCase.objects.filter(
        due, matter__state__in=("handed-on", "accepted-there"), agreed_item__agreement__adapter__in=online
    ).exclude(outer_number="")
    for case in waiting.select_related("matter", "agreed_item__agreement").order_by("asked_at", "pk")[:MOST]:
        done.asked += 1
        moved, error = _ask(case, at)
        done.moved += moved
        done.failed += bool(error)
        RelayCase.objects.filter(pk=case.pk).update(asked_at=at, ask_error=error[:200])
    return done


def _ask(case: RelayCase, at: datetime) -> tuple[bool, str]:
    """Whether the case moved, and why it could not be asked about. Whatever their system raises is their failure."""
    assert case.handed_on_at is not None
    place = PLACES[case.agreed_item.agreement.adapter]
    try:
        answer = place.ask(case.outer_number, handed_on_at=case.handed_on_at, at=at)
    except Exception as failure:
        return False, f"对方没有答复：{failure}"
    steps = rules.steps_of(answer.says, case.matter.state, by_itself=True)
    with transaction.atomic():
        for step in steps:
            take(
                reference=case.matter.reference,
                step=step,
                by=SYSTEM,
                at=at,
                words=answer.words,
                number=answer.number,
            )
    return bool(steps), ""
