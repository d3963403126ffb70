"""Orders alike stand beside the operator's form under the name the hotline asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline.similar import queries
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer


@names.hook("hotline.similar")
def similar(
    *, title: str, content: str, town: str, topic: str, by: Doer, at: datetime, besides: int = 0
) -> list[dict[str, Any]]:
    """Open orders that say the same, ``besides`` the order itself; of their callers nothing. ``why`` names the words they
    share."""
    if not any(by.may(permission) for permission in queries.TYPING):
        return []  # a counter writes down what is said; other people's orders are none of its business
    return [
        {
            "reference": one.reference,
            "number": one.number,
            "title": f"{one.kind}：{one.topic}{f'（{one.town}）' if one.town else ''}",
            "state": f"{one.state}{f' · {one.organ}' if one.organ else ''}",
            "received_on": one.received_on,
            "why": f"相同的词：{'、'.join(one.words)}",
        }
        for one in queries.alike(by, f"{title}\n{content}", on=day_of(at), town=town, besides=besides)
    ]
