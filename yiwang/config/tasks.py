"""Periodic jobs of the house itself."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger import publishing


@app.periodic(cron="* * * * * */30")  # the sixth field is seconds: an entry waits half a minute, never a whole one
@app.task(name="ledger.checkpoint", queueing_lock="ledger.checkpoint", pass_context=False)
def checkpoint(timestamp: int) -> None:
    """Seal what is new in the ledger and publish it."""
    ledger.checkpoint(at=now())
    publishing.publish(settings.VAR / "checkpoints")
