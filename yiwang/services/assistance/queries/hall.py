"""What is seen of a hall: the board, a counter's row, free slots, one's appointments, a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter, Place, PlaceHours
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.assistance import rules
from yiwang.services.assistance.models import Appointment, OriginalHandover, Pause, Ticket
from yiwang.services.cases.models import Case, CaseMaterial, Handover

SHOWN = 12
RETURNED = ("ask-correction", "refuse-acceptance", "not-required")  # steps by which an application goes back


def hall_rule(on: date) -> rules.HallRule:
    """The rule of halls in force that day."""
    found: rules.HallRule = packs.rule(rules.KIND, rules.RULE, on).value
    return found


def place(code: str, on: date) -> Place:
    """A place that is open at all on that day; anybody may ask."""
    found = Place.objects.filter(holding(on), code=code).first()
    if found is None:
        raise NotFound("没有这个场所。", code="place-not-found")
    return found


def places_to_visit(on: date) -> list[Place]:
    """Places with counters that call numbers, in the official order."""
    counted = Place.objects.filter(holding(on), counters__until_on=None).distinct()
    return list(counted.order_by("position", "pk"))


def rows_of(place_id: int, on: date) -> list[tuple[str, str]]:
    """(letter, title) of the rows some counter of the place calls."""
    kinds = set(Counter.objects.filter(holding(on), place_id=place_id).values_list("kind", flat=True))
    return [(one.letter, one.title) for one in hall_rule(on).queue if kinds & set(one.kinds)]


# -- numbers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Board:
    """What hangs in the hall: numbers called and where to, how many wait in each row, counters that are away."""

    place: Place
    called: Sequence[Ticket]
    waiting: Sequence[tuple[str, int]]
    missed: Sequence[str]
    away: Sequence[str]


def board(found: Place, at: datetime) -> Board:
    """The public board of a place today. Numbers only. Four queries."""
    today = Ticket.objects.filter(place=found, day=day_of(at))
    waiting = dict(
        today.filter(state=Ticket.State.WAITING)
        .values_list("queue")
        .annotate(many=Count("pk"))
        .values_list("queue", "many")
    )
    return Board(
        place=found,
        called=list(today.filter(state=Ticket.State.CALLED).select_related("counter").order_by("-called_at")[:SHOWN]),
        waiting=[(title, waiting.get(letter, 0)) for letter, title in rows_of(found.pk, day_of(at))],
        missed=list(
            today.filter(state=Ticket.State.MISSED).order_by("-ended_at").values_list("number", flat=True)[:SHOWN]
        ),
        away=[
            one.counter.number
            for one in Pause.objects.filter(counter__place=found, ended_at=None).select_related("counter")
        ],
    )


def ahead_of(ticket: Ticket) -> int:
    """How many of the same row are called before this number."""
    earlier = Q(due_at__lt=ticket.due_at) | Q(due_at=ticket.due_at, pk__lt=ticket.pk)
    rows = Ticket.objects.filter(place=ticket.place_id, day=ticket.day, queue=ticket.queue)
    return rows.filter(earlier, state=Ticket.State.WAITING).count()


@dataclass(frozen=True, slots=True)
class Row:
    """A counter and its row: the number before it, how many wait, who was passed over, whether it is away."""

    counter: Counter
    current: Ticket | None
    waiting: int
    missed: Sequence[Ticket]
    away: Pause | None
    calls: int


def row(viewer: Doer, at: datetime, counter_id: int | None = None) -> Row | None:
    """The row of a counter the viewer sits at today (the first one without ``counter_id``); ``None`` if at none."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    counters = list(organs.counters_of(viewer, day_of(at)))
    chosen = next((one for one in counters if counter_id in (None, one.pk)), None)
    if chosen is None:
        if counter_id is not None:
            raise NotFound("您今天不在这个窗口。", code="not-at-counter")
        return None
    rule = hall_rule(day_of(at))
    today = Ticket.objects.filter(place_id=chosen.place_id, day=day_of(at))
    served = today.filter(queue__in=rule.called_by(chosen.kind))
    return Row(
        counter=chosen,
        current=today.filter(counter=chosen, state=Ticket.State.CALLED).first(),
        waiting=served.filter(state=Ticket.State.WAITING).count(),
        missed=list(served.filter(state=Ticket.State.MISSED).order_by("-ended_at")[:SHOWN]),
        away=Pause.objects.filter(counter=chosen, ended_at=None).first(),
        calls=rule.calls,
    )


# -- appointments --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A beginning on a day and how many more may come."""

    starts_at: time
    left: int


def is_open(found: Place, day: date) -> bool:
    """True on a working day, and on rest days for a place, or one of its counters, open then. A year whose holidays are
    not announced is judged by its weekends: nobody is turned away for a notice that has not come."""
    if found.open_on_rest_days or calendar.table().is_workday(day):
        return True
    return Counter.objects.filter(holding(day), place=found, open_on_rest_days=True).exists()


