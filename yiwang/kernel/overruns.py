"""Limits kept to the minute. A clock knows days; where a module promises minutes ("speak with the caller within thirty working
minutes") it keeps the moment itself and says under a registered name which of them were missed::

    @names.promise("hotline.contact", "联系诉求人")
    def contact(*, since, until) -> Sequence[Overrun]: ...

A rule in a pack names the promise, and a missed one costs a card like an exceeded clock. Nothing here knows a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Overrun:
    """One matter (its key) that was owed something at ``due_at`` and did not have it then. ``kept_at``: when it got it after all."""

    matter_id: int
    due_at: datetime
    kept_at: datetime | None = None
