"""Booking a slot of a place: what was asked for, what is free, and the deed. The same at home and at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.models import Place
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.assistance import actions, queries
from yiwang.services.assistance.models import Appointment
from yiwang.services.assistance.queries import Slot


@dataclass(frozen=True, slots=True)
class Booking:
    """One request to the page of a place: the choice, the slots, and the appointment made or refused."""

    days: Sequence[date]
    rows: Sequence[tuple[str, str]]
    day: date
    queue: str
    slots: Sequence[Slot]
    made: Appointment | None
    refusal: Refusal | None

    def context(self) -> dict[str, Any]:
        """For the template."""
        return {name: getattr(self, name) for name in self.__slots__}


def booking(request: HttpRequest, place: Place, by: Doer, at: datetime) -> Booking:
    """Day and row from the address or the form; with a form, the deed. 403 and 404 are raised, not shown."""
    days, rows = queries.days_to_book(place, at), queries.rows_of(place.pk, day_of(at))
    said = request.POST if request.method == "POST" else request.GET
    day = _day(said.get("day", "")) or (days[0] if days else day_of(at))
    queue = said.get("queue", "") or (rows[0][0] if rows else "")
    made, refusal = None, None
    if request.method == "POST":
        try:
            starts = _time(said.get("starts_at", ""))
            made = actions.book(place_id=place.pk, queue=queue, day=day, starts_at=starts, by=by, at=at)
        except Refusal as refused:
            if refused.status in {403, 404}:
                raise
            refusal = refused
    slots = queries.free_slots(place, queue, day, queries.hall_rule(day_of(at)), at)
    return Booking(days, rows, day, queue, slots, made, refusal)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("日期不正确，请从列出的日期中选择。", code="day", field="day") from None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refusal("请选择一个时段。", code="slot", field="starts_at") from None
