"""Many lives written at once by ``COPY``: matters, seats, clocks, opinions, detail rows and every ledger line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from yiwang.matters.lives import Life
from yiwang.matters.statements import compact

MATTER = (
    "id, reference, process_id, process_version, chain, state, version, organ_id, party_id, item, guide, title, parent_id,"
    " received_at, counted_on, closed_at, settings, steps, head_ordinal, head_digest"
)
SEAT = "matter_id, seat, organ_id, role, phase, holder_id, clock, due_on, opened_at, closed_at, urgent"
CLOCK = "matter_id, clock, kind, unit, days, started_on, stopped_on, pauses, extension, due_on, provisional, revision"
TEXT = "matter_id, ordinal, field, step, author, text"
LINE = "subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest"


def write(lives: Sequence[Life]) -> None:
    """Store the lives with everything they left. Must run in a transaction; references and ids are already drawn."""
    copy_rows("matter", MATTER, (_matter(life) for life in lives))
    copy_rows("matter_seat", SEAT, (row for life in lives for row in _seats(life)))
    copy_rows("matter_clock", CLOCK, (row for life in lives for row in _clocks(life)))
    copy_rows("matter_text", TEXT, ((life.matter.id, *text) for life in lives for text in life.texts))
    copy_rows("ledger_entry", LINE, (row for life in lives for row in _lines(life)))
    for table, columns, rows in _details(lives):
        copy_rows(table, columns, rows)


def copy_rows(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """``COPY`` rows into a table; answers how many. Nothing is sent for none."""
    lines = ["\t".join([_cell(value) for value in row]) for row in rows]
    if lines:
        with connection.cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
            copy.write("\n".join(lines) + "\n")
    return len(lines)


def _cell(value: Any) -> str:
    """One value in PostgreSQL's text format for ``COPY``."""
    kind = type(value)
    if kind is str:
        if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
            value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        return value  # type: ignore[no-any-return]
    if value is None:
        return "\\N"
    if kind is int:
        return str(value)
    if kind is bool:
        return "t" if value else "f"
    if isinstance(value, (bytes, memoryview)):
        return "\\\\x" + value.hex()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Mapping, list, tuple)):
        return _cell(compact(value))
    return _cell(str(value))


def _matter(life: Life) -> tuple[Any, ...]:
    m = life.matter
    steps = "".join([f"{step}={actor}\n" for step, actor in m.steps])
    return (
        *(m.id, m.reference, m.process_id, m.process_version, m.chain, m.state, m.version, m.organ_id, m.party_id),
        *(m.item, m.guide, m.title, m.parent_id, m.received_at, m.counted_on, m.closed_at, m.settings, steps),
        *(m.head_ordinal, m.head_digest),
    )


def _seats(life: Life) -> Iterable[tuple[Any, ...]]:
    urgent = bool(life.matter.settings.get("urgent"))
    for row in life.seats:
        yield (life.matter.id, *row.seat, row.opened_at, row.closed_at, urgent)


def _clocks(life: Life) -> Iterable[tuple[Any, ...]]:
    for row in life.clocks.values():
        yield (
            *(life.matter.id, row.clock, row.kind, row.unit, row.days, row.started_on, row.stopped_on),
            *(row.pauses or "[]", row.extension, row.due_on, row.provisional, row.revision),
        )


def _lines(life: Life) -> Iterable[tuple[Any, ...]]:
    subject = life.matter.subject
    for ordinal, line in enumerate(life.lines, 1):
        yield (subject, ordinal, *line)


def _details(lives: Sequence[Life]) -> Iterable[tuple[str, str, list[tuple[Any, ...]]]]:
    """Detail rows by table and set of columns."""
    shapes: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
    for life in lives:
        if life.process.detail and life.row:
            columns = tuple(sorted(life.row))
            row = (life.matter.id, *(life.row[column] for column in columns))
            shapes.setdefault((life.process.detail, columns), []).append(row)
    for (table, columns), rows in shapes.items():
        yield table, ", ".join(("matter_id", *columns)), rows
