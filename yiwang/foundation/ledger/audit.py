"""The whole verification: every stripe of entries and checkpoints under one snapshot, on all cores, resumable."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from yiwang.foundation.ledger import verifying, witnesses
from yiwang.foundation.ledger.verifying import Misfit

TRIGGERS = """not tgisinternal and tgrelid in (
    'ledger_entry'::regclass, 'ledger_leaf'::regclass, 'ledger_checkpoint'::regclass, 'ledger_head'::regclass)"""
STRIPE = 100_000  # entries one process checks before it reports: about a second, so that no core waits long at the end

# ``signature_fault`` and progress are called in the calling process.
Progress = Callable[[int, int], None]
Signature = Callable[[bytes, bytes, str], str | None]


@dataclass(slots=True)
class Audit:
    """What was read and what does not fit. ``unsigned`` counts checkpoints without a seal."""

    entries: int = 0
    leaves: int = 0
    checkpoints: int = 0
    unsigned: int = 0
    waiting: int = 0
    misfits: list[Misfit] = field(default_factory=list)
    lost: list[tuple[int, int, int]] = field(default_factory=list)
    weakened: list[str] = field(default_factory=list)

    @property
    def misfit(self) -> Misfit | None:
        """The first entry that does not fit."""
        return min(self.misfits, key=Misfit.place, default=None)

    def meet(self, misfit: Misfit | None) -> None:
        """Note what one part of the work found; each part names its own first."""
        if misfit:
            self.misfits.append(misfit)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where an interrupted verification goes on: entries below ``number`` fitted. Kept as a small JSON file."""

    path: Path

    def read(self) -> int:
        try:
            return int(json.loads(self.path.read_text())["number"])
        except (OSError, ValueError, KeyError):
            return 1

    def write(self, number: int) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_suffix(".half")
        half.write_text(json.dumps({"number": number}))
        half.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def audit(
    conninfo: str,
    *,
    heads: str,
    workers: int | None = None,
    signature_fault: Signature | None = None,
    published: Iterable[Mapping[str, Any]] = (),
    progress: Progress = lambda done, total: None,
    bookmark: Bookmark | None = None,
) -> Audit:
    """Verify the ledger behind ``conninfo`` as of now; what is written meanwhile is left to the next time.

    ``heads`` is the query of every subject's last entry (``queries.heads``), ``published`` the published lines.
    ``workers`` processes read at once (all cores by default; 0 reads in this process). With a ``bookmark``, entries
    an interrupted run has already read are skipped.
    """
    with psycopg.connect(conninfo, autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _quiet(connection)
        result = _shape(connection)
        snapshot = _one(connection, "select pg_export_snapshot()")
        low, high = _span(connection, bookmark)
        total = high - low
        count = os.cpu_count() or 1 if workers is None else workers
        tasks = [("ends", 0, 0, heads), *_tasks(connection, low, high, max(count, 1))]
        done = 0
        for kind, upper, (read, misfit) in _run(connection, conninfo, str(snapshot), count, tasks):
            result.meet(misfit)
            if kind == "entries":
                result.entries += read
                done = upper - low
                if bookmark and not result.misfits:
                    bookmark.write(upper)
                progress(done, total)
            elif kind == "checkpoints":
                result.leaves += read
        _last(connection, result, signature_fault, published)
    if bookmark and not result.misfits:
        bookmark.remove()
    return result


def _quiet(connection: psycopg.Connection[Any]) -> None:
    connection.execute("set local jit = off")
    connection.execute("set local max_parallel_workers_per_gather = 0")


def _one(connection: psycopg.Connection[Any], sql: str) -> Any:
    row = connection.execute(sql.encode()).fetchone()
    return row[0] if row else None


def _span(connection: psycopg.Connection[Any], bookmark: Bookmark | None) -> tuple[int, int]:
    low, high = connection.execute(
        "select coalesce(least((select min(number) from ledger_entry), (select min(entry) from ledger_leaf)), 1),"
        " coalesce(greatest((select max(number) from ledger_entry), (select max(entry) from ledger_leaf)), 0) + 1"
    ).fetchone() or (1, 1)
    return max(low, bookmark.read() if bookmark else low), high


def _shape(connection: psycopg.Connection[Any]) -> Audit:
    """Counts, and which of the table's own protections are switched off."""
    row = connection.execute(
        "select count(*), count(*) filter (where signature = ''),"
        " (select count(*) from ledger_entry e where e.xid >= coalesce("
        "   (select horizon from ledger_checkpoint order by number desc limit 1), '0'::xid8)"
        "  and not exists (select from ledger_leaf l where l.entry = e.number))"
        " from ledger_checkpoint"
    ).fetchone() or (0, 0, 0)
    weakened = [
        f"触发器 {name} 已被停用"
        for (name,) in connection.execute(
            f"select tgname from pg_trigger where {TRIGGERS} and tgenabled = 'D' order by 1".encode()
        )
    ]
    triggers = _one(
        connection,
        f"select count(*) from pg_trigger where {TRIGGERS}",
    )
    unique = _one(
        connection,
        "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where c.relname = 'ledger_entry_no_fork' and i.indisunique and i.indisvalid",
    )
    if triggers < 9:
        weakened.append("台账表的触发器不全")
    if not unique:
        weakened.append("台账表没有防分叉的唯一约束")
    return Audit(checkpoints=row[0], unsigned=row[1], waiting=row[2], weakened=weakened)


def _tasks(connection: psycopg.Connection[Any], low: int, high: int, workers: int) -> Iterator[tuple[Any, ...]]:
    """Entries in stripes first, then checkpoints in groups of about as many leaves."""
    horizon = int(_one(connection, "select horizon::text from ledger_checkpoint order by number desc limit 1") or 0)
    stripe = min(STRIPE, -(-(high - low) // workers) or 1)
    for start in range(low, high, stripe):
        yield "entries", start, min(start + stripe, high), horizon
    first, leaves, last = 1, 0, 0
    share = min(STRIPE, -(-(high - low) // workers) or 1)
    for number, size in connection.execute("select number, size from ledger_checkpoint order by number"):
        leaves, last = leaves + size, number
        if leaves >= share:
            yield "checkpoints", first, number + 1, 0
            first, leaves = number + 1, 0
    if last >= first:
        yield "checkpoints", first, last + 1, 0


def _run(
    connection: psycopg.Connection[Any], conninfo: str, snapshot: str, workers: int, tasks: list[tuple[Any, ...]]
) -> Iterator[tuple[str, int, tuple[int, Misfit | None]]]:
    """The results in the order of the tasks; a misfit among entries ends the wait for later entries."""
    if not workers:
        for task in tasks:
            yield task[0], task[2], _check(connection, task)
        return
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(_start()))
    try:
        waiting: list[tuple[tuple[Any, ...], Future[tuple[int, Misfit | None]]]] = [
            (task, pool.submit(check_apart, conninfo, snapshot, task)) for task in tasks
        ]
        for task, result in waiting:
            yield task[0], task[2], result.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start() -> str:
    """A forked process has everything imported; but a second thread would be cut off in the middle of what it does."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def check_apart(conninfo: str, snapshot: str, task: tuple[Any, ...]) -> tuple[int, Misfit | None]:
    """One task in a process of its own, under the snapshot of the process that asked."""
    gc.disable()  # nothing here makes cycles, and looking for them among millions of rows takes a tenth of the time
    with psycopg.connect(conninfo, autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(f"set transaction snapshot '{snapshot}'".encode())
        _quiet(connection)
        return _check(connection, task)


def _check(connection: psycopg.Connection[Any], task: tuple[Any, ...]) -> tuple[int, Misfit | None]:
    kind, low, high, told = task
    if kind == "entries":
        return verifying.entries(connection, low, high, told)
    if kind == "ends":
        return 0, witnesses.ends(connection, told)
    return verifying.checkpoints(connection, low, high)


def _last(
    connection: psycopg.Connection[Any],
    result: Audit,
    signature_fault: Signature | None,
    published: Iterable[Mapping[str, Any]],
) -> None:
    result.lost = witnesses.lost(connection)
    result.meet(witnesses.published(connection, iter(published)))
    if signature_fault:
        result.meet(witnesses.signatures(connection, signature_fault))
