"""One round trip to PostgreSQL without what Django does around each cursor: a third of a step's Python cost.

``fetch`` keeps one psycopg cursor a connection, with its prepared adapters. ``texts``, for the two statements of a step,
leaves out the cursor as well: statements are prepared by name on the connection and values go over and come back as
PostgreSQL writes them. Transactions, health checks, error classes and the broken-transaction check stay Django's;
whenever somebody watches queries (tests, ``DEBUG``) or wraps them, Django's own cursor is used, so everything watched
is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import Connection, errors, pq

_KEPT = "_yiwang_kept_cursor"
_PREPARED = "_yiwang_prepared"
MOST = 200  # statements kept prepared on a connection; a shape that has not been used longest makes room


@dataclass(slots=True)
class Prepared:
    """The statements prepared on one connection: their names by their SQL, the one not used longest first."""

    raw: Connection[Any]
    names: dict[str, bytes] = field(default_factory=dict)
    count: int = 0  # names given so far; a name is not given twice


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


Texts = list[tuple[str | None, ...]]


def texts(sql: str, params: Sequence[Any] = ()) -> Texts:
    """As ``fetch``, every value as text. Parameters are texts, numbers, days, bytes or ``None``; the statement selects
    texts and whole numbers only (days and the rest as JSON text), which read alike on the short way and through a cursor.

    The short way is for a statement that is a transaction by itself: psycopg forgets what is prepared after a rollback,
    and only then can a forgotten statement be prepared and sent again.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    values = _plain(params)
    watched = connection.queries_logged or connection.execute_wrappers or connection.pool
    if values is None or watched or connection.in_atomic_block:
        return _through_cursor(sql, params)
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if not raw.autocommit or raw.pgconn.transaction_status != pq.TransactionStatus.IDLE:
        return _through_cursor(sql, params)
    with connection.wrap_database_errors:
        try:
            return _rows(raw.pgconn.exec_prepared(_prepared(connection, raw, sql), values))
        except errors.InvalidSqlStatementName:
            del connection.__dict__[_PREPARED]
            return _rows(raw.pgconn.exec_prepared(_prepared(connection, raw, sql), values))


def _through_cursor(sql: str, params: Sequence[Any]) -> Texts:
    return [tuple(None if one is None else str(one) for one in row) for row in fetch(sql, params)]


def _plain(params: Sequence[Any]) -> list[bytes | None] | None:
    """The parameters as text, or ``None`` where psycopg has to see to one of them."""
    plain: list[bytes | None] = []
    for value in params:
        if value is None:
            plain.append(None)
        elif isinstance(value, str):
            text = value.encode()
            if b"\0" in text:  # libpq would end the value there; psycopg refuses it
                return None
            plain.append(text)
        elif isinstance(value, bytes):
            plain.append(b"\\x" + value.hex().encode())
        elif isinstance(value, bool):
            plain.append(b"true" if value else b"false")
        elif isinstance(value, int):
            plain.append(b"%d" % value)
        elif isinstance(value, date):  # moments are days too
            plain.append(value.isoformat().encode())
        else:
            return None
    return plain


def _prepared(connection: DatabaseWrapper, raw: Connection[Any], sql: str) -> bytes:
    """The name of the statement, prepared on this connection."""
    kept = connection.__dict__.get(_PREPARED)
    if kept is None or kept.raw is not raw:
        kept = connection.__dict__[_PREPARED] = Prepared(raw)
    name: bytes | None = kept.names.pop(sql, None)
    if name is None:
        if len(kept.names) >= MOST:
            oldest = kept.names.pop(next(iter(kept.names)))
            _rows(raw.pgconn.exec_(b"deallocate " + oldest))
        kept.count += 1
        name = b"yw_%d" % kept.count
        first, *rest = sql.split("%s")
        numbered = first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
        _rows(raw.pgconn.prepare(name, numbered.encode()))
    kept.names[sql] = name
    return name


def _rows(result: Any) -> Texts:
    if result.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        raise errors.error_from_result(result, encoding="utf-8")
    columns = range(result.nfields)
    cells = ((result.get_value(row, column) for column in columns) for row in range(result.ntuples))
    return [tuple(None if cell is None else cell.decode() for cell in row) for row in cells]
