"""Studies are played by the worker, one after the other; what a stop of the house cut short is taken up within a minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.insight.whatif import actions


@app.periodic(cron="* * * * *")
@app.task(name=actions.WORK, queueing_lock=actions.WORK)
def work(timestamp: int) -> None:
    """Whatever waits."""
    actions.work(at=now)
