"""The bulk path's statements: the same rows as ``statements`` writes, for a hundred matters at once, by unnest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yiwang.matters import wire
from yiwang.matters.standing import NewSeat, Plan, RunningClock, Standing
from yiwang.matters.statements import CLOCKS_INTO, INTO_MATTER, LINE, SEATS_INTO, URGENT, compact, moment

LINES = (
    f"l as ({LINE} select 'matter:' || w.reference, w.o, %s::timestamptz, %s::timestamptz, b.event, %s, b.organ, b.body,"
    " b.previous, w.d from w join unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bytea[])"
    " b (id, event, organ, body, previous) on b.id = w.id)"
)
SHARED = [
    "sc as (update matter_seat s set closed_at = greatest(%s::timestamptz, s.opened_at),"
    " holder_id = coalesce(s.holder_id, v.holder) from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) v (id, matter, holder)"
    " join w on w.id = v.matter where s.id = v.id and s.closed_at is null)",
    f"so as ({SEATS_INTO} select w.id, v.seat, v.organ, v.role, v.phase, v.holder, v.clock, v.due, %s::timestamptz,"
    " w.urgent from w join unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::date[])"
    " v (matter, seat, organ, role, phase, holder, clock, due) on v.matter = w.id)",
    "su as (update matter_seat s set organ_id = v.organ, role = v.role, phase = v.phase, holder_id = v.holder,"
    " clock = v.clock, due_on = v.due from"
    " unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::date[], %s::bigint[])"
    " v (matter, seat, organ, role, phase, holder, clock, due, id) join w on w.id = v.matter where s.id = v.id and s.closed_at is null)",
    f"cs as ({CLOCKS_INTO} select w.id, v.clock, v.kind, v.unit, v.days, v.started, v.stopped, v.pauses::jsonb,"
    " v.extension::jsonb, v.due, v.provisional, v.revision from w join"
    " unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::date[], %s::date[], %s::text[], %s::text[],"
    " %s::date[], %s::bool[], %s::int[])"
    " v (matter, clock, kind, unit, days, started, stopped, pauses, extension, due, provisional, revision)"
    " on v.matter = w.id)",
    "cm as (update matter_clock c set days = v.days, unit = v.unit, started_on = v.started, stopped_on = v.stopped,"
    " pauses = v.pauses::jsonb, extension = v.extension::jsonb, due_on = v.due, provisional = v.provisional,"
    " revision = v.revision from"
    " unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::date[], %s::date[], %s::text[], %s::text[],"
    " %s::date[], %s::bool[], %s::int[])"
    " v (matter, clock, kind, unit, days, started, stopped, pauses, extension, due, provisional, revision)"
    " join w on w.id = v.matter where c.matter_id = v.matter and c.clock = v.clock)",
    "tx as (insert into matter_text (matter_id, ordinal, author, field, step, text) select w.id, w.o, %s, v.field, v.step,"
    " v.text from w join unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) v (matter, field, step, text)"
    " on v.matter = w.id)",
    "jb as (insert into matter_job (matter_id, ordinal, effect, payload, status, tries, due_at, error) select w.id, w.o,"
    " v.effect, v.payload::jsonb, 'waiting', 0, %s::timestamptz, '' from w join"
    " unnest(%s::bigint[], %s::text[], %s::text[]) v (matter, effect, payload) on v.matter = w.id)",
]
TAKE = ", ".join(
    [
        "w as (update matter m set state = v.state, steps = m.steps || v.steps, head_digest = v.digest,"
        " head_ordinal = m.head_ordinal + 1, version = m.version + 1,"
        " closed_at = case when v.closed then %s::timestamptz else m.closed_at end,"
        " settings = coalesce(v.settings::jsonb, m.settings)"
        " from unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::bytea[], %s::bool[], %s::text[])"
        " v (id, version, state, steps, digest, closed, settings) where m.id = v.id and m.version = v.version"
        f" returning m.id, m.reference, m.head_ordinal as o, m.head_digest as d, {URGENT})",
        LINES,
        *SHARED,
    ]
)
OPEN = ", ".join(
    [
        f"w as ({INTO_MATTER} select v.id, v.reference, %s, %s, v.chain, v.state, 1, v.organ, v.party, v.item, v.guide,"
        " v.title, null, v.received, v.counted, null, v.settings::jsonb, v.steps, 1, v.digest from"
        " unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],"
        " %s::text[], %s::timestamptz[], %s::date[], %s::text[], %s::text[], %s::bytea[])"
        " v (id, reference, chain, state, organ, party, item, guide, title, received, counted, settings, steps, digest)"
        f" returning id, reference, head_ordinal as o, head_digest as d, {URGENT})",
        LINES,
        *SHARED,
    ]
)

Written = tuple[Standing, Plan, str, bytes]  # the matter, what is written, the line's body, its digest


def take(written: Sequence[Written], *, table: str, at: datetime, recorded_at: datetime, actor: str) -> set[int]:
    """Write many steps in one statement. Answers the ids written; the others were changed by somebody else first."""
    now = moment(at)
    params: list[Any] = [now, [m.id for m, *_ in written], [m.version for m, *_ in written]]
    params += [[p.state for _, p, *_ in written], [p.steps for _, p, *_ in written], [d for *_, d in written]]
    params += [[p.closed for _, p, *_ in written]]
    params += [[None if p.settings is None else compact(p.settings) for _, p, *_ in written]]
    params += _shared(written, now, moment(recorded_at), actor)
    return _run(TAKE, _detail_rows(table, written), params)


def insert(
    written: Sequence[Written], *, process_id: str, version: str, at: datetime, recorded_at: datetime, actor: str
) -> set[int]:
    """Write many new matters in one statement. Detail rows are the caller's (one ``COPY`` or ``bulk_create``)."""
    now = moment(at)
    matters = [m for m, *_ in written]
    params: list[Any] = [process_id, version, [m.id for m in matters], [m.reference for m in matters]]
    params += [[m.chain for m in matters], [p.state for _, p, *_ in written], [m.organ_id for m in matters]]
    params += [[m.party_id for m in matters], [m.item for m in matters], [m.guide for m in matters]]
    params += [[m.title for m in matters], [moment(m.received_at) for m in matters]]
    params += [[m.counted_on for m in matters]]
    params += [[compact(p.settings if p.settings is not None else m.settings) for m, p, *_ in written]]
    params += [[p.steps for _, p, *_ in written], [d for *_, d in written]]
    params += _shared(written, now, moment(recorded_at), actor)
    return _run(OPEN, [], params)


