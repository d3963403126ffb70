"""The one path written by hand: one statement reads a matter with all a step needs, one statement writes all it does.

Its plain-ORM twin lives in ``tests/unit/matters/orm_twin.py`` and must leave the same rows. Statements are built once
per shape (how many seats, clocks, jobs, texts a step writes) and kept, so that PostgreSQL prepares each once. Values
go over as text and are cast in the statement: psycopg would otherwise send small and large integers as different
types, and every mixture would be prepared anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from yiwang.foundation.ledger import rules as ledger
from yiwang.matters import wire
from yiwang.matters.needs import need
from yiwang.matters.standing import NewSeat, OpenSeat, Plan, RunningClock, Standing

MATTER = (
    "m.id, m.reference, m.process_id, m.process_version, m.chain, m.state, m.version, m.organ_id, m.party_id, m.item, "
    "m.guide, m.title, m.parent_id, m.received_at, m.counted_on, m.closed_at, m.settings, m.steps, m.head_ordinal,"
    " encode(m.head_digest, 'hex')"
)
SEATS = (
    "(select json_agg(json_build_array(s.id, s.seat, s.organ_id, s.role, s.phase, s.holder_id, s.clock, s.due_on))"
    " from matter_seat s where s.matter_id = m.id and s.closed_at is null)"
)
CLOCKS = (
    "(select json_agg(json_build_array(c.id, c.clock, c.kind, c.unit, c.days, c.started_on, c.stopped_on, c.pauses,"
    " c.extension, c.due_on, c.provisional, c.revision)) from matter_clock c where c.matter_id = m.id)"
)


REVISION = "coalesce((select max(number) from calendar_revision), 0)"

# -- the read -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _reading(needs: tuple[str, ...], where: str, lock: bool) -> str:
    extra = "".join(f", ({need[name]()})::json" for name in needs)
    order = " order by m.id" if "any" in where else ""
    return (
        f"select json_build_array({MATTER}, {SEATS}, {CLOCKS}, {REVISION}{extra})::text from matter m"
        f" where {where}{order}{' for update of m' if lock else ''}"
    )


def read(reference: str, needs: tuple[str, ...] = (), *, lock: bool = False) -> Standing | None:
    """The matter with open seats, clocks and what the guards need, in one query; ``None`` if there is none such."""
    rows = wire.texts(_reading(needs, "m.reference = %s", lock), (reference,))
    return _standing(rows[0][0], needs) if rows else None


def read_by_id(matter_id: int) -> Standing | None:
    """As ``read``, for whoever found the matter by a clock."""
    rows = wire.texts(_reading((), "m.id = %s::bigint", False), (str(matter_id),))
    return _standing(rows[0][0], ()) if rows else None


def read_many(references: Iterable[str], needs: tuple[str, ...] = (), *, lock: bool = False) -> list[Standing]:
    """Many matters in one query, in the order of their ids."""
    found = wire.fetch(_reading(needs, "m.reference = any(%s::text[])", lock), (list(references),))
    return [_standing(row[0], needs) for row in found]


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _standing(text: str | None, needs: tuple[str, ...]) -> Standing:
    """What the read answered, as pure data."""
    assert text is not None
    row = json.loads(text)
    received, counted, closed, settings, steps, ordinal, head, seats, clocks, revision, *wanted = row[13:]
    fields: tuple[Any, ...] = (
        *row[:13],
        datetime.fromisoformat(received),
        date.fromisoformat(counted),
        None if closed is None else datetime.fromisoformat(closed),
        settings,
        tuple((name, actor) for name, _, actor in (line.partition("=") for line in steps.split("\n") if line)),
        ordinal,
        bytes.fromhex(head),
        tuple(OpenSeat._make((*seat[:7], _day(seat[7]))) for seat in sorted(seats or ())),
        tuple(
            RunningClock._make(
                (*c[:5], date.fromisoformat(c[5]), _day(c[6]), tuple(c[7]), c[8], _day(c[9]), c[10], c[11])
            )
            for c in sorted(clocks or ())
        ),
        revision,
        dict(zip(needs, wanted, strict=True)),
    )
    return Standing(*fields)


# -- the write ----------------------------------------------------------------------------------------------------------

LINE = "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)"
SEAT_ROW = "(%s, %s::bigint, %s, %s, %s::bigint, %s, %s::date)"
CLOCK_ROW = "(%s, %s, %s, %s::int, %s::date, %s::date, %s::jsonb, %s::jsonb, %s::date, %s::bool, %s::int)"
SEATS_INTO = (
    "insert into matter_seat (matter_id, seat, organ_id, role, phase, holder_id, clock, due_on, opened_at, urgent)"
)
URGENT = "coalesce((m.settings ->> 'urgent')::bool, false) as urgent"  # what a matter's seats repeat of its settings
CLOCKS_INTO = (
    "insert into matter_clock (matter_id, clock, kind, unit, days, started_on, stopped_on, pauses, extension, due_on,"
    " provisional, revision)"
)


def _rows(row: str, count: int) -> str:
    return ", ".join([row] * count)


@lru_cache(maxsize=512)
def _writing(
    closed: bool,
    organ: bool,
    rebased: bool,
    settings: bool,
    closes: bool,
    opens: int,
    changes: int,
    starts: int,
    moves: int,
    texts: int,
    jobs: int,
    table: str,
    columns: tuple[str, ...],
) -> str:
    sets = "state = %s, steps = m.steps || %s, head_digest = %s, head_ordinal = m.head_ordinal + 1, version = m.version + 1"
    sets += ", closed_at = %s::timestamptz" if closed else ""
    sets += ", organ_id = %s::bigint" if organ else ""
    sets += ", process_version = %s" if rebased else ""
    sets += ", settings = %s::jsonb" if settings else ""
    # Days reckoned by a calendar that has changed since the read are not written: nobody would project them anew.
    same = f" and {REVISION} = %s::int" if starts or moves else ""
    parts = [
        f"w as (update matter m set {sets} where m.id = %s::bigint and m.version = %s::int{same}"
        f" returning m.id, m.reference, m.head_ordinal as o, m.head_digest as d, {URGENT}, %s::timestamptz as t)",
        f"l as ({LINE} select 'matter:' || reference, o, t, %s::timestamptz, %s, %s, %s, %s, %s, d from w)",
    ]
    parts += _effects_of(closes, opens, changes, starts, moves, texts, jobs)
    if columns:
        assigned = ", ".join(f"{column} = %s" for column in columns)
        parts.append(f"e as (update {table} x set {assigned} from w where x.matter_id = w.id)")
    return f"with {', '.join(parts)} select id from w"


def _effects_of(closes: bool, opens: int, changes: int, starts: int, moves: int, texts: int, jobs: int) -> list[str]:
    """The parts every deed shares; ``w`` is the matter's row as written."""
    # ``closed_at is null`` leads PostgreSQL to the index of open seats: planned while the table is still small, the
    # statement would otherwise keep reading all of it.
    parts = []
    if closes:
        parts.append(
            "sc as (update matter_seat s set closed_at = greatest(w.t, s.opened_at),"
            " holder_id = coalesce(s.holder_id, %s::bigint)"
            " from w where s.matter_id = w.id and s.closed_at is null and s.id = any(%s::bigint[]))"
        )
    if opens:
        parts.append(
            f"so as ({SEATS_INTO} select w.id, v.*, w.t, w.urgent from w, (values {_rows(SEAT_ROW, opens)}) v)"
        )
    if changes:
        row = SEAT_ROW[:-1] + ", %s::bigint)"
        parts.append(
            "su as (update matter_seat s set organ_id = v.organ_id, role = v.role, phase = v.phase,"
            " holder_id = v.holder_id, clock = v.clock, due_on = v.due_on"
            f" from w, (values {_rows(row, changes)}) v (seat, organ_id, role, phase, holder_id, clock, due_on, id)"
            " where s.id = v.id and s.matter_id = w.id and s.closed_at is null)"
        )
    if starts:
        parts.append(f"cs as ({CLOCKS_INTO} select w.id, v.* from w, (values {_rows(CLOCK_ROW, starts)}) v)")
    if moves:
        parts.append(
            "cm as (update matter_clock c set days = v.days, unit = v.unit, started_on = v.started_on,"
            " stopped_on = v.stopped_on, pauses = v.pauses, extension = v.extension, due_on = v.due_on,"
            " provisional = v.provisional, revision = v.revision"
            f" from w, (values {_rows(CLOCK_ROW, moves)}) v (clock, kind, unit, days, started_on, stopped_on, pauses,"
            " extension, due_on, provisional, revision) where c.matter_id = w.id and c.clock = v.clock)"
        )
    if texts:
        parts.append(
            "tx as (insert into matter_text (matter_id, ordinal, author, field, step, text)"
            f" select w.id, w.o, v.* from w, (values {_rows('(%s, %s, %s, %s)', texts)}) v)"
        )
    if jobs:
        parts.append(
            "jb as (insert into matter_job (matter_id, ordinal, effect, payload, status, tries, due_at, error)"
            f" select w.id, w.o, v.*, 'waiting', 0, w.t, '' from w, (values {_rows('(%s, %s::jsonb)', jobs)}) v)"
        )
    return parts


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def compact(value: Any) -> str:
    """JSON without blanks."""
    return _encode(value)


