"""Callers' columns after a key rotation: ciphertexts and keyed indexes in batches, resumable."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.governance.hotline.models import Call, Order
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed

ORDERS = (
    Hidden("caller_name", lambda row: f"order:{row.pk}:name"),
    Hidden("caller_phone", lambda row: f"order:{row.pk}:phone", "caller_index"),
)
CALLS = (Hidden("phone", lambda row: f"call:{row.pk}:phone", "phone_index"),)


def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """Bring every ciphertext and index under the keys in use at ``at``; answers how many values were written."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    return turn(Order.objects.all(), ORDERS, at=at, batch=batch) + turn(Call.objects.all(), CALLS, at=at, batch=batch)
