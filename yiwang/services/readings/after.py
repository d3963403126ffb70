"""What follows an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.calendar.today import now
from yiwang.kernel.names import after
from yiwang.services.readings import actions


@after("readings.tell-answer", "通知本人已答复")
def tell_answer(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Tell the person there is an answer. Idempotent."""
    actions.tell_answer(matter_id=matter_id, at=now())