def moment(value: datetime) -> str:
    return value.isoformat() if value.tzinfo is not None else value.astimezone(UTC).isoformat()


def _seat_values(seat: NewSeat) -> list[Any]:
    return [
        seat.seat,
        str(seat.organ_id),
        seat.role,
        seat.phase,
        None if seat.holder_id is None else str(seat.holder_id),
        seat.clock,
        None if seat.due_on is None else seat.due_on.isoformat(),
    ]


def _clock_values(row: RunningClock) -> list[Any]:
    return [
        row.clock,
        row.kind,
        row.unit,
        str(row.days),
        row.started_on.isoformat(),
        None if row.stopped_on is None else row.stopped_on.isoformat(),
        compact(row.pauses) if row.pauses else "[]",
        None if row.extension is None else compact(row.extension),
        None if row.due_on is None else row.due_on.isoformat(),
        "true" if row.provisional else "false",
        str(row.revision),
    ]


def _shared_values(plan: Plan, actor: str) -> list[Any]:
    params: list[Any] = []
    if plan.closes:
        params += [None if plan.closer_id is None else str(plan.closer_id), "{" + ",".join(map(str, plan.closes)) + "}"]
    for seat in plan.opens:
        params += _seat_values(seat)
    for seat_id, seat in plan.changes:
        params += [*_seat_values(seat), str(seat_id)]
    for row in plan.starts:
        params += _clock_values(row)
    for row in plan.moves:
        params += _clock_values(row)
    for name, step, text in plan.texts:
        params += [actor, name, step, text]
    for effect, payload in plan.jobs:
        params += [effect, compact(payload) if payload else "{}"]
    return params


