"""Jobs of this room: enqueued in the deed's own transaction, idempotent, retried, visible when they fail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.foundation.letters import actions
from yiwang.foundation.letters.attempts import RETRY, attempt
from yiwang.foundation.letters.delivery import NotDelivered
from yiwang.foundation.letters.queue import DELIVER, RENDER
from yiwang.kernel.permissions import SYSTEM


@app.task(name=RENDER, queue="letters", retry=RETRY)
def render_letter(letter_id: int) -> None:
    """Set and seal one letter. What a person must mend is shown at once; anything else is tried again."""
    attempt(
        f"letter {letter_id}",
        lambda at: actions.render(letter_id=letter_id, at=at),
        lambda why, code, at: actions.fail(letter_id=letter_id, why=why, code=code, at=at),
    )


@app.task(name=DELIVER, queue="letters", retry=RETRY)
def deliver_message(message_id: int) -> None:
    """Send one message through the adapter in use; a failed attempt is recorded and tried again."""
    message = actions.deliver(message_id=message_id, by=SYSTEM, at=now())
    if message.status == message.Status.FAILED:
        raise NotDelivered(f"message {message_id}")
