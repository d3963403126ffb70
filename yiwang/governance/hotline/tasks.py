"""What the worker does for orders. Also a management command (``./yw hotline entrust``), for a county without a worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.governance.hotline import actions


@app.periodic(cron="6-59/10 * * * *")
@app.task(name="hotline.entrust", queueing_lock="hotline.entrust")
def entrust(timestamp: int) -> None:
    """Complaints of the hotline still without an overseer; running it twice changes nothing."""
    actions.entrust(at=now())
