"""After a calendar revision: only clocks whose interval touches a changed day are projected anew, in resumable batches.

``mark`` runs inside the notice's transaction (hook ``calendar.changed``): it counts and digests the clocks concerned for
the notice's one ledger line and leaves a row to work off. ``reproject`` works it off in short transactions, each moving
the clocks of one range of numbers and the seats that show their days, so no step waits longer than one batch.

Only rows whose day changes are written. Who has been looked at is known by the range, not by the row: a clock that keeps
its day keeps its revision too. A second run over all ranges (``last_look``) meets whoever was written meanwhile by
somebody who still knew the older calendar or the older days; only then is the work finished and do sweeps go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.kernel.permissions import Doer
from yiwang.matters.models import Reprojection

BATCH = 5000  # numbers in a range: some tenths of a second at most, the longest a step may have to wait

# A paused clock has no due day and will be projected when it resumes. A 暂定 one is looked at whatever the days are.
TOUCHED = (
    "c.stopped_on is null and c.due_on is not null and c.revision < %(revision)s::int"
    " and (c.provisional or (c.started_on <= %(last)s::date and c.due_on >= %(first)s::date))"
)

COUNT = f"""
select count(*), coalesce(encode(sha256(convert_to(string_agg(c.id || ':' || c.due_on, ',' order by c.id), 'UTF8')), 'hex'), '')
from matter_clock c where {TOUCHED}
"""

# The next range, and the announced stretch of the calendar: a clock wholly inside it is certain, one that leaves it is
# not; only clocks that begin outside it need calendar_certain.
NEXT = """
select r.lowest, r.lowest + %(batch)s::bigint - 1, coalesce(f.day, 'infinity')::text,
    coalesce((select max(day) from calendar_day where not announced and day < f.day), '-infinity')::text
from (select min(id) as lowest from matter_clock where id > %(reached)s::bigint and stopped_on is null) r,
    (select min(day) as day from calendar_day
        where not announced and day > (select max(day) from calendar_day where announced)) f
"""

LOOKED_AT = (
    f"select count(*) from matter_clock c where c.id between %(lowest)s::bigint and %(upmost)s::bigint and {TOUCHED}"
)

_BUDGET = "(c.days + coalesce((c.extension ->> 0)::int, 0))"


def _moving(day: str, tables: str, where: str) -> str:
    """One update of a range. What the new day was made of is asked of the row being written: if a step changes a clock in
    this very moment, PostgreSQL asks again of the row as the step left it, and it is met by the last look."""
    provisional = (
        f"coalesce(case when c.started_on < %(open)s::date and {day} >= %(open)s::date then true"
        f" when c.started_on > %(closed)s::date and {day} < %(open)s::date then false"
        f" else not calendar_certain(c.started_on, {day}) end, false)"
        # a day that had passed when another system's log brought the matter in stays marked (``lives.before_our_time``)
        f" or c.provisional and {day} < %(today)s::date and coalesce((select {day} < (m.settings ->> 'history_on')::date"
        " from matter m where m.id = c.matter_id), false)"
    )
    provisional = f"({provisional})"
    return (
        f"update matter_clock c set due_on = {day}, provisional = {provisional}, revision = %(revision)s::int from {tables}"
        f" where c.id between %(lowest)s::bigint and %(upmost)s::bigint and {TOUCHED} and {where}"
        f" and (c.due_on is distinct from {day} or c.provisional <> {provisional}) returning c.matter_id"
    )


# Clocks without pauses are one join with the ordinal table; only those with pauses call the function.
MOVES = (
    _moving(
        "w.day",
        "calendar_day s, calendar_day w",
        f"c.unit = 'working-day' and c.pauses = '[]' and {_BUDGET} > 0"
        f" and s.day = c.started_on and w.works and w.ordinal = s.ordinal + {_BUDGET}",
    ),
    _moving(
        "w.rolls_to",
        "calendar_day w",
        f"(c.unit = 'natural-day' or {_BUDGET} = 0) and c.pauses = '[]' and w.day = c.started_on + {_BUDGET}",
    ),
    _moving(
        "f.day",
        f"(select c.*, {_BUDGET} as budget, calendar_due(c.started_on, {_BUDGET}, c.unit, c.pauses) as day from matter_clock c"
        f" where c.id between %(lowest)s::bigint and %(upmost)s::bigint and {TOUCHED} and c.pauses <> '[]' offset 0) f",
        f"c.id = f.id and (c.started_on, c.unit, c.pauses, {_BUDGET}) = (f.started_on, f.unit, f.pauses, f.budget)",
    ),
)

# A seat shows its own clock's day, else the nearest legal or promised one, as rules._due finds it.
_SHOWN = """case when s.clock = '' then d.due_on else (
        select max(o.due_on) from matter_clock o where o.matter_id = s.matter_id and o.clock = s.clock and o.stopped_on is null
    ) end"""

SEATS = f"""
update matter_seat s set due_on = {_SHOWN}
from (
    select c.matter_id, min(c.due_on) filter (where c.kind in ('legal', 'promised')) as due_on
    from matter_clock c
    where c.matter_id between %(from)s::bigint and %(to)s::bigint and c.matter_id = any(%(matters)s::bigint[])
        and c.stopped_on is null
    group by c.matter_id
) d
where s.matter_id between %(from)s::bigint and %(to)s::bigint and s.matter_id = d.matter_id and s.closed_at is null
    and s.due_on is distinct from {_SHOWN}
