"""The nightly look at changes of items whose day has come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.catalogue import changing


@app.periodic(cron="1 0 * * *")
@app.task(name="catalogue.apply-changes", queueing_lock="catalogue.apply-changes", pass_context=False)
def apply_changes(timestamp: int) -> None:
    """Suspensions, resumptions and cancellations take effect on their day."""
    changing.apply_due(by=SYSTEM, at=now())
