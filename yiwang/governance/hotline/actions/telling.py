"""The caller hears that the answer is there: with an account at each answer, without one by a text message when the order is
closed, with a link to the answer and one to rate it. Neither is sent where no number was left."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import masking
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs import queries as organs
from yiwang.governance.hotline import queries
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM


def answered(order: Order, *, ordinal: int, at: datetime) -> None:
    """One short message at each answer; the same line again tells nobody twice."""
    if order.party_id is None:
        return
    letters.tell(
        kind="order-answered",
        to_party=order.party_id,
        data={
            "county": organs.county_name(day_of(at)),
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


def closed(order: Order, *, rate: str, ordinal: int, at: datetime) -> None:
    """A caller without an account gets one message at the end. ``rate`` is the address of a signed link that is good once, empty
    where nothing can be rated. The message names no matter, so that no desk shows its links; the number is shown masked."""
    if order.party_id is not None or not order.caller_phone or not order.answer:
        return
    number = queries.unsealed(order, "phone")
    if not masking.MOBILE.fullmatch(number):
        return  # a landline gets no text message
    asked = urlencode({"number": order.number, "code": order.enquiry_code})
    letters.tell(
        kind="order-closed",
        to_number=number,
        data={
            "county": organs.county_name(day_of(at)),
            "number": order.number,
            "progress": f"{settings.SITE_URL}/progress/order/?{asked}",
            "rate": f" 请您评价（自愿）：{settings.SITE_URL}{rate}" if rate else "",
        },
        key=f"order-closed:{order.pk}:{ordinal}",
        by=SYSTEM,
        at=at,
    )
