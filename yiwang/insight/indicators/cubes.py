"""Groups of facts' rows beside the facts: figures of ten million rows for the price of some thousand.

A **cube** is a fact grouped by exactly the columns one question reads (``grains``), with how many rows each group stands for; of a number
that is added up or ordered, that is its integer histogram. The question's own expression is asked of it, so nothing is approximated.
There are two of a question: one answers at the newest facts, as pages ask, the other for every cut-off at a day's end (UTC+8), as
reports ask. Any other cut-off is answered by the rows.

Cubes lie in one DuckDB file named after the facts' own, built under another name and moved there in one rename: a reader finds all
of it or, until then, counts rows. Each partition is grouped once and kept as Parquet, so a run cut short goes on where it was.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from yiwang.insight.facts import reading, store, writing
from yiwang.insight.indicators import compiling, grains
from yiwang.insight.indicators.declarations import Indicator
from yiwang.insight.indicators.grains import DAILY, GROUPED, RECORDS, Grain

LEAST = 50_000  # rows of a fact: below, counting them takes no longer than counting groups
WORTH = 8  # rows a group must stand for on average; a cube of less saves little and is not kept
DAY = 86_400_000_000  # microseconds
LAST = DAY - 1_000_000  # 23:59:59, where a report's day of cut-off ends
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSET = 16 * 3600 * 1_000_000  # a Shanghai day ends at 16:00 UTC
FAR = 1_000_000  # days, so that what is divided is never negative
MEMORY: dict[str, Any] = {"memory_limit": "2GB", "threads": 2, "preserve_insertion_order": "false"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One cube of a file: the fact, its rows, the groups, and when the last of its moments was recorded."""

    fact: str
    rows: int
    groups: int
    newest: datetime


class Cubes(reading.Opened):
    """The cubes of one file of facts."""

    def __init__(self, connection: Any, name: str) -> None:
        super().__init__(connection, name)
        (said,) = connection.execute("select said from cubes_contents").fetchone()
        known = json.loads(said)
        self.as_of = datetime.fromisoformat(known["as_of"])
        self.kept = {
            table: Kept(one["fact"], one["rows"], one["groups"], datetime.fromisoformat(one["newest"]))
            for table, one in known["cubes"].items()
        }

    def answers(self, grain: Grain, cut_off: datetime) -> bool:
        """These groups can say it: their own are there, and nothing they made the same can matter at that cut-off."""
        one = self.kept.get(grain.table)
        return one is not None and (day_end(cut_off) == cut_off if grain.daily else one.newest <= cut_off)


def day_end(at: datetime) -> datetime:
    """The end of the day (UTC+8) ``at`` lies in, as cut-offs write it: 23:59:59, and within the last second 24:00; itself where it
    is one. What SQL does in ``_by_day``."""
    since = at.astimezone(UTC) - EPOCH - timedelta(microseconds=OFFSET)
    day, passed = divmod(since // timedelta(microseconds=1), DAY)
    return EPOCH + timedelta(microseconds=day * DAY + OFFSET + (passed and (LAST if passed <= LAST else DAY)))


def of(snapshot: Any) -> Cubes | None:
    """The cubes beside a file of facts, if they have been written."""
    found = snapshot.beside
    if found is None and snapshot.name:
        path = _file(Path(snapshot.name))
        with suppress(duckdb.IOException):  # not there yet, or already taken away with its facts
            if path.exists():
                found = snapshot.beside = Cubes(reading.opened(str(path)), str(path))
    return found if isinstance(found, Cubes) else None


def ask(
    indicator: Indicator, mark: str, snapshot: Any, shape: str, column: str, asked: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]] | None:
    """The answer to one shape of an indicator's expression; nothing where no cube can give it."""
    cubes = of(snapshot) if shape != "rows" else None
    if cubes is None:
        return None
    scoped = bool(asked["scope"])
    for daily, suffix in ((False, GROUPED), (True, DAILY)):
        if cubes.answers(grains.grouped(indicator, shape, column, scoped, daily=daily), asked["cut_off"]):
            text, names = compiling.sql(compiling.keep(indicator, mark), shape + suffix, column, scoped, "duckdb")
            return cubes.rows_again(text, {name: asked[name] for name in names})
    return None


def wanted(indicators: Iterable[Indicator], parts: Sequence[store.Part]) -> list[Grain]:
    """The cubes that what pages ask needs, of facts with rows enough."""
    rows: dict[str, int] = defaultdict(int)
    for part in parts:
        rows[part.fact] += part.rows
    found = {}
    for indicator in indicators:
        if rows[indicator.fact] >= LEAST:
            for shape, column, scoped in grains.questions(indicator):
                for daily in (False, True):
                    one = grains.grouped(indicator, shape, column, scoped, daily=daily)
                    found[one.table] = one
    return list(found.values())


def write(indicators: Iterable[Indicator], snapshot: reading.Snapshot) -> Path | None:
    """Write the cubes of a file of facts. Nothing where there are some, where none is worth it, or where somebody writes facts
    (he writes the cubes too)."""
    chosen = wanted(indicators, snapshot.contents.parts)
    path = _file(Path(snapshot.name))
    with suppress(writing.Busy), writing.alone():
        if str(store.database()) == snapshot.name and not path.exists():
            _forget(snapshot.contents.parts)
            if chosen:
                _swap(chosen, snapshot, path)
                return path
    return None


