"""Proposals stand on the dispatcher's page under the name the hotline asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline.duty import queries
from yiwang.governance.hotline.duty.rules import SOURCES
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission


@names.hook("hotline.propose")
def propose(*, order: Order, by: Doer, at: datetime) -> list[dict[str, Any]]:
    """The units proposed, best first, with their reasons in sentences; nothing for who may not dispatch."""
    if not any(by.may(permission, order.organ_id) for permission in (Permission.ORDER_DISPATCH, Permission.ORDER_RULE)):
        return []
    return [
        {
            "code": one.code,
            "name": one.name,
            "strength": one.strength,
            "why": [(f"{SOURCES[reason.source]}：{reason.says}", reason.opens) for reason in one.reasons],
            "evidence": one.references,
            "precedent": one.precedent,
            "returned": one.returned,
        }
        for one in queries.proposals(by, order, on=day_of(at)).found
    ]


@names.hook("hotline.evidence")
def evidence(*, text: str, on: date) -> list[str]:
    """The references a dispatch kept of its proposal, in words."""
    return queries.in_words(text, on)
