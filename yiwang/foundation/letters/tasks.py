"""Jobs of this room: enqueued in the deed's own transaction, idempotent, retried, visible when they fail."""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.foundation.letters import actions
from yiwang.foundation.letters.delivery import NotDelivered
from yiwang.foundation.letters.queue import DELIVER, RENDER
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)  # after 4, 16, 64, 256 seconds


@app.task(name=RENDER, queue="letters", retry=RETRY)
def render_letter(letter_id: int) -> None:
    """Set and seal one letter. What a person must mend is shown at once; anything else is tried again."""
    try:
        actions.render(letter_id=letter_id, at=now())
    except Refusal as refusal:
        actions.fail(letter_id=letter_id, why=refusal.says, code=refusal.code, at=now())
    except Exception:
        log.exception("letter %s could not be rendered", letter_id)
        actions.fail(letter_id=letter_id, why="系统故障，正在自动重试", code="bug", at=now())
        raise


@app.task(name=DELIVER, queue="letters", retry=RETRY)
def deliver_message(message_id: int) -> None:
    """Send one message through the adapter in use; a failed attempt is recorded and tried again."""
    message = actions.deliver(message_id=message_id, by=SYSTEM, at=now())
    if message.status == message.Status.FAILED:
        raise NotDelivered(f"message {message_id}")
