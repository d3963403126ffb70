"""Tells the worker that jobs are waiting: after the commit, once, without failing the deed if it cannot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

# Filled by ``tasks`` when the job queue is there; a deed must not depend on it (a sweep drains what nobody was told of).
_ring: list[Callable[[], None]] = []


def with_bell(bell: Callable[[], None]) -> None:
    """How to tell the worker; set once when the job queue is ready."""
    _ring[:] = [bell]


def up() -> None:
    for bell in _ring:
        transaction.on_commit(partial(bell), robust=True)
