"""Every night terms are counted anew, and an order that left no trace leaves one."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.governance.hotline.similar import actions


@app.periodic(cron="41 2 * * *")
@app.task(name="hotline.count-terms", queueing_lock="hotline.count-terms")
def count_terms(timestamp: int) -> None:
    """Running it twice changes nothing."""
    actions.catch_up()
    actions.count_terms()
