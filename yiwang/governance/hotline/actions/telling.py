"""The caller who has an account hears that the answer is there; the call-back reaches everybody else."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs.models import Division
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM


def answered(order: Order, *, ordinal: int, at: datetime) -> None:
    """One short message at each answer; the same line again tells nobody twice."""
    if order.party_id is None:
        return
    county = Division.objects.filter(level=Division.Level.COUNTY).values_list("name", flat=True).first() or ""
    letters.tell(
        kind="order-answered",
        to_party=order.party_id,
        data={
            "county": county,
            "number": order.number,
            "title": order.title[:30],
            "link": f"{settings.SITE_URL}/my/orders/{order.matter.reference}/",
        },
        key=f"order:{order.matter.reference}:{ordinal}",
        by=SYSTEM,
        at=at,
        matter_reference=order.matter.reference,
        organ_id=order.organ_id,
    )