def line(
    matter: Standing,
    plan: Plan,
    *,
    ordinal: int,
    previous: bytes,
    at: datetime,
    recorded_at: datetime,
    actor: str,
    organ: str,
) -> tuple[str, bytes]:
    """Body and digest of the ledger line."""
    body = ledger.canonical(
        subject=matter.subject,
        ordinal=ordinal,
        at=at,
        recorded_at=recorded_at,
        event=plan.event,
        actor=actor,
        organ=organ,
        detail=plan.detail,
    )
    return body, ledger.digest(previous, body)


def write(matter: Standing, plan: Plan, *, table: str, at: datetime, recorded_at: datetime, actor: str) -> bytes | None:
    """Write a deed on a matter in one statement. Answers the new head, or ``None``: somebody was first, or the
    calendar the days were reckoned by is no longer the newest."""
    organ = str(matter.organ_id)
    body, digest = line(
        matter,
        plan,
        ordinal=matter.head_ordinal + 1,
        previous=matter.head_digest,
        at=at,
        recorded_at=recorded_at,
        actor=actor,
        organ=organ,
    )
    columns = tuple(plan.row)
    statement = _writing(
        plan.closed,
        plan.organ_id is not None,
        plan.process_version is not None,
        plan.settings is not None,
        bool(plan.closes),
        len(plan.opens),
        len(plan.changes),
        len(plan.starts),
        len(plan.moves),
        len(plan.texts),
        len(plan.jobs),
        table if columns else "",
        columns,
    )
    params: list[Any] = [plan.state, plan.steps, digest]
    if plan.closed:
        params.append(moment(at))
    if plan.organ_id is not None:
        params.append(str(plan.organ_id))
    if plan.process_version is not None:
        params.append(plan.process_version)
    if plan.settings is not None:
        params.append(compact(plan.settings))
    params += [str(matter.id), str(matter.version)]
    if plan.starts or plan.moves:
        params.append(str(matter.revision))
    params.append(moment(at))
    params += [moment(recorded_at), plan.event, actor, organ, body, matter.head_digest]
    params += _shared_values(plan, actor)
    params += plan.row.values()
    return digest if wire.texts(statement, params) else None


