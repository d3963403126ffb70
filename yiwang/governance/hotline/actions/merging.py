"""What a lead order does to those merged into it. They are taken on by the system, each under its own lock."""

from __future__ import annotations

from datetime import datetime

from yiwang.governance.hotline.actions.recording import TABLE
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters


def answer_together(lead: Order, *, at: datetime) -> int:
    """The lead was answered: each merged order goes to its own call-back with that answer. Answers how many."""
    given = {
        "reference": lead.matter.reference,
        "answer": lead.answer,
        "result": lead.result,
        "handling_organ_id": lead.handling_organ_id,
    }
    return _each(lead, "answered-together", at, {"lead": given})


def set_free(lead: Order, *, at: datetime) -> int:
    """The lead ended otherwise: each merged order stands on its own again. Answers how many."""
    return _each(lead, "set-free", at, {})


def _each(lead: Order, step: str, at: datetime, given: dict[str, object]) -> int:
    waiting = Order.objects.filter(merged_into=lead, matter__state="merged").select_related("matter").order_by("pk")
    references = [one.matter.reference for one in waiting]
    for reference in references:
        matters.take(reference=reference, step=step, by=SYSTEM, at=at, given=given, of=TABLE)
    return len(references)