def literal(column: Sequence[Any]) -> str:
    """A PostgreSQL array literal. psycopg's own array dumper goes over every element with regular expressions and costs
    more than all the rules together."""
    return "{" + ",".join(map(_element, column)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        if "\\" in value or '"' in value:
            value = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{value}"'
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return str(value)  # whole numbers, days, true and false


def _run(parts: str, details: list[tuple[str, list[Any]]], params: list[Any]) -> set[int]:
    params = [literal(value) if isinstance(value, list) else value for value in params]
    for part, values in details:
        parts += ", " + part
        params += values
    return {row[0] for row in wire.fetch(f"with {parts} select id from w", params)}


def _detail_rows(table: str, written: Sequence[Written]) -> list[tuple[str, list[Any]]]:
    """Columns the effects set on the process's detail table: one part a set of columns, values by the table's own types."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for matter, plan, *_ in written:
        if plan.row:
            shapes.setdefault(tuple(plan.row), []).append({**plan.row, "matter_id": matter.id})
    parts = []
    for number, (columns, rows) in enumerate(shapes.items()):
        sets = ", ".join(f"{column} = v.{column}" for column in columns)
        part = (
            f"e{number} as (update {table} x set {sets} from"
            f" jsonb_populate_recordset(null::{table}, %s::jsonb) v join w on w.id = v.matter_id"
            " where x.matter_id = v.matter_id)"
        )
        parts.append((part, [json.dumps(rows, ensure_ascii=False, default=str)]))
    return parts


def _shared(written: Sequence[Written], now: str, recorded: str, actor: str) -> list[Any]:
    ids = [m.id for m, *_ in written]
    params: list[Any] = [now, recorded, actor, ids, [p.event for _, p, *_ in written]]
    params += [[str(m.organ_id) for m, *_ in written], [b for _, _, b, _ in written]]
    params += [[m.head_digest for m, *_ in written]]
    closes = [(seat_id, m.id, p.closer_id) for m, p, *_ in written for seat_id in p.closes]
    params += [now, *_columns(closes, 3)]
    params += [now, *_columns([(m.id, *_seat(seat)) for m, p, *_ in written for seat in p.opens], 8)]
    changes = [(m.id, *_seat(seat), seat_id) for m, p, *_ in written for seat_id, seat in p.changes]
    params += _columns(changes, 9)
    params += _columns([(m.id, *_clock(row)) for m, p, *_ in written for row in p.starts], 12)
    params += _columns([(m.id, *_clock(row)) for m, p, *_ in written for row in p.moves], 12)
    params += [actor, *_columns([(m.id, *text) for m, p, *_ in written for text in p.texts], 4)]
    jobs = [(m.id, effect, compact(payload)) for m, p, *_ in written for effect, payload in p.jobs]
    return [*params, now, *_columns(jobs, 3)]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _seat(seat: NewSeat) -> tuple[Any, ...]:
    return seat.seat, seat.organ_id, seat.role, seat.phase, seat.holder_id, seat.clock, seat.due_on


def _clock(row: RunningClock) -> tuple[Any, ...]:
    return (
        row.clock,
        row.kind,
        row.unit,
        row.days,
        row.started_on,
        row.stopped_on,
        compact(row.pauses),
        None if row.extension is None else compact(row.extension),
        row.due_on,
        row.provisional,
        row.revision,
    )
