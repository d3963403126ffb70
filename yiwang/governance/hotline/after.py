"""What follows a step: merged orders hear of their lead's answer or end, the caller hears of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.hotline.actions import merging, telling
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names
from yiwang.kernel.names import after


@after("hotline.tell-merged", "把答复告知并入的工单")
def tell_merged(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Each order merged into this one goes on to its own call-back with this answer. Idempotent: they leave the state."""
    lead = Order.objects.select_related("matter").get(matter_id=matter_id)
    merging.answer_together(lead, at=_moment(lead, ordinal))


@after("hotline.free-merged", "并入的工单各自恢复办理")
def free_merged(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The lead ended without an answer: those merged into it stand on their own again."""
    lead = Order.objects.select_related("matter").get(matter_id=matter_id)
    merging.set_free(lead, at=_moment(lead, ordinal))


@after("hotline.tell-all", "把答复告知诉求人和并入的工单")
def tell_all(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """An answer that passed the review goes to everybody it answers."""
    tell_merged(matter_id, ordinal, payload)
    tell_caller(matter_id, ordinal, payload)


@after("hotline.tell-caller", "通知诉求人")
def tell_caller(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    order = Order.objects.select_related("matter").get(matter_id=matter_id)
    telling.answered(order, ordinal=ordinal, at=_moment(order, ordinal))


# names.hook: a service that may be rated; idempotent. Answers the address of a fresh link where nobody with an account was served
SERVED = "ratings.served"


@after("hotline.rateable", "登记可评价的服务")
def rateable(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """An order that was answered is an occasion to rate (一次一评), whoever the caller is; who has an account is invited by the
    ratings, who has none by a text message of ours with both links."""
    order = Order.objects.select_related("matter").get(matter_id=matter_id)
    if SERVED not in names.hook:
        telling.closed(order, rate="", ordinal=ordinal, at=_moment(order, ordinal))
        return
    acted = [
        who for _, _, who in (line.partition("=") for line in order.matter.steps.split("\n")) if who[:6] == "staff:"
    ]
    staff = list(dict.fromkeys(int(who[6:]) for who in acted))
    link: str = names.hook[SERVED](
        reference=order.number,
        title=order.matter.title,
        organ_id=order.handling_organ_id or order.organ_id,
        staff=staff,
        party_id=order.party_id,
        at=_moment(order, ordinal),
    )
    telling.closed(order, rate=link, ordinal=ordinal, at=_moment(order, ordinal))


def _moment(order: Order, ordinal: int) -> Any:
    return LedgerEntry.objects.get(subject=f"matter:{order.matter.reference}", ordinal=ordinal).at
