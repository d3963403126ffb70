"""What an order promises to the minute, and which promises were missed: what supervision's rules ask for.

Minutes run in the pack's working hours (``kernel.workhours``); the moment they end at is kept in the order's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q

from yiwang.governance.hotline.models import Order
from yiwang.kernel import names
from yiwang.kernel.overruns import Overrun


@names.promise("hotline.contact", "在承诺的时间内联系诉求人")
def contact(*, since: datetime, until: datetime) -> Sequence[Overrun]:
    """Urgent orders and those of the firms' line with whose caller nobody had spoken by then. What was merged, withdrawn or not
    accepted before owes no call of its own."""
    return _missed("respond_by_at", "responded_at", since, until)


@names.promise("hotline.ruling", "在规定的时间内裁定由谁承办")
def ruling(*, since: datetime, until: datetime) -> Sequence[Overrun]:
    """Orders returned twice, or sent to a ruling, that nobody had ruled on by then."""
    return _missed("rule_by_at", "ruled_at", since, until)


def _missed(due: str, kept: str, since: datetime, until: datetime) -> Sequence[Overrun]:
    rows = (
        Order.objects.filter(**{f"{due}__gt": since, f"{due}__lt": until, "merged_into": None})
        .filter(Q(**{kept: None}) | Q(**{f"{kept}__gt": F(due)}))
        .filter(Q(matter__closed_at=None) | Q(matter__closed_at__gt=F(due)))
        .order_by(due, "pk")
    )
    return [Overrun(*row) for row in rows.values_list("pk", due, kept)]
