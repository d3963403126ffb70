"""After an order was given to a unit: if no list names anybody for it, the 编办 hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.hotline.duty import actions
from yiwang.governance.hotline.models import Order
from yiwang.kernel.names import after


@after("hotline.note-unlisted", "收集清单没有列出的事项")
def note_unlisted(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Idempotent: the newest dispatch decides."""
    order = Order.objects.select_related("matter").get(matter_id=matter_id)
    entry = LedgerEntry.objects.get(subject=f"matter:{order.matter.reference}", ordinal=ordinal)
    actions.note_unlisted(order, at=entry.at)
