"""A line on a matter outside its steps: something happened in it that moves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.kernel.permissions import Doer
from yiwang.matters import queries, statements
from yiwang.matters.actions.steps import result, stale
from yiwang.matters.standing import Plan, Standing

TRIES = 3


def note(*, reference: str, event: str, detail: Mapping[str, Any], by: Doer, at: datetime) -> Standing:
    """Write one ledger line about a matter; state, seats and clocks stay. ``detail`` holds references and codes only.

    Runs inside the deed it tells of. A step taken at the same moment comes first and the line follows it, since neither
    touches what the other changed. 404 for whoever may not see the matter.
    """
    for _ in range(TRIES):
        matter = queries.matter(by, reference)
        plan = Plan(event=event, state=matter.state, detail=dict(detail))
        digest = statements.write(matter, plan, table="", at=at, recorded_at=at, actor=by.reference)
        if digest is not None:
            return result(matter, plan, digest, by.reference, at)
    raise stale()
