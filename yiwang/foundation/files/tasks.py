"""Nightly housekeeping of stored files. Each is also a command (``files``), for a county that uses cron."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.foundation.files import actions
from yiwang.kernel.permissions import SYSTEM


@app.periodic(cron="37 2 * * *")
@app.task(name="files.dispose", queueing_lock="files.dispose", pass_context=False)
def dispose(timestamp: int) -> None:
    """Take away the content of files whose term is over."""
    actions.dispose_due(by=SYSTEM, at=now())


@app.periodic(cron="7 4 * * 0")
@app.task(name="files.sweep", queueing_lock="files.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Remove content no row names."""
    actions.sweep_orphans()
