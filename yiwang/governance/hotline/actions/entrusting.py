"""Complaints of the hotline that were opened while no overseer could be named go to it as soon as the rule names one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline import queries
from yiwang.governance.hotline.actions.recording import TABLE
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Stale
from yiwang.matters import actions as matters


def entrust(*, at: datetime) -> int:
    """Hand each of them to the overseer of the rule in force on that day, whatever state it stands in; answers how many. Nobody
    chooses: where the rule still names no usable organ, nothing moves. Running it twice changes nothing."""
    waiting = Order.objects.select_related("matter").filter(
        matter__closed_at=None, against_organ_id__isnull=False, overseer_organ_id=None
    )
    count = 0
    for order in waiting.order_by("pk"):
        overseer_id = queries.overseer(order.against_organ_id, order.organ_id, day_of(at))
        if overseer_id is not None:
            given = {"overseer_id": overseer_id}
            with suppress(Stale):  # somebody is just taking a step of it: the next run meets it
                matters.take(reference=order.matter.reference, step="entrust", by=SYSTEM, at=at, given=given, of=TABLE)
                count += 1
    return count
