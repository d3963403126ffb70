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
}


class Event(NamedTuple):
    """One event as read. Moments are microseconds since 1970 UTC."""

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


class Refused(NamedTuple):
    """One row that could not be read: where, which case it named, why, and what it said of the time."""

    row: int
    case: str
    reason: str
    time: str


@dataclass(slots=True)
class Read:
    """What reading brought: ``rows`` = ``events`` + ``left_out`` (by the mapping's life cycle) + refused."""

    rows: int = 0
    events: int = 0
    left_out: int = 0
    refused: list[Refused] = field(default_factory=list)

    def reasons(self) -> Counter[str]:
        return Counter(one.reason for one in self.refused)


class Spool:
    """A sorted log. Closed, it is gone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="yw-history-", suffix=".sqlite", dir=folder)  # noqa: SIM115
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        columns = "case_, at, row_, activity, started, resource, organ, channel, planned, legal, attributes"
        self._db.execute(f"create table event ({columns})")

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
        seen: set[str] = set()

        def cell(cells: list[str], name: str) -> str:
            index = place.get(name)
            return "" if index is None else cells[index]

        for row, cells in rows:
            read.rows += 1
            if mapping.lifecycle and cell(cells, "lifecycle") not in mapping.lifecycle:
                read.left_out += 1
                continue
            case, said = cell(cells, "case"), cell(cells, "time")
            at, reason = clockwork.read(said) if case else (0, "case-missing")
            identity = cell(cells, "event")
            if not reason and identity and identity in seen:
                reason = "duplicate-event"
            if reason:
                read.refused.append(Refused(row, case[:LONGEST], reason, said[:60]))
                continue
            if identity:
                seen.add(identity)
            about = {
                name: cells[index][:LONGEST]
                for name, index in zip(mapping.attributes, extra, strict=True)
                if cells[index]
            }
            yield Event(
                case if len(case) <= LONGEST_CASE else f"{case[:100]}#{sm3(case.encode()).hex()[:40]}",
                at,
                row,
                cell(cells, "activity")[:LONGEST],
                _moment(clockwork, cell(cells, "started")),
                cell(cells, "resource")[:LONGEST],
                cell(cells, "organ")[:LONGEST],
                cell(cells, "channel")[:40],
                _moment(clockwork, cell(cells, "planned_end")),
                _moment(clockwork, cell(cells, "legal_end")),
                json.dumps(about, ensure_ascii=False) if about else "",
            )

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


def _moment(clockwork: Clockwork, text: str) -> int | None:
    if not text:
        return None
    at, reason = clockwork.read(text)
    return None if reason else at
