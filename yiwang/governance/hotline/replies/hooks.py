"""Replies are read under the names the hotline asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline.models import Order, Part
from yiwang.governance.hotline.replies import actions, queries
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.matters.models import Matter


@names.hook("hotline.read-reply")
def read_reply(
    *, order: Order, way: str, answer: str, overrule: str, by: Doer, at: datetime, part: Part | None = None
) -> Mapping[str, Any]:
    """Inside the step that sends it, the matter's row locked: its line will be the one after the head."""
    head = Matter.objects.values_list("head_ordinal", flat=True).get(pk=part.pk if part else order.pk)
    return actions.going_out(order, way=way, answer=answer, reason=overrule, ordinal=head + 1, at=at, part=part)


@names.hook("hotline.findings")
def findings(*, order: Order, by: Doer, at: datetime, part: Part | None = None) -> list[str]:
    """What was found in the last text that went out, in words; its writer sent it with a reason."""
    reading = queries.of_order(by, order, part=part)
    if reading is None or not reading.findings:
        return []
    titles = queries.finding_titles(day_of(at))
    return [titles.get(code, code) for code in reading.findings]
