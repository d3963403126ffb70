"""What the worker does for cases beside the steps' own after-jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.services.cases import actions


@app.periodic(cron="0 9 * * *")
@app.task(name="cases.remind", queueing_lock="cases.remind")
def remind(timestamp: int) -> None:
    """Every morning: whose correction term is about to end."""
    actions.remind(at=now())
