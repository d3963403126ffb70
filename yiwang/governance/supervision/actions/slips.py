"""提醒单 and 督办单: printed letters to the unit charged, each with the clock's explanation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.governance.supervision import queries
from yiwang.governance.supervision.models import Card
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters

KINDS = {"reminder": "supervision-reminder", "order": "supervision-order"}
ASKS = {
    "reminder": "请抓紧办理，按期办结；确需延长或者进行特别程序的，请依法办理手续并书面告知申请人。",
    "order": "请立即办理，并自收到本单之日起三个工作日内书面答复超期原因和整改措施。",
}
URGES = {"reminder": "已出具效能提醒单，请抓紧办理。", "order": "已出具督办单，请立即办理并按期答复。"}


@transaction.atomic
def print_slip(*, card_id: int, kind: str, by: Doer, at: datetime) -> Letter:
    """Write a 提醒单 (``reminder``) or 督办单 (``order``) about a signal, and urge (催办) whoever has it.

    A warning gets a 提醒单 only. Refuses whoever may not supervise, and a card that is closed.
    """
    if not by.may(Permission.CASE_SUPERVISE):
        raise NotAllowed("只有效能监督机构可以出具提醒单和督办单。")
    card = queries.signal(by, card_id)
    if kind not in KINDS or (kind == "order" and card.signal == Card.Signal.WARNING):
        raise Refusal("预警只能出具提醒单。", code="slip-kind", field="kind")
    on = day_of(at)
    about = card.about
    reference = card.matter.reference if card.matter is not None else about.reference
    matters.urge(reference=reference, text=URGES[kind], by=by, at=at)
    rule = queries.rule_of(card)
    return letters.issue(
        kind=KINDS[kind],
        matter_reference=reference,
        organ_id=by.organ_id or card.organ_id,
        to_party=None,
        data={
            "unit": organs.organ_name(card.organ_id, on),
            "item": about.title,
            "reference": about.reference,
            "rule": rule.title if rule is not None else "经研究予以督办",
            "due": f"{card.due_on.year}年{card.due_on.month}月{card.due_on.day}日" if card.due_on else "",
            "proof": list(card.proof),
            "ask": ASKS[kind],
        },
        by=by,
        at=at,
    )
