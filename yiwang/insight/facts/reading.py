"""Reading facts: the current DuckDB file, attached read-only, external access off, opened once for each file there was."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from yiwang.insight.facts import store
from yiwang.kernel.refusal import Refusal

LOCK = threading.Lock()
KEPT, SHORT = 4096, 500  # answers kept of one file, and rows at most of an answer that is kept


class NoFacts(Refusal):
    """Nobody has written facts yet."""

    code = "no-facts"


class Opened:
    """A DuckDB file that never changes, open for reading."""

    def __init__(self, connection: Any, name: str) -> None:
        self._connection = connection
        self.name = name
        self._kept: OrderedDict[Any, tuple[tuple[Any, ...], ...]] = OrderedDict()
        self._parsed: dict[str, Any] = {}

    def rows(self, sql: str, given: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """All rows of a query. Moments leave as Arrow (``table``) only: DuckDB's own way needs pytz for them."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(given or {})).fetchall()  # type: ignore[no-any-return]

    def rows_again(self, sql: str, given: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """The same, kept: the file never changes, so neither does what it answers. The next file begins with nothing kept,
        and of long answers and of those asked longest ago nothing is."""
        key = (sql, tuple(sorted(given.items())))
        with LOCK:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            with self._connection.cursor() as cursor:
                found = tuple(cursor.execute(self._read(sql), dict(given)).fetchall())
            if len(found) <= SHORT:
                with LOCK:
                    self._kept[key] = found
                    while len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
        return found

    def _read(self, sql: str) -> Any:
        """A statement parsed once: of a figure from groups, reading the text is a third of the time."""
        found = self._parsed.get(sql)
        if found is None:
            (found,) = self._connection.extract_statements(sql)
            if len(self._parsed) >= KEPT:
                self._parsed.clear()
            self._parsed[sql] = found
        return found

    def forget(self) -> None:
        """Keep no answer, as when the file was opened."""
        with LOCK:
            self._kept.clear()

    def table(self, sql: str, given: Mapping[str, Any] | None = None) -> pa.Table:
        """The same as an Arrow table."""
        with self._connection.cursor() as cursor:
            return cursor.sql(sql, params=dict(given or {})).to_arrow_table()


class Snapshot(Opened):
    """One file of facts. It stays readable for whoever holds it, also after a newer one has taken its place.

    ``beside`` is what a room above keeps open together with it (groups of its rows).
    """

    beside: Any = None

    def __init__(self, connection: Any, name: str) -> None:
        super().__init__(connection, name)
        self.contents = store.read(connection)

    @property
    def as_of(self) -> datetime:
        """The moment up to which everything recorded is in these facts."""
        return self.contents.as_of

    def forget(self) -> None:
        super().forget()
        if self.beside is not None:
            self.beside.forget()


def opened(path: str) -> Any:
    """A connection to one file, read-only, external access off."""
    return duckdb.connect(path, read_only=True, config=store.CONFIG)


_kept: Snapshot | None = None


def current() -> Snapshot:
    """The newest facts. ``NoFacts`` where ``./yw facts`` has never run."""
    global _kept
    with LOCK:
        path = store.database()
        if path is None:
            raise NoFacts("还没有写出统计事实，请管理员运行 ./yw facts。")
        if _kept is None or _kept.name != str(path):
            _kept = Snapshot(opened(str(path)), str(path))
        return _kept
