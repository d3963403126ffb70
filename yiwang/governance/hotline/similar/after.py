"""A new order leaves its trace, so that the next caller's operator finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.similar import actions
from yiwang.kernel.names import after


@after("hotline.trace", "编入相似工单索引")
def trace(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Idempotent: an order has one trace."""
    actions.trace(Order.objects.select_related("matter").filter(matter_id=matter_id))
