"""What the worker does for relay. It is also a command (``relay``), for a county that uses cron."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.services.relay import actions


@app.periodic(cron="7-59/15 * * * *")
@app.task(name="relay.round", queueing_lock="relay.round")
def go_round(timestamp: int) -> None:
    """Ask about what is with other places, fetch what they received for us, tell them how that stands."""
    at = now()
    actions.follow(at=at)
    actions.fetch(at=at)
    actions.report(at=at)
