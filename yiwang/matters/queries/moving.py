"""Whom a seat may be given to and where a matter may go, for the forms of 指派 and 转办."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.foundation.organs import queries as organs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.matters import processes
from yiwang.matters.standing import OpenSeat, Standing

Choices = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class SeatMove:
    """An open seat the viewer may move: to one of ``colleagues`` (account id and name), who hold its role."""

    seat: OpenSeat
    title: str
    colleagues: Choices

    @property
    def held(self) -> bool:
        return self.seat.holder_id is not None


@dataclass(frozen=True, slots=True)
class Moves:
    """Seats to assign or hand over, and other organs (id and name) the whole matter may be transferred to."""

    seats: list[SeatMove]
    organs: Choices

    def __bool__(self) -> bool:
        return bool(self.seats or self.organs)


def may_move(viewer: Doer, standing: Standing) -> bool:
    """True if the viewer may move a seat or the matter: its holder, or whoever may assign there. No query."""
    if standing.closed_at is not None or viewer.kind not in ("staff", "system"):
        return False
    places = {standing.organ_id, *(seat.organ_id for seat in standing.seats)}
    return any(viewer.may(Permission.MATTER_ASSIGN, organ_id) for organ_id in places) or any(
        seat.holder_id is not None and seat.holder_id == viewer.account_id for seat in standing.seats
    )


def barred(standing: Standing) -> frozenset[int]:
    """Organs the whole matter may not go to, as the room it belongs to says under ``matters.barred.<process id>``:
    ``(reference) -> ids``. Nothing where no room says anything."""
    hook = f"matters.barred.{standing.process_id}"
    return frozenset(names.hook[hook](standing.reference)) if hook in names.hook else frozenset()


def moves(viewer: Doer, standing: Standing, on: date) -> Moves:
    """What the viewer may move on that day; nothing in a closed matter or for whoever may move nothing."""
    if not may_move(viewer, standing):
        return Moves([], [])
    definition = processes.bound(standing.process_id, standing.process_version)
    titles = {seat.id: seat.title for seat in definition.states[standing.state].seats}
    seats = []
    for seat in standing.seats:
        own = seat.holder_id is not None and seat.holder_id == viewer.account_id
        if own or viewer.may(Permission.MATTER_ASSIGN, seat.organ_id):
            holders = organs.holders(seat.organ_id, seat.role, on)
            colleagues = [(one.pk, f"{one.name}（{one.title or one.username}）") for one in holders]
            choices = [(pk, name) for pk, name in colleagues if pk != seat.holder_id]
            seats.append(SeatMove(seat, titles.get(seat.seat) or seat.seat, choices))
    elsewhere: Choices = []
    if viewer.may(Permission.MATTER_ASSIGN, standing.organ_id):
        never = barred(standing) | {standing.organ_id}
        elsewhere = [(pk, name) for pk, name in organs.standing_organs(on) if pk not in never]
    return Moves(seats, elsewhere)
