"""Where facts lie: partitions as Parquet files that never change, and one DuckDB file that says which of them count.

The DuckDB file is the only truth: it holds every fact as a table, when they were true (``as_of``), up to which
transaction, and the list of partitions. Each run builds one under a name of its own and then moves the link ``current``
to it in one rename, so a run cut short leaves the old whole; what nobody names any more is removed by the next run. The
names differ because DuckDB would answer a second opening of one name in one process from the first.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

CURRENT = "current.duckdb"
PARTS = "parts"
# the same for every reader: one process may open one file in one way only
CONFIG: dict[str, Any] = {"enable_external_access": "false", "autoload_known_extensions": "false", "threads": 2}


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


def database() -> Path | None:
    """The file that is current; ``None`` where nothing was ever written."""
    link = folder() / CURRENT
    return link.resolve() if link.exists() else None


def contents() -> Contents | None:
    """What lies there now; ``None`` where nothing was ever written."""
    path = database()
    if path is None:
        return None
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
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
    """Build a fresh DuckDB file from the partitions and make it the current one."""
    fresh = folder() / f"facts-{uuid.uuid4().hex[:12]}.duckdb"
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
    link = folder() / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    os.replace(link, folder() / CURRENT)
    _forget(said.parts, fresh)
    return fresh


def _forget(parts: Iterable[Part], current: Path) -> None:
    """Remove partitions nobody names, older files (whoever has one open reads on), and what a run cut short left."""
    named = {part.file for part in parts}
    for file in (folder() / PARTS).iterdir():
        if file.name not in named:
            file.unlink()
    for file in folder().glob("facts-*"):
        if not file.name.startswith(current.name):
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
