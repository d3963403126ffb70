"""预约: by a person for himself, within the place's hours, on days it is open."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time

from django.db import transaction

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Place
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.assistance import queries, rules
from yiwang.services.assistance.models import Appointment

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else


@transaction.atomic
def book(
    *, place_id: int, queue: str, day: date, starts_at: time, item_code: str = "", by: Doer, at: datetime
) -> Appointment:
    """A slot that is still free, for whoever asks himself; one a day and place.

    Refused: somebody whose name is not known; a day or hour at which the place is closed, too far ahead or past; a full
    slot; a second appointment on the same day.
    """
    if by.kind != "citizen" or by.person_id is None:
        raise NotAllowed("请先登录并完成实名认证，再预约。", code="not-verified")
    place = Place.objects.select_for_update(no_key=True).filter(holding(day_of(at)), pk=place_id).first()
    if place is None:
        raise NotFound("没有这个场所。", code="place-not-found")
    rule: rules.HallRule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    free = {one.starts_at: one.left for one in queries.free_slots(place, queue, day, rule, at)}
    if starts_at not in free:
        raise Refusal("这个时段不开放预约，请从列出的时段中选择。", code="closed", field="starts_at")
    if free[starts_at] < 1:
        raise Refusal("这个时段已约满，请另选时段。", code="full", field="starts_at")
    own = Appointment.objects.filter(place=place, day=day, party_id=by.person_id)
    if own.exclude(state=Appointment.State.CANCELLED).exists():
        raise Refusal("您当天在这里已经有预约，一天只能约一个时段。", code="booked-already")
    made = Appointment.objects.create(
        place=place,
        organ_id=place.organ_id,
        party_id=by.person_id,
        day=day,
        starts_at=starts_at,
        queue=queue,
        item=item_code[:40],
        code=_fresh_code(place, day),
        made_at=at,
    )
    _line(made, "assistance.appointment-booked", by, at)
    return made


@transaction.atomic
def cancel(*, appointment_id: int, by: Doer, at: datetime) -> Appointment:
    """By whoever booked it, until its slot begins; 404 for anybody else."""
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("place")
    found = rows.filter(pk=appointment_id, party_id=by.person_id or 0).first()
    if found is None:
        raise NotFound("没有这个预约。", code="no-such-appointment")
    if found.state != Appointment.State.BOOKED or at >= datetime.combine(found.day, found.starts_at, SHANGHAI):
        raise Refusal("预约已经取号、取消或者过了时间，不能取消。", code="not-to-cancel")
    found.state = Appointment.State.CANCELLED
    found.save(update_fields=["state"])
    _line(found, "assistance.appointment-cancelled", by, at)
    return found


def _fresh_code(place: Place, day: date) -> str:
    given = set(Appointment.objects.filter(place=place, day=day).values_list("code", flat=True))
    while True:
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(6))
        if code not in given:
            return code


def _line(made: Appointment, event: str, by: Doer, at: datetime) -> None:
    detail = {"day": made.day.isoformat(), "starts_at": f"{made.starts_at:%H:%M}"}
    subject = f"appointment:{made.pk}"
    ledger.record(subject=subject, event=event, by=by, at=at, organ=str(made.organ_id), detail=detail)
