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
from yiwang.services.ratings import dialling, invitations, rules
from yiwang.services.ratings.models import Rectification


@after("ratings.bind-number", "向总机申请回访号码")
def bind_number(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """A number that leads to the evaluator from the moment of the step; none where there is no telephone
    system, or neither a telephone nor a call to reach the evaluator by."""
    found = _rectification(matter_id)
    asked_at = LedgerEntry.objects.get(subject=f"matter:{found.matter.reference}", ordinal=ordinal).at
    rule = packs.rule(rules.KIND, rules.RULE, day_of(asked_at)).value
    occasion, board = found.rating.occasion, dialling.chosen()
    phone = phone_of(occasion.guest.party_id) if occasion.guest.party_id else invitations.number_left(occasion)
    call = invitations.call_of(occasion)
    if board is None or found.outcome or not (phone or call):
        return
    key = f"{found.matter.reference}:{ordinal}"
    found.bridge = board.bind(phone=phone, call="" if phone else call, key=key, minutes=rule.dial_minutes)
    found.bridge_until = asked_at + timedelta(minutes=rule.dial_minutes)
    found.save(update_fields=["bridge", "bridge_until"])


@after("ratings.tell-outcome", "告知评价人处理结果")
def tell_outcome(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The evaluator is told that there is an answer, and where to read it."""
    found = _rectification(matter_id)
    invitations.tell_outcome(found, ordinal=ordinal, at=now())


def _rectification(matter_id: int) -> Rectification:
    return Rectification.objects.select_related("matter", "rating__occasion__guest").get(matter_id=matter_id)
