"""What the worker does for tables: draw yesterday's sample before the offices open."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.automatic import actions


@app.periodic(cron="30 7 * * *")
@app.task(name="automatic.draw", queueing_lock="automatic.draw")
def draw(timestamp: int) -> None:
    """Every morning: the share of automatic decisions a person checks."""
    actions.draw(by=SYSTEM, at=now())