"""

# A step that had read the older days may have opened a seat with them after its clock was moved.
MOVED_BEFORE = """
select distinct c.matter_id from matter_clock c
where c.id between %(lowest)s::bigint and %(upmost)s::bigint and c.stopped_on is null and c.revision = %(revision)s::int
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a re-projection has come: clocks looked at, days that changed, and whether work is left."""

    clocks: int
    moved: int
    left: bool


def mark(*, days: Sequence[date], revision: int, by: Doer, at: datetime) -> Mapping[str, Any]:
    """Leave the work for ``reproject``; answers count and digest of the clocks concerned, for the notice's line."""
    first, last = (min(days), max(days)) if days else (None, None)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"revision": str(revision), "first": first, "last": last})
        count, digest = cursor.fetchone()
    Reprojection.objects.create(
        revision=revision,
        first_on=first,
        last_on=last,
        clocks=count,
        digest=digest,
        started_at=at,
        finished_at=None if count else at,
    )
    return {"count": count, "digest": digest}


def running() -> bool:
    """True while clocks wait to be projected anew: timers wait, due days on screen are being worked on."""
    return Reprojection.objects.filter(finished_at=None).exists()


def reproject(*, at: datetime, batches: int | None = None) -> Progress:
    """Work off what calendar revisions left, at most ``batches`` of 5000 numbers. Resumes where the last call ended.

    Each batch is one short transaction.
    """
    clocks = moved = 0
    while batches is None or batches > 0:
        step = _batch(at)
        if step is None:
            return Progress(clocks, moved, left=False)
        clocks, moved = clocks + step[0], moved + step[1]
        batches = None if batches is None else batches - 1
    return Progress(clocks, moved, left=running())


def _batch(at: datetime) -> tuple[int, int] | None:
    with transaction.atomic(), connection.cursor() as cursor:
        work = Reprojection.objects.select_for_update().filter(finished_at=None).order_by("revision").first()
        if work is None:
            return None
        # Losing the last batches in a crash costs nothing, they are looked at again; waiting for the disk would cost most.
        cursor.execute("set local synchronous_commit = off")
        cursor.execute(NEXT, {"reached": str(work.reached), "batch": str(BATCH)})
        lowest, upmost, opens, closed = cursor.fetchone()
        if lowest is None:
            if work.last_look:
                work.finished_at = at
            work.reached, work.last_look = 0, True
            work.save(update_fields=["reached", "last_look", "finished_at"])
            return 0, 0
        asked = {
            # Two revisions in a row: the projection is made with the newest table at once, which settles both.
            "revision": str(max(work.revision, calendar.revision())),
            "first": work.first_on,
            "last": work.last_on,
            "lowest": str(lowest),
            "upmost": str(upmost),
            "open": opens,
            "closed": closed,
            "today": day_of(at),
        }
        cursor.execute(LOOKED_AT, asked)
        clocks = cursor.fetchone()[0]
        matters: list[int] = []
        for move in MOVES if clocks else ():
            cursor.execute(move, asked)
            matters += [row[0] for row in cursor.fetchall()]
        moved = len(matters)
        if work.last_look:
            cursor.execute(MOVED_BEFORE, asked)
            matters = [row[0] for row in cursor.fetchall()]
        if matters:
            cursor.execute(SEATS, {"matters": matters, "from": str(min(matters)), "to": str(max(matters))})
        work.reached = upmost
        work.moved += moved
        work.save(update_fields=["reached", "moved"])
        return (0 if work.last_look else clocks), moved
