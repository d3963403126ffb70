"""Where facts lie: partitions as Parquet files that never change, and one DuckDB file that says which of them count.

The DuckDB file is the only truth: it holds every fact as a table, when they were true (``as_of``), up to which
transaction, and the list of partitions. It is built beside the old one and takes its place in one rename, so a run cut
short leaves the old whole; what nobody names any more is removed by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

FILE = "facts.duckdb"
PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Part:
    """One partition: a fact's rows of one year (0: not kept by year). ``digest`` is SM3 (hex) over the file."""

    fact: str
    year: int
    file: str
    rows: int
    digest: str
    made: str  # digest of the declaration it was written under


@dataclass(frozen=True, slots=True)
class Contents:
    """What the current DuckDB file says of itself."""

    as_of: datetime
    horizon: int
    epoch: int
    parts: tuple[Part, ...]


def folder() -> Path:
    """The installation's facts, readable by its own user only."""
    found = Path(settings.VAR) / "facts"
    (found / PARTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def database() -> Path:
    return folder() / FILE


def contents(path: Path | None = None) -> Contents | None:
    """What lies there now; ``None`` where nothing was ever written."""
    path = path or database()
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
        return read(connection)


def read(connection: Any) -> Contents:
    """The same through an open connection."""
    (said,) = connection.execute("select said from facts_contents").fetchone()
    known = json.loads(said)
    return Contents(
        as_of=datetime.fromisoformat(known["as_of"]),
        horizon=known["horizon"],
        epoch=known["epoch"],
        parts=tuple(Part(**part) for part in known["parts"]),
    )


def swap(said: Contents) -> Path:
    """Build a fresh DuckDB file from the partitions and put it in the place of the old one."""
    place = database()
    fresh = place.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    facts = sorted({part.fact for part in said.parts})
    with duckdb.connect(str(fresh)) as connection:
        for fact in facts:
            files = [str(folder() / PARTS / part.file) for part in said.parts if part.fact == fact]
            connection.execute(f'create table "{fact}" as select * from read_parquet($files)', {"files": files})
        known = {
            "as_of": said.as_of.isoformat(),
            "horizon": said.horizon,
            "epoch": said.epoch,
            "parts": [asdict(part) for part in said.parts],
        }
        connection.execute("create table facts_contents (said varchar)")
        connection.execute("insert into facts_contents values (?)", [json.dumps(known)])
        connection.execute("checkpoint")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(fresh, place)
    _forget(said.parts)
    return place


def _forget(parts: Iterable[Part]) -> None:
    """Remove partitions nobody names, and what a run cut short left behind."""
    named = {part.file for part in parts}
    for file in (folder() / PARTS).iterdir():
        if file.name not in named:
            file.unlink()


def files(parts: Sequence[Part], fact: str) -> list[Path]:
    """The Parquet files of a fact: what another engine reads."""
    return [folder() / PARTS / part.file for part in parts if part.fact == fact]


def sm3(path: Path) -> str:
    """SM3 (hex) of a file."""
    digest = hashlib.new("sm3")
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
