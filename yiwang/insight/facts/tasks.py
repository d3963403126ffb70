"""Facts follow the ledger by themselves: a figure is at most some minutes old."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now, today
from yiwang.insight.facts import writing


@app.periodic(cron="*/5 * * * *")
@app.task(name="facts.write", queueing_lock="facts.write", pass_context=False)
def write(timestamp: int) -> None:
    """Write what was touched. Where somebody else writes or a long transaction runs, the next time does it."""
    with suppress(writing.Busy):
        writing.write(at=now())
        writing.tell(on=today())
