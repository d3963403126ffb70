"""催报 by the worker, every working morning. It is also a command (``./yw manage reports remind``)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.insight.reports import actions


@app.periodic(cron="10 9 * * *")
@app.task(name="reports.remind", queueing_lock="reports.remind")
def remind(timestamp: int) -> None:
    """Whoever has a fill-in task due soon or overdue is told, once a day."""
    actions.remind(at=now())
