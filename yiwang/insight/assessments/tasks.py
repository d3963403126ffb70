"""On the second of a month the worker counts the month before; whoever supervises may do it by hand."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import day_of, now
from yiwang.insight.assessments import actions, rules
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal


@app.periodic(cron="30 6 2 * *")
@app.task(name="assessments.count", queueing_lock="assessments.count")
def count(timestamp: int) -> None:
    """Once a month; a month counted by hand already stays as it is."""
    at = now()
    try:
        actions.count(month=rules.last_month(day_of(at)), by=SYSTEM, at=at)
    except Refusal as refusal:
        if refusal.code != "counted":
            raise
