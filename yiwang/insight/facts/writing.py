"""Writing facts: only the years the ledger shows as touched, under a safe horizon, all of it or nothing.

Horizon and rows come from one snapshot. A transaction below the snapshot's oldest has ended and is seen; lines of the
others are looked at again by the next run, because the horizon is what is kept (as the ledger's checkpoints do it).
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from yiwang.foundation.ledger.models import LedgerCheckpoint
from yiwang.insight.facts import partitions, store
from yiwang.kernel import names
from yiwang.kernel.facts import Fact, published
from yiwang.kernel.refusal import Refusal

PATIENCE = 30.0  # seconds to wait for transactions in flight


class Busy(Refusal):
    """Somebody else is writing facts, or a long transaction has not ended; the facts there were stay."""

    code = "facts-busy"


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did. ``rewritten`` are (fact, year) pairs, 0 for a fact not kept by year; ``rows`` of all facts."""

    as_of: datetime
    rewritten: tuple[tuple[str, int], ...]
    kept: int
    rows: int


def write(
    *, at: datetime, everything: bool = False, patience: float = PATIENCE, say: Callable[[str], None] = lambda _: None
) -> Written:
    """Bring the facts up to ``at``. ``everything`` writes every partition anew.

    Refuses (``Busy``) where another run is on, or where transactions that may still write lines before ``at`` do not end
    within ``patience`` seconds. Inside a caller's transaction its own snapshot is written and nobody is waited for.
    """
    with alone(), _snapshot(patience):
        before = None if everything else store.contents()
        horizon, epoch = _horizon(), _epoch()
        if before is not None and before.epoch != epoch:  # transaction numbers of another cluster mean nothing
            before = None
        parts: list[store.Part] = []
        rewritten: list[tuple[str, int]] = []
        for fact in published():
            kept = _standing(fact, before)
            for year in _years(fact):
                part = kept.get(year)
                if part is None:
                    say(f"写出 {fact.title} {year or ''}")
                    part = partitions.write(fact, year, _made(fact))
                    rewritten.append((fact.id, year))
                parts.append(part)
        store.swap(store.Contents(as_of=at, horizon=horizon, epoch=epoch, parts=tuple(parts)))
    return Written(at, tuple(rewritten), len(parts) - len(rewritten), sum(part.rows for part in parts))


def _made(fact: Fact) -> str:
    return hashlib.new("sm3", fact.digest_text.encode()).hexdigest()[:16]


def _standing(fact: Fact, before: store.Contents | None) -> dict[int, store.Part]:
    """Partitions written before that may stay: the same declaration, no line about them since, as many rows as now."""
    if before is None or not fact.touched:
        return {}
    parts = {part.year: part for part in before.parts if part.fact == fact.id and part.made == _made(fact)}
    with connection.cursor() as cursor:
        cursor.execute(fact.touched, {"xid": str(before.horizon)})
        touched = {year for (year,) in cursor.fetchall()}
    counted = dict(_counted(fact))
    return {year: part for year, part in parts.items() if year not in touched and counted.get(year, 0) == part.rows}


def _years(fact: Fact) -> list[int]:
    """The partitions a fact has now; a fact without rows still has one, so that its table is there."""
    return sorted(year for year, _ in _counted(fact)) or [0] if fact.yearly else [0]


def _counted(fact: Fact) -> list[tuple[int, int]]:
    if not fact.yearly:
        return []
    with connection.cursor() as cursor:
        cursor.execute(fact.years)
        return [(year, count) for year, count in cursor.fetchall()]


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else writes facts, or what lies beside them; ``Busy`` where somebody does."""
    with (store.folder() / "writing.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("另一个进程正在写统计事实，请稍后再试。") from None
        yield


@contextmanager
def _snapshot(patience: float) -> Iterator[None]:
    if connection.in_atomic_block:
        yield
        return
    _wait(patience)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _wait(patience: float) -> None:
    """Until every transaction in flight now has ended: what it wrote belongs to before ``at``.

    They all have lower numbers than one drawn now; the snapshot's own upper end would not do, it leaves out those begun
    last.
    """
    deadline = time.monotonic() + patience
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text")
        newest = cursor.fetchone()[0]
        while True:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot()) >= %s::text::xid8", [newest])
            if cursor.fetchone()[0]:
                return
            if time.monotonic() > deadline:
                raise Busy("有较长的写入尚未结束，这次没有更新统计事实，原有的事实不变。")
            time.sleep(0.05)


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def _epoch() -> int:
    last = LedgerCheckpoint.objects.order_by("-number").values_list("epoch", flat=True).first()
    return last or 0


def tell(*, on: date) -> None:
    """Let the rooms above prepare what they ask of fresh facts (hook ``facts.written``)."""
    if "facts.written" in names.hook:
        names.hook["facts.written"](on=on)


def beside() -> str:
    """What the rooms above keep beside the facts, in a sentence (hook ``facts.beside``)."""
    return str(names.hook["facts.beside"]()) if "facts.beside" in names.hook else ""
