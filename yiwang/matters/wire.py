"""One round trip to PostgreSQL without what Django does around each cursor: a third of a step's Python cost.

The psycopg cursor is made once a connection and kept, with its prepared adapters. Transactions, health checks, error
classes and the broken-transaction check stay Django's; whenever somebody watches queries (tests, ``DEBUG``) or wraps
them, Django's own cursor is used, so everything watched is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper

_KEPT = "_yiwang_kept_cursor"


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and answer all its rows. Raises Django's database errors."""
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    if connection.queries_logged or connection.execute_wrappers or connection.pool:
        with connection.cursor() as watched:
            watched.execute(sql, params)
            return list(watched.fetchall())
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.needs_rollback:
        connection.validate_no_broken_transaction()
    raw = connection.connection
    kept = connection.__dict__.get(_KEPT)
    if kept is None or kept[0] is not raw:
        kept = (raw, raw.cursor())
        connection.__dict__[_KEPT] = kept
    with connection.wrap_database_errors:
        cursor = kept[1]
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
