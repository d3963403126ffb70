"""What the worker does for cases beside the steps' own after-jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.services.cases import actions


@app.periodic(cron="0 9 * * *")
@app.task(name="cases.remind", queueing_lock="cases.remind")
def remind(timestamp: int) -> None:
    """Every morning: whose correction term is about to end, and who has not opened the notice yet."""
    actions.remind(at=now())
    actions.remind_unread(at=now())


@app.periodic(cron="30 9 * * *")
@app.task(name="cases.remind-uncollected", queueing_lock="cases.remind-uncollected")
def remind_uncollected(timestamp: int) -> None:
    """Every morning: whose result has been lying at the window for the days of the pack."""
    actions.remind_uncollected(at=now())
