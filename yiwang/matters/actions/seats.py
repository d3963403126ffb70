"""Deeds on seats: 签收 claim, 指派 assign, 退回队列 release, 转办 transfer, and 催办 urge by a supervisor.

None of them changes the state; each leaves one ledger line and raises the matter's version.
"""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import queries, statements
from yiwang.matters.actions.steps import result, stale
from yiwang.matters.queries.moving import barred
from yiwang.matters.standing import NewSeat, OpenSeat, Plan, Standing

Moves = list[tuple[OpenSeat, int | None, int]]  # a seat, its next holder, its next organ


def claim(*, reference: str, seat: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """签收: take a seat out of the team's queue. Refused if a colleague holds it (``held-by-other``) or the doer has no
    such post. Claiming what one already holds changes nothing."""
    matter, found = _read(reference, seat, by, version)
    if not by.holds(found.role, found.organ_id):
        raise _no_post(matter, by)
    if found.holder_id == by.account_id:
        return matter
    if found.holder_id is not None:
        raise NotAllowed("本件已由其他同事签收。", code="held-by-other")
    return _write(matter, [(found, by.account_id, found.organ_id)], "matters.claimed", {"seat": seat}, by, at)


def assign(
    *, reference: str, seat: str, to_account_id: int, by: Doer, at: datetime, version: int | None = None
) -> Standing:
    """指派: give a seat to a colleague who holds its role in its organ. Asks ``matter.assign`` in that organ."""
    matter, found = _read(reference, seat, by, version)
    if not by.may(Permission.MATTER_ASSIGN, found.organ_id):
        raise _no_post(matter, by)
    _refuse_unless_holder(to_account_id, found.organ_id, found.role, at)
    detail = {"seat": seat, "to": f"staff:{to_account_id}", **_from(found)}
    return _write(matter, [(found, to_account_id, found.organ_id)], "matters.assigned", detail, by, at)


def release(*, reference: str, seat: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """退回队列: the holder, or whoever may assign, puts a seat back into the team's queue. Refused if nobody holds it."""
    matter, found = _read(reference, seat, by, version)
    if found.holder_id is None:
        raise Refusal("本件没有人签收，已在待签收队列中。", code="not-held")
    if found.holder_id != by.account_id and not by.may(Permission.MATTER_ASSIGN, found.organ_id):
        raise _no_post(matter, by)
    return _write(matter, [(found, None, found.organ_id)], "matters.released", {"seat": seat, **_from(found)}, by, at)


def transfer(
    *,
    reference: str,
    reason: str,
    by: Doer,
    at: datetime,
    seat: str | None = None,
    to_account_id: int | None = None,
    to_organ_id: int | None = None,
    version: int | None = None,
) -> Standing:
    """转办, with a reason: one seat to a colleague (``seat`` and ``to_account_id``), or the whole matter to another organ.

    To a colleague: by the holder or whoever may assign. To an organ: by whoever may assign in the responsible organ; the
    organ's seats go to the new organ's queues, the clocks run on (收件之日 stays). The reason is kept as text, its digest
    in the ledger. Refused (``barred``) where the matter's room says that organ has a stake in it.
    """
    if not reason.strip() or len(reason) > 500:
        raise Refusal("请写明转办理由（500字以内）。", code="reason", field="reason")
    if (seat is None) == (to_organ_id is None) or (seat is not None and to_account_id is None):
        raise Refusal("请选择转给本机构同事，或转给其他机构。", code="transfer-target", field="to")
    matter = _matter(reference, by, version)
    if seat is not None and to_account_id is not None:
        found = _seat(matter, seat)
        if found.holder_id != by.account_id and not by.may(Permission.MATTER_ASSIGN, found.organ_id):
            raise _no_post(matter, by)
        _refuse_unless_holder(to_account_id, found.organ_id, found.role, at)
        detail: dict[str, object] = {"seat": seat, "to": f"staff:{to_account_id}", **_from(found)}
        return _write(matter, [(found, to_account_id, found.organ_id)], "matters.handed-over", detail, by, at, reason)
    assert to_organ_id is not None
    if not by.may(Permission.MATTER_ASSIGN, matter.organ_id):
        raise _no_post(matter, by)
    if to_organ_id == matter.organ_id:
        raise Refusal("本件已在该机构。", code="transfer-target", field="to")
    if to_organ_id in barred(matter):
        raise Refusal("该机构与本件有利害关系，不能承办。", code="barred", field="to")
    moving: Moves = [(each, None, to_organ_id) for each in matter.seats if each.organ_id == matter.organ_id]
    detail = {"from": f"organ:{matter.organ_id}", "to": f"organ:{to_organ_id}"}
    return _write(matter, moving, "matters.transferred", detail, by, at, reason, organ_id=to_organ_id)


def urge(*, reference: str, text: str, by: Doer, at: datetime) -> Standing:
    """催办 by a supervisor: a line in the ledger, the words kept as text; the inbox of those whose turn it is shows it."""
    matter = _matter(reference, by, None)
    if not by.may(Permission.CASE_SUPERVISE, matter.organ_id):
        raise _no_post(matter, by)
    if matter.closed_at is not None:
        raise Refusal("本件已经办结，无需催办。", code="not-now")
    if not text.strip() or len(text) > 500:
        raise Refusal("请写明催办内容（500字以内）。", code="text", field="text")
    holders = [f"staff:{seat.holder_id}" for seat in matter.seats if seat.holder_id is not None]
    detail: dict[str, object] = {"seats": [seat.seat for seat in matter.seats], "holders": holders}
    return _write(matter, [], "matters.urged", detail, by, at, text)


# -- shared -------------------------------------------------------------------------------------------------------------


def _matter(reference: str, by: Doer, version: int | None) -> Standing:
    matter = queries.matter(by, reference)
    if version is not None and version != matter.version:
        raise stale()
    return matter


def _seat(matter: Standing, seat: str) -> OpenSeat:
    found = next((each for each in matter.seats if each.seat == seat), None)
    if found is None:
        raise Refusal("这个席位已经办完，或尚未轮到。请刷新页面。", code="not-now")
    return found


def _read(reference: str, seat: str, by: Doer, version: int | None) -> tuple[Standing, OpenSeat]:
    matter = _matter(reference, by, version)
    return matter, _seat(matter, seat)


def _no_post(matter: Standing, by: Doer) -> NotAllowed:
    return NotAllowed("您没有办理此项操作的权限。如确需办理，请联系本单位账号管理员。")


def _refuse_unless_holder(account_id: int, organ_id: int, role: str, at: datetime) -> None:
    if not organs.holders(organ_id, role, day_of(at)).filter(pk=account_id).exists():
        raise Refusal("该同事在本机构没有相应岗位，不能承办本件。", code="no-such-post", field="to")


def _from(seat: OpenSeat) -> dict[str, object]:
    return {} if seat.holder_id is None else {"held_by": f"staff:{seat.holder_id}"}


def _write(
    matter: Standing,
    seats: Moves,
    event: str,
    detail: dict[str, object],
    by: Doer,
    at: datetime,
    text: str = "",
    *,
    organ_id: int | None = None,
) -> Standing:
    plan = Plan(event=event, state=matter.state, detail=detail, organ_id=organ_id)
    plan.changes = [
        (seat.id, NewSeat(seat.seat, organ, seat.role, seat.phase, holder, seat.clock, seat.due_on))
        for seat, holder, organ in seats
    ]
    if text:
        detail["texts"] = {"reason": sm3(text.encode()).hex()}
        plan.texts = [("reason", event.partition(".")[2], text)]
    actor = by.reference
    digest = statements.write(matter, plan, table="", at=at, recorded_at=at, actor=actor)
    if digest is None:
        raise stale()
    return result(matter, plan, digest, actor, at)


def pass_on(matter: Standing, seats: list[OpenSeat], *, to_account_id: int | None, by: Doer, at: datetime) -> Standing:
    """Seats of somebody who leaves: to the queue, or to a successor the caller has checked. One line."""
    event = "matters.released" if to_account_id is None else "matters.handed-over"
    detail: dict[str, object] = {"seat": "、".join(seat.seat for seat in seats), **_from(seats[0])}
    if to_account_id is not None:
        detail["to"] = f"staff:{to_account_id}"
    return _write(matter, [(seat, to_account_id, seat.organ_id) for seat in seats], event, detail, by, at)


def succeed(matter: Standing, *, old_id: int, new_id: int, by: Doer, at: datetime) -> Standing:
    """An organ's successor takes over its seats, with their holders, and the matter if it was the old organ's. One line."""
    moving = [(seat, seat.holder_id, new_id) for seat in matter.seats if seat.organ_id == old_id]
    detail: dict[str, object] = {"from": f"organ:{old_id}", "to": f"organ:{new_id}"}
    follows = new_id if matter.organ_id == old_id else None
    return _write(matter, moving, "matters.transferred", detail, by, at, organ_id=follows)
