"""Reading facts: the current DuckDB file, attached read-only, external access off, opened once for each file there was."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from yiwang.insight.facts import store
from yiwang.kernel.refusal import Refusal

LOCK = threading.Lock()
CONFIG: dict[str, Any] = {"enable_external_access": "false", "autoload_known_extensions": "false", "threads": 2}


class NoFacts(Refusal):
    """Nobody has written facts yet."""

    code = "no-facts"


class Snapshot:
    """One file of facts. It stays readable for whoever holds it, also after a newer one has taken its place."""

    def __init__(self, connection: Any, mark: tuple[int, int, int]) -> None:
        self._connection = connection
        self.mark = mark
        self.contents = store.read(connection)

    @property
    def as_of(self) -> datetime:
        """The moment up to which everything recorded is in these facts."""
        return self.contents.as_of

    def rows(self, sql: str, given: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """All rows of a query."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(given or {})).fetchall()  # type: ignore[no-any-return]

    def table(self, sql: str, given: Mapping[str, Any] | None = None) -> pa.Table:
        """The same as an Arrow table."""
        with self._connection.cursor() as cursor:
            return cursor.sql(sql, params=dict(given or {})).to_arrow_table()


_kept: Snapshot | None = None


def current() -> Snapshot:
    """The newest facts. ``NoFacts`` where ``./yw facts`` has never run."""
    global _kept
    try:
        found = store.database().stat()
    except FileNotFoundError:
        raise NoFacts("还没有写出统计事实，请管理员运行 ./yw facts。") from None
    mark = (found.st_ino, found.st_mtime_ns, found.st_size)
    with LOCK:
        if _kept is None or _kept.mark != mark:
            _kept = Snapshot(duckdb.connect(str(store.database()), read_only=True, config=CONFIG), mark)
        return _kept
