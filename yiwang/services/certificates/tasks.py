"""What the worker does for certificates: sealing what was issued, the morning's expiries and reminders, the status list."""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.services.certificates import actions
from yiwang.services.certificates.actions.electronic import RENDER

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)  # after 4, 16, 64, 256 seconds


@app.task(name=RENDER, queue="letters", retry=RETRY)
def render_certificate(issuance_id: int) -> None:
    """Set and seal one version. What a person must mend is shown at once; anything else is tried again."""
    try:
        actions.render(issuance_id=issuance_id, at=now())
    except Refusal as refusal:
        actions.fail(issuance_id=issuance_id, why=refusal.says, code=refusal.code, at=now())
    except Exception:
        log.exception("certificate version %s could not be rendered", issuance_id)
        actions.fail(issuance_id=issuance_id, why="系统故障，正在自动重试", code="bug", at=now())
        raise


@app.periodic(cron="20 0 * * *")
@app.task(name="certificates.expire", queueing_lock="certificates.expire", pass_context=False)
def expire(timestamp: int) -> None:
    """Just after midnight: what ended yesterday."""
    actions.expire_due(by=SYSTEM, at=now())


@app.periodic(cron="15 9 * * *")
@app.task(name="certificates.remind", queueing_lock="certificates.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """Every morning: whose certificate is about to end."""
    actions.remind_due(by=SYSTEM, at=now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="certificates.publish-list", queueing_lock="certificates.publish-list", pass_context=False)
def publish_list(timestamp: int) -> None:
    """Every quarter of an hour: the status list, where something happened."""
    actions.publish_list(by=SYSTEM, at=now())
