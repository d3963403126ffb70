"""What lower rooms ask of open matters, by registered name: seats held, seats to release, organs that succeed others,
code names in use, clocks to project anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from yiwang.foundation.organs.queries import HeldSeat
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes, queries, statements
from yiwang.matters.actions import reprojection, seats, wake
from yiwang.matters.models import Matter, Seat


@names.hook("organs.seats-held")
def seats_held(*, account_id: int) -> list[HeldSeat]:
    """Open seats an account holds, nearest day first."""
    rows = Seat.objects.filter(holder_id=account_id, closed_at__isnull=True).select_related("matter")
    rows = rows.order_by("due_on", "id")
    return [HeldSeat(row.matter.reference, row.matter.title, row.role, row.organ_id, row.due_on) for row in rows]


@names.hook("organs.release-seats")
def release_seats(*, account_id: int, successor_id: int | None, by: Doer, at: datetime) -> int:
    """Every open seat of an account to its queue, or to a successor; one ledger line a matter. Answers how many seats.

    The caller has checked that ``by`` may and that the successor fits; it runs in the caller's transaction.
    """
    held = Seat.objects.filter(holder_id=account_id, closed_at__isnull=True)
    references = Matter.objects.filter(pk__in=held.values("matter_id")).values_list("reference", flat=True)
    count = 0
    for matter in statements.read_many(list(references), lock=True):
        mine = [seat for seat in matter.seats if seat.holder_id == account_id]
        count += len(mine)
        seats.pass_on(matter, mine, to_account_id=successor_id, by=by, at=at)
    return count


@names.hook("organs.succeeded.matters")
def succeeded(
    *, old_id: int, new_id: int, from_day: date, kind: str, account_ids: Sequence[int], by: Doer, at: datetime
) -> int:
    """Open matters and seats of ``old`` go to ``new``. In a split only seats held by the accounts that move, with their
    matters; seats keep their holders, who moved along. Past matters keep ``old``. Answers how many matters moved."""
    open_seats = Seat.objects.filter(organ_id=old_id, closed_at__isnull=True)
    if kind == "split":
        open_seats = open_seats.filter(holder_id__in=list(account_ids))
    references = Matter.objects.filter(pk__in=open_seats.values("matter_id")).values_list("reference", flat=True)
    matters = statements.read_many(list(references), lock=True)
    for matter in matters:
        seats.succeed(matter, old_id=old_id, new_id=new_id, by=by, at=at)
    return len(matters)


@names.hook("packs.names-in-use")
def names_in_use() -> set[tuple[str, str]]:
    """("guard" | "effect" | "after" | "need", name) of every version an open matter runs under."""
    running = Matter.objects.filter(closed_at__isnull=True).values_list("process_id", "process_version").distinct()
    return {
        (kind, name)
        for process_id, version in running
        for kind, used in processes.bound(process_id, version).names().items()
        for name in used
    }


@names.hook("calendar.changed")
def calendar_changed(*, days: Sequence[date], revision: int, by: Doer, at: datetime) -> dict[str, Any]:
    """Counts and digests the clocks a revision touches and leaves them to be projected anew by the worker."""
    marked = dict(reprojection.mark(days=days, revision=revision, by=by, at=at))
    wake.up("reproject")
    return marked


@names.hook("ledger.heads")
def heads() -> str:
    """Where each matter's chain ends: it keeps that in its own row, so that a step writes no second one."""
    return "select 'matter:' || reference as subject, head_ordinal as ordinal, head_digest as digest from matter"


@names.hook("letters.works-on-matter")
def works_on(viewer: Doer, reference: str) -> bool:
    """Whether the matter is one this viewer sees."""
    try:
        queries.matter(viewer, reference)
    except NotFound:
        return False
    return True
