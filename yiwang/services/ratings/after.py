"""What follows: the number for calling back, and what the evaluator hears. Run by the worker, idempotent, retried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.delivery import phone_of
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.names import after
from yiwang.services.ratings import invitations, rules
from yiwang.services.ratings.dialling import SWITCHBOARDS
from yiwang.services.ratings.models import Rectification


@after("ratings.bind-number")
def bind_number(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """A number that leads to the evaluator from the moment of the step; none where the house knows no telephone."""
    found = _rectification(matter_id)
    asked_at = LedgerEntry.objects.get(subject=f"matter:{found.matter.reference}", ordinal=ordinal).at
    rule = packs.rule(rules.KIND, rules.RULE, day_of(asked_at)).value
    party_id = found.rating.occasion.guest.party_id
    phone = phone_of(party_id) if party_id else ""
    if phone and not found.outcome:
        board = SWITCHBOARDS[rule.dial]
        key = f"{found.matter.reference}:{ordinal}"
        found.bridge = board.bind(phone=phone, key=key, minutes=rule.dial_minutes)
        found.bridge_until = asked_at + timedelta(minutes=rule.dial_minutes)
        found.save(update_fields=["bridge", "bridge_until"])


@after("ratings.tell-outcome")
def tell_outcome(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The evaluator is told that there is an answer, and where to read it."""
    found = _rectification(matter_id)
    invitations.tell_outcome(found, ordinal=ordinal, at=now())


def _rectification(matter_id: int) -> Rectification:
    return Rectification.objects.select_related("matter", "rating__occasion__guest").get(matter_id=matter_id)
