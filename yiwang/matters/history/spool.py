"""A log put in the order of cases and time, in a temporary file: logs interleave cases and may not fit in memory."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from yiwang.foundation.ledger.rules import sm3
from yiwang.matters.history.mapping import COLUMNS, HistoryMapping
from yiwang.matters.history.reading import Row
from yiwang.matters.history.times import Clockwork

AT_ONCE = 5000
LONGEST_CASE = 160
LONGEST = 200

REASONS = {
    "case-missing": "没有办件标识",
    "time-missing": "没有时间",
    "time-unreadable": "时间读不懂",
    "year-unknown": "年份不在日历范围内",
    "duplicate-event": "事件标识重复",
    "row-unreadable": "这一行不成形（引号没有合上）",
}


class Event(NamedTuple):
    """One event as read. Moments are microseconds since 1970 UTC; ``odd`` names stated days that could not be read."""

    case: str
    at: int
    row: int
    activity: str
    started: int | None
    resource: str
    organ: str
    channel: str
    planned: int | None
    legal: int | None
    attributes: str
    odd: str

    @property
    def says(self) -> tuple[object, ...]:
        """Everything but where it stands in the file."""
        return (self.at, *self[3:])


class Refused(NamedTuple):
    """One row that could not be read: where, which case it named, why, and what it said of the time."""

    row: int
    case: str
    reason: str
    time: str


class Refusals:
    """Rows refused, in the order of the file: in memory while they are few, in a temporary file when they are many."""

    def __init__(self, at_most: int = 1 << 20) -> None:
        self._file = tempfile.SpooledTemporaryFile(at_most, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self.reasons: Counter[str] = Counter()

    def __del__(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self.reasons.total()

    def add(self, refused: Refused) -> None:
        self.reasons[refused.reason] += 1
        self._file.write(json.dumps(refused, ensure_ascii=False) + "\n")

    def __iter__(self) -> Iterator[Refused]:
        self._file.seek(0)
        for line in self._file:
            yield Refused(*json.loads(line))


@dataclass(slots=True)
class Read:
    """What reading brought: ``rows`` = ``events`` + ``left_out`` (by the mapping's life cycle) + refused."""

    rows: int = 0
    events: int = 0
    left_out: int = 0
    garbled: int = 0  # lines with bytes that are no text in the encoding
    silent: list[str] = field(default_factory=list)  # columns of the mapping in which nothing ever stood
    refused: Refusals = field(default_factory=Refusals)


class Spool:
    """A sorted log. Closed, it is gone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="yw-history-", suffix=".sqlite", dir=folder)  # noqa: SIM115
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        columns = "case_, at, row_, activity, started, resource, organ, channel, planned, legal, attributes, odd"
        self._db.execute(f"create table event ({columns})")
        self._db.execute("create table identity (said primary key) without rowid")

    def close(self) -> None:
        self._db.close()
        self._file.close()

    def fill(self, rows: Iterable[Row], mapping: HistoryMapping, clockwork: Clockwork) -> Read:
        """Read every row; what has neither a readable case nor time, or repeats an event's identity, is refused."""
        read = Read()
        events = self._events(rows, mapping, clockwork, read)
        insert = f"insert into event values ({', '.join('?' * len(Event._fields))})"
        self._db.execute("begin")
        while batch := list(islice(events, AT_ONCE)):
            self._db.executemany(insert, batch)
            read.events += len(batch)
        self._db.execute("create index in_order on event (case_, at, row_)")
        self._db.execute("commit")
        return read

    def _events(
        self, rows: Iterable[Row], mapping: HistoryMapping, clockwork: Clockwork, read: Read
    ) -> Iterator[Event]:
        named = [name for name in COLUMNS if name in mapping.columns]
        place = {name: index for index, name in enumerate(named)}
        extra = range(len(named), len(named) + len(mapping.attributes))
        silent = dict(enumerate(columns_of(mapping)))

        def cell(cells: list[str], name: str) -> str:
            index = place.get(name)
            return "" if index is None else cells[index]

        def stated(cells: list[str], name: str, odd: list[str]) -> int | None:
            said = cell(cells, name)
            if not said:
                return None
            at, reason = clockwork.read(said)
            if reason:
                odd.append(f"{name.replace('_', '-')}-unreadable")
                return None
            return at

        for row, cells in rows:
            read.rows += 1
            if cells is None:
                read.refused.add(Refused(row, "", "row-unreadable", ""))
                continue
            if silent:
                silent = {index: name for index, name in silent.items() if not cells[index]}
                read.silent = list(silent.values())
            if mapping.lifecycle and cell(cells, "lifecycle").casefold() not in mapping.lifecycle:
                read.left_out += 1
                continue
            case, said = cell(cells, "case"), cell(cells, "time")
            at, reason = clockwork.read(said) if case else (0, "case-missing")
            if not reason and not self._first_time(cell(cells, "event")):
                reason = "duplicate-event"
            if reason:
                read.refused.add(Refused(row, case[:LONGEST], reason, said[:60]))
                continue
            about = {
                name: cells[index][:LONGEST]
                for name, index in zip(mapping.attributes, extra, strict=True)
                if cells[index]
            }
            odd: list[str] = []
            yield Event(
                case if len(case) <= LONGEST_CASE else f"{case[:100]}#{sm3(case.encode()).hex()[:40]}",
                at,
                row,
                _cut(cell(cells, "activity")),
                stated(cells, "started", odd),
                cell(cells, "resource")[:LONGEST],
                cell(cells, "organ")[:LONGEST],
                cell(cells, "channel")[:40],
                stated(cells, "planned_end", odd),
                stated(cells, "legal_end", odd),
                json.dumps(about, ensure_ascii=False) if about else "",
                " ".join(odd),
            )

    def _first_time(self, identity: str) -> bool:
        """True unless an event of this identity came before; an event that states none is its own."""
        if not identity:
            return True
        return self._db.execute("insert or ignore into identity values (?)", (identity,)).rowcount == 1

    def cases(self) -> Iterator[tuple[str, list[Event]]]:
        """Every case with its events in the order of time; events of one moment in the order of the file."""
        rows = self._db.execute("select * from event order by case_, at, row_")
        for case, events in groupby((Event(*row) for row in rows), key=lambda event: event.case):
            yield case, list(events)

    def count(self) -> int:
        """How many cases there are."""
        return int(self._db.execute("select count(distinct case_) from event").fetchone()[0])

    def ends(self) -> Iterator[tuple[str, bool, bool, int, int]]:
        """Activities by whether they are the first and the last of their case, with the earliest moment and a count."""
        yield from self._db.execute(
            "select activity, first_, last_, min(at), count(*) from (select activity, at,"
            " row_number() over (partition by case_ order by at, row_) = 1 as first_,"
            " row_number() over (partition by case_ order by at desc, row_ desc) = 1 as last_ from event)"
            " group by activity, first_, last_ order by activity, first_, last_"
        )


def columns_of(mapping: HistoryMapping) -> list[str]:
    """The columns to ask a file for, in the order ``fill`` expects."""
    return [*(mapping.columns[name] for name in COLUMNS if name in mapping.columns), *mapping.attributes]


def _cut(activity: str) -> str:
    """An activity of at most ``LONGEST`` characters; longer ones that begin alike stay apart."""
    return activity if len(activity) <= LONGEST else f"{activity[: LONGEST - 17]}#{sm3(activity.encode()).hex()[:16]}"