# -- opening ------------------------------------------------------------------------------------------------------------

INTO_MATTER = (
    "insert into matter as m (id, reference, process_id, process_version, chain, state, version, organ_id, party_id, item, guide,"
    " title, parent_id, received_at, counted_on, closed_at, settings, steps, head_ordinal, head_digest)"
)


@lru_cache(maxsize=512)
def _opening(opens: int, starts: int, texts: int, jobs: int, table: str, columns: tuple[str, ...]) -> str:
    parts = [
        f"w as ({INTO_MATTER} values (%s::bigint, %s, %s, %s, %s, %s, 1, %s::bigint, %s::bigint, %s, %s, %s, %s::bigint,"
        " %s::timestamptz, %s::date, null, %s::jsonb, %s, 1, %s)"
        f" returning id, reference, head_ordinal as o, head_digest as d, {URGENT}, %s::timestamptz as t)",
        f"l as ({LINE} select 'matter:' || reference, o, t, %s::timestamptz, %s, %s, %s, %s, %s, d from w)",
        *_effects_of(False, opens, 0, starts, 0, texts, jobs),
    ]
    if table:
        into = "".join(f", {column}" for column in columns)
        values = "".join(", %s" for _ in columns)
        parts.append(f"e as (insert into {table} (matter_id{into}) select w.id{values} from w)")
    return f"with {', '.join(parts)} select id from w"


def insert(matter: Standing, plan: Plan, *, table: str, at: datetime, recorded_at: datetime, actor: str) -> bytes:
    """Write a new matter with its first line, seats, clocks, jobs and detail row in one statement. Answers its head."""
    organ = str(matter.organ_id)
    body, digest = line(
        matter, plan, ordinal=1, previous=ledger.GENESIS, at=at, recorded_at=recorded_at, actor=actor, organ=organ
    )
    columns = tuple(plan.row)
    statement = _opening(len(plan.opens), len(plan.starts), len(plan.texts), len(plan.jobs), table, columns)
    params: list[Any] = [
        str(matter.id),
        matter.reference,
        matter.process_id,
        matter.process_version,
        matter.chain,
        plan.state,
        str(matter.organ_id),
        None if matter.party_id is None else str(matter.party_id),
        matter.item,
        matter.guide,
        matter.title,
        None if matter.parent_id is None else str(matter.parent_id),
        moment(matter.received_at),
        matter.counted_on.isoformat(),
        compact(plan.settings if plan.settings is not None else matter.settings),
        plan.steps,
        digest,
        moment(at),
        moment(recorded_at),
        plan.event,
        actor,
        organ,
        body,
        ledger.GENESIS,
    ]
    params += _shared_values(plan, actor)
    params += plan.row.values()
    wire.texts(statement, params)
    return digest