def free_slots(found: Place, queue: str, day: date, rule: rules.HallRule, at: datetime) -> list[Slot]:
    """Slots of a place, row and day that are still to come, each for as many as the counters open then can see; none on a
    closed day or too far ahead. A counter with hours of its own counts within those."""
    on = day_of(at)
    if not on <= day <= on + timedelta(days=rule.ahead_days):
        return []
    booked = Appointment.objects.filter(place=found, day=day, queue=queue).exclude(state=Appointment.State.CANCELLED)
    taken = dict(booked.values_list("starts_at").annotate(many=Count("pk")).values_list("starts_at", "many"))
    open_then: dict[time, int] = {}
    for hours in _hours_by_counter(found, rule.kinds_of(queue), day):
        for begin in rules.slots(hours, rule.slot_minutes):
            open_then[begin] = open_then.get(begin, 0) + 1
    return [
        Slot(begin, max(counters * rule.per_counter - taken.get(begin, 0), 0))
        for begin, counters in sorted(open_then.items())
        if datetime.combine(day, begin, SHANGHAI) > at
    ]


def _hours_by_counter(found: Place, kinds: Sequence[str], day: date) -> list[list[tuple[time, time]]]:
    """Openings of that day for each counter of these kinds: its own, else the place's. Two queries."""
    working = calendar.table().is_workday(day)
    week: dict[int | None, list[PlaceHours]] = {}
    for row in PlaceHours.objects.filter(holding(day), place=found).order_by("opens_at"):
        week.setdefault(row.counter_id, []).append(row)
    open_then = []
    for counter in Counter.objects.filter(holding(day), place=found, kind__in=kinds):
        own = week.get(counter.pk)
        if working or (counter.open_on_rest_days if own else found.open_on_rest_days):
            today = [row for row in own or week.get(None, []) if row.weekday == day.isoweekday()]
            open_then.append([(row.opens_at, row.closes_at) for row in today])
    return open_then


def days_to_book(found: Place, at: datetime) -> list[date]:
    """Days on which the place is open, as far ahead as may be booked."""
    on = day_of(at)
    return [day for n in range(hall_rule(on).ahead_days + 1) if is_open(found, day := on + timedelta(days=n))]


def appointments_of(viewer: Doer, at: datetime) -> list[Appointment]:
    """One's own appointments from today on, the next first."""
    if viewer.person_id is None:
        return []
    rows = Appointment.objects.filter(party_id=viewer.person_id, day__gte=day_of(at)).select_related("place")
    return list(rows.order_by("day", "starts_at")[:50])


# -- the end of a shift ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """One clerk's day at one counter: what came in, went back, was handed out; originals that still lie there."""

    counter: Counter
    day: date
    received: Sequence[Case]
    returned: Sequence[tuple[str, str]]
    handed_out: Sequence[Handover]
    originals: Sequence[CaseMaterial]
    served: int
    missed: int


def originals_taken(counter_id: int) -> QuerySet[CaseMaterial]:
    """Every original that was taken in at a counter."""
    taken = Case.objects.filter(counter_id=counter_id).values("matter_id")
    return CaseMaterial.objects.filter(state=CaseMaterial.State.ORIGINAL, matter_id__in=taken)


def shift(viewer: Doer, at: datetime, counter_id: int | None = None) -> Shift | None:
    """The viewer's own shift today; 404 for whoever receives nowhere, ``None`` for whoever sits at no counter."""
    found = row(viewer, at, counter_id)
    if found is None:
        return None
    counter, on = found.counter, day_of(at)
    begins = datetime.combine(on, time.min, SHANGHAI)
    today = (begins, begins + timedelta(days=1))
    cases = Case.objects.filter(
        counter_id=counter.pk, matter__received_at__gte=today[0], matter__received_at__lt=today[1]
    )
    steps = Q()
    for step in RETURNED:
        steps |= Q(event__endswith=f".{step}")
    lines = LedgerEntry.objects.filter(steps, actor=viewer.reference, at__gte=today[0], at__lt=today[1])
    tickets = Ticket.objects.filter(counter=counter, day=on)
    handed = OriginalHandover.objects.filter(counter=counter).values("material_id")
    return Shift(
        counter=counter,
        day=on,
        received=list(cases.select_related("matter").defer("form", "answers").order_by("matter_id")),
        returned=list(lines.order_by("number").values_list("subject", "event")),
        handed_out=list(
            Handover.objects.filter(handed_by=viewer.reference, handed_at__gte=today[0], handed_at__lt=today[1])
            .select_related("matter")
            .order_by("handed_at")
        ),
        originals=list(
            originals_taken(counter.pk).exclude(pk__in=handed).select_related("matter").order_by("matter_id", "ordinal")
        ),
        served=tickets.filter(state=Ticket.State.DONE).count(),
        missed=tickets.filter(state=Ticket.State.MISSED).count(),
    )
