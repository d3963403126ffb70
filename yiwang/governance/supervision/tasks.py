"""The sweep of cards beside the engine's own timers. It is also a command (``supervise``), for a county that uses cron."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.governance.supervision import actions


# Some minutes after the engine's own sweep: a deemed acceptance of this morning is seen as the exceeded limit it is.
@app.periodic(cron="4-59/10 * * * *")
@app.task(name="supervision.sweep", queueing_lock="supervision.sweep")
def sweep(timestamp: int) -> None:
    """Warnings, yellow and red cards, and clues. Running it twice raises nothing twice."""
    actions.sweep(at=now())
