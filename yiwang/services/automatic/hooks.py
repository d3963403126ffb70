"""What cases ask by registered name: decide this one by its table, and where its receipt is."""

from __future__ import annotations

from datetime import datetime

from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.automatic import actions, queries


@names.hook("cases.decide-by-table")
def decide(*, reference: str, at: datetime) -> None:
    """Called once a case has been received."""
    actions.decide(reference=reference, by=SYSTEM, at=at)


@names.hook("cases.receipt")
def receipt(*, matter_id: int) -> tuple[str, str] | None:
    """(number, outcome in words) of the case's receipt."""
    found = queries.of_case(matter_id)
    return (found.number, found.get_outcome_display()) if found else None
