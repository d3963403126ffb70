"""Putting work for letters into the queue, inside the deed's own transaction. The work itself is in ``tasks``."""

from __future__ import annotations

from procrastinate.contrib.django import app

RENDER, DELIVER = "letters.render", "letters.deliver"


def enqueue_rendering(letter_id: int) -> None:
    """One job for one letter, in the current transaction."""
    app.configure_task(RENDER).defer(letter_id=letter_id)


def enqueue_delivery(message_id: int) -> None:
    """One job for one message, in the current transaction."""
    app.configure_task(DELIVER).defer(message_id=message_id)
