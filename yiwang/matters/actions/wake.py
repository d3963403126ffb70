"""Tells the worker that work is waiting: after the commit, without failing the deed if it cannot.

``tasks`` hangs the bells when the job queue is there. Nothing depends on them: periodic tasks and the management commands
find what nobody was told of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

Bell = Callable[[], None]
_bells: dict[str, Bell] = {}


def with_bells(**bells: Bell) -> None:
    """How to tell the worker of ``jobs`` and of clocks to ``reproject``."""
    _bells.update(bells)


def up(what: str = "jobs") -> None:
    """Ring after the commit of the transaction under way, or at once outside one."""
    if what in _bells:
        transaction.on_commit(partial(_bells[what]), robust=True)
