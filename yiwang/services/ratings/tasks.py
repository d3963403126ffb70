"""Once a night: occasions of cases whose end told nobody, and signs of ratings made up."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.services.ratings import actions


@app.periodic(cron="20 2 * * *")
@app.task(name="ratings.nightly", queueing_lock="ratings.nightly")
def nightly(timestamp: int) -> None:
    """Running it twice changes nothing twice."""
    actions.gather()
    actions.look(at=now())
