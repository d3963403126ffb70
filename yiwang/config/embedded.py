"""The installation's own PostgreSQL for commands run from a shell: started if it is not running, stopped again
by whoever started it. With ``DATABASE_URL`` set, somebody else looks after the server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from yiwang.config.postgres import Server, server

DATABASE = "yiwang"


def own_server() -> Server | None:
    """The embedded server of this installation, or ``None`` where ``DATABASE_URL`` names another."""
    return None if os.environ.get("DATABASE_URL") else server(settings.VAR / "pg")


@contextmanager
def running() -> Iterator[Server | None]:
    """Within the block the database answers."""
    embedded = own_server()
    if embedded is None or embedded.running():
        yield embedded
        return
    embedded.start()
    try:
        embedded.create_database(DATABASE)
        yield embedded
    finally:
        embedded.stop()
