"""取号: at the hall's desk or at a terminal, with an appointment or without."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter, Place
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.assistance import rules
from yiwang.services.assistance.models import Appointment, Terminal, Ticket


@transaction.atomic
def take_ticket(*, place_id: int, queue: str, code: str = "", by: Doer, at: datetime) -> Ticket:
    """The next number of a row today; numbers of one place come one by one.

    ``code`` is that of an appointment here today: shortly before its slot until shortly after it began, its number is
    called by the slot; a late one queues like everybody. By whoever sits at a counter of the place, or by a terminal
    there. Refused: anybody else; a row no counter of the place calls; a code that is none, or too early.
    """
    on = day_of(at)
    place = Place.objects.select_for_update(no_key=True).filter(holding(on), pk=place_id).first()
    if place is None or not _serves(by, place_id, at):
        raise NotAllowed("您今天不在这个大厅服务，不能取号。", code="not-at-place")
    rule: rules.HallRule = packs.rule(rules.KIND, rules.RULE, on).value
    booked = _booked(place, code, rule, at) if code.strip() else None
    queue = booked.queue if booked else queue
    kinds = rule.kinds_of(queue)
    if not Counter.objects.filter(holding(on), place=place, kind__in=kinds).exists():
        raise Refusal("这个大厅没有办理这类业务的窗口。", code="no-such-queue", field="queue")
    today = Ticket.objects.filter(place=place, day=on, queue=queue)
    due = at
    if booked:
        begins = datetime.combine(booked.day, booked.starts_at, SHANGHAI)
        if rules.holds(rule, begins, at):
            due = min(begins, at)
        elif at < begins:
            raise Refusal(
                f"预约的是{booked.starts_at:%H:%M}，请在此前{rule.early_minutes}分钟内取号。", code="too-early"
            )
        booked.state = Appointment.State.ARRIVED
        booked.save(update_fields=["state"])
    made = Ticket.objects.create(
        place=place,
        day=on,
        queue=queue,
        number=rules.next_number(queue, list(today.values_list("number", flat=True))),
        appointment=booked,
        taken_at=at,
        due_at=due,
    )
    _line(made, "assistance.ticket-taken", by, at, number=made.number)
    return made


def _line(ticket: Ticket, event: str, by: Doer, at: datetime, **detail: object) -> None:
    organ = str(ticket.place.organ_id)
    ledger.record(subject=f"ticket:{ticket.pk}", event=event, by=by, at=at, organ=organ, detail=detail)


def _serves(by: Doer, place_id: int, at: datetime) -> bool:
    if by.kind == rules.TERMINAL:
        code = by.reference.removeprefix("terminal:")
        return Terminal.objects.filter(code=code, place_id=place_id, retired_at=None).exists()
    return organs.counters_of(by, day_of(at)).filter(place_id=place_id).exists()


def _booked(place: Place, code: str, rule: rules.HallRule, at: datetime) -> Appointment:
    found = Appointment.objects.filter(
        place=place, day=day_of(at), code=code.strip().upper()[:8], state=Appointment.State.BOOKED
    )
    booked = found.select_for_update().first()
    if booked is None:
        raise NotFound("今天没有这个预约码，或者已经取过号。", code="no-such-appointment", field="code")
    return booked