def _swap(chosen: Sequence[Grain], snapshot: reading.Snapshot, path: Path) -> None:
    parts = snapshot.contents.parts
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    said: dict[str, Any] = {}
    newest = _newest(chosen, snapshot)
    with duckdb.connect(str(fresh), config=MEMORY) as connection:
        for grain in _worth(connection, chosen, parts):
            own = [part for part in parts if part.fact == grain.fact]
            files = [str(_part(connection, grain, part)) for part in own]
            connection.execute(f'create table "{grain.table}" as select * from read_parquet($files)', {"files": files})
            (groups,) = connection.execute(f'select count(*) from "{grain.table}"').fetchone() or (0,)
            last = max((newest[grain.fact, moment] for moment in grain.moments), default=0)
            said[grain.table] = {
                "fact": grain.fact,
                "rows": sum(part.rows for part in own),
                "groups": groups,
                "newest": (EPOCH + timedelta(microseconds=last)).isoformat(),
            }
        connection.execute("create table cubes_contents (said varchar)")
        known = {"as_of": snapshot.as_of.isoformat(), "cubes": said}
        connection.execute("insert into cubes_contents values (?)", [json.dumps(known)])
        connection.execute("checkpoint")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(fresh, path)


def _newest(chosen: Iterable[Grain], snapshot: reading.Snapshot) -> dict[tuple[str, str], int]:
    """When each moment was recorded last, in microseconds; one look at each fact."""
    moments: dict[str, set[str]] = defaultdict(set)
    for grain in chosen:
        moments[grain.fact] |= set(grain.moments)
    found: dict[tuple[str, str], int] = {}
    for fact, names in moments.items():
        ordered = sorted(names)
        asked = ", ".join(f'coalesce(epoch_us(max("{name}")), 0)' for name in ordered)
        found |= {
            (fact, name): last
            for name, last in zip(ordered, snapshot.rows(f'select {asked} from "{fact}"')[0], strict=True)
        }
    return found


def _worth(connection: Any, chosen: Sequence[Grain], parts: Sequence[store.Part]) -> list[Grain]:
    """Those whose groups stand for many rows each, estimated on the largest partition of their fact, one look at each."""
    found: list[Grain] = []
    for fact in dict.fromkeys(grain.fact for grain in chosen):
        own = [grain for grain in chosen if grain.fact == fact]
        largest = max((part for part in parts if part.fact == fact), key=lambda part: part.rows)
        counts = ", ".join(f"approx_count_distinct(hash({', '.join(_values(grain))}))" for grain in own)
        groups = connection.execute(f"select {counts} from read_parquet('{_rows(largest)}')").fetchone()
        found += [grain for grain, many in zip(own, groups, strict=True) if many * WORTH <= largest.rows]
    return found


def _part(connection: Any, grain: Grain, part: store.Part) -> Path:
    """The groups of one partition, made once: neither the partition nor what is grouped by ever changes under its name."""
    path = _folder() / f"{grain.table}.{part.file}"
    if path.exists():
        return path
    columns = ", ".join(f'{sql} as "{name}"' for name, sql in zip(grain.columns, _values(grain), strict=True))
    fresh = path.with_suffix(".fresh")
    connection.execute(
        f"copy (select {columns}, count(*)::bigint as {RECORDS} from read_parquet('{_rows(part)}')"
        f' where "{grain.base}_on" is not null and "{grain.base}_recorded_at" is not null'
        f" group by all order by all) to '{fresh}' (format parquet, compression zstd)"
    )
    os.replace(fresh, path)
    return path


def _rows(part: store.Part) -> Path:
    return store.folder() / store.PARTS / part.file


def _values(grain: Grain) -> list[str]:
    """What each column is grouped by, in SQL; see ``grains`` for why nothing an answer depends on is lost."""
    base_on, base_at = f'"{grain.base}_on"', f'"{grain.base}_recorded_at"'
    found = []
    for name in grain.columns:
        sql = f'"{name}"'
        if name in grain.moments:
            day = f"greatest({_by_day(sql)}, {_by_day(base_at)})" if grain.daily else "to_timestamp(0)"
            sql = f"case when {sql} is not null then {day} end"
        elif name.endswith("_on") and f"{name.removesuffix('_on')}_recorded_at" in grain.columns:
            sql = f"case when {sql} is not null then greatest({sql}, {base_on}) end"
        found.append(sql)
    return found


def _by_day(at: str) -> str:
    since = f"(epoch_us({at}) - {OFFSET} + {FAR * DAY})"
    end = f"case when {since} % {DAY} = 0 then 0 when {since} % {DAY} <= {LAST} then {LAST} else {DAY} end"
    return f"to_timestamp((({since} // {DAY} - {FAR}) * {DAY} + {OFFSET} + {end}) // 1000000)"


def _file(facts: Path) -> Path:
    return facts.with_name(f"cubes-{facts.name.removeprefix('facts-')}")


def _folder() -> Path:
    found = store.folder() / "cubes"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _forget(parts: Iterable[store.Part]) -> None:
    """Remove the groups of partitions nobody names, older files, and what a run cut short left."""
    named = {part.file for part in parts}
    for file in _folder().iterdir():
        if file.name.partition(".")[2] not in named:
            file.unlink()
    for file in store.folder().glob("cubes-*"):
        file.unlink()
