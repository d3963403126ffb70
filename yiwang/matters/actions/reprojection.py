"""After a calendar revision: only clocks whose interval touches a changed day are projected anew, in resumable batches.

``mark`` runs inside the notice's transaction (hook ``calendar.changed``): it counts and digests the clocks concerned for
the notice's one ledger line and leaves a row to work off. ``reproject`` works it off in short transactions, each moving
a few thousand clocks and the seats that show their days, so no step waits longer than one batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.permissions import Doer
from yiwang.matters.models import Reprojection

BATCH = 5000

# A paused clock has no due day and will be projected when it resumes. A 暂定 one is looked at whatever the days are.
TOUCHED = (
    "c.stopped_on is null and c.due_on is not null and c.revision < %(revision)s::int"
    " and (c.provisional or (c.started_on <= %(last)s::date and c.due_on >= %(first)s::date))"
)

COUNT = f"""
select count(*), coalesce(encode(sha256(convert_to(string_agg(c.id || ':' || c.due_on, ',' order by c.id), 'UTF8')), 'hex'), '')
from matter_clock c where {TOUCHED}
"""

NEXT = (
    f"select c.id from matter_clock c where c.id > %(reached)s::bigint and {TOUCHED} order by c.id limit %(batch)s::int"
)

# Clocks without pauses, counted in working days, are one join with the ordinal table; the others call the function.
MOVE = """
with old as (
    select c.id, c.matter_id, c.due_on, c.started_on, c.days + coalesce((c.extension ->> 0)::int, 0) as budget, c.unit, c.pauses
    from matter_clock c where c.id = any(%(ids)s::bigint[]) and c.stopped_on is null for update
), fresh as (
    select o.id, o.matter_id, o.due_on as was, o.started_on,
        coalesce(w.day, calendar_due(o.started_on, o.budget, o.unit, o.pauses)) as due_on
    from old o
    left join calendar_day s
        on s.day = o.started_on and o.unit = 'working-day' and o.pauses = '[]'::jsonb and o.budget > 0
    left join calendar_day w on w.works and w.ordinal = s.ordinal + o.budget
), open_from as (
    select min(day) as day from calendar_day where not announced and day > (select min(started_on) from old)
)
update matter_clock c set due_on = f.due_on, revision = %(revision)s::int,
    provisional = f.due_on is not null and f.due_on >= (select day from open_from)
        and not calendar_certain(f.started_on, f.due_on)
from fresh f where c.id = f.id returning c.matter_id, c.due_on is distinct from f.was
"""

SEATS = """
update matter_seat s set due_on = d.due_on
from (
    select s.id, case when s.clock <> '' then max(c.due_on) filter (where c.clock = s.clock)
        else min(c.due_on) filter (where c.kind in ('legal', 'promised')) end as due_on
    from matter_seat s left join matter_clock c on c.matter_id = s.matter_id and c.stopped_on is null
    where s.matter_id = any(%s::bigint[]) and s.closed_at is null group by s.id
) d where s.id = d.id and s.due_on is distinct from d.due_on
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
    """Work off what calendar revisions left, at most ``batches`` of 5000 clocks. Resumes where the last call ended.

    Each batch is one short transaction. Clocks written meanwhile by somebody who still knew the older calendar are met
    by a last look from the beginning.
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
        # Two revisions in a row: the projection is made with the newest table at once, which settles both.
        newest = max(work.revision, calendar.revision())
        asked = {
            "revision": str(newest),
            "first": work.first_on,
            "last": work.last_on,
            "reached": str(work.reached),
            "batch": str(BATCH),
        }
        cursor.execute(NEXT, asked)
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            if work.reached:
                work.reached = 0  # one more look from the beginning: somebody may have written with the older table
            else:
                work.finished_at = at
            work.save(update_fields=["reached", "finished_at"])
            return 0, 0
        cursor.execute(MOVE, {"ids": ids, "revision": str(newest)})
        rows = cursor.fetchall()
        changed = sorted({matter for matter, differs in rows if differs})
        if changed:
            cursor.execute(SEATS, [changed])
        work.reached = ids[-1]
        work.moved += sum(1 for _, differs in rows if differs)
        work.save(update_fields=["reached", "moved"])
        return len(ids), sum(1 for _, differs in rows if differs)
