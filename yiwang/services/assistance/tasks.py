"""In the demo the worker plays the launcher of the demo's terminal: a signed heartbeat a minute, over HTTP."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from yiwang.services.assistance import launching
from yiwang.services.assistance.actions.terminals import secret_of
from yiwang.services.assistance.models import Terminal


@app.periodic(cron="* * * * *")
@app.task(name="assistance.demo-beat", queueing_lock="assistance.demo-beat")
def demo_beat(timestamp: int) -> None:
    """Nothing on a real installation, where terminals have launchers of their own."""
    if not settings.DEMO:
        return
    for terminal in Terminal.objects.filter(retired_at=None):
        launching.beat(settings.SITE_URL, terminal.code, secret_of(terminal))
