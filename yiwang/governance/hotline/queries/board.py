"""The hotline's own lists: urgent first, then what falls due first; and a unit's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.organs import queries as organs
from yiwang.governance.hotline.models import Order, Part
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.kernel.permissions import Doer, Permission
from yiwang.matters import processes
from yiwang.matters.models import MatterClock, Seat

PAGE = 30
SEEING = (  # what the process is seen by
    *(Permission.ORDER_TAKE, Permission.ORDER_DISPATCH, Permission.ORDER_CALL_BACK, Permission.ORDER_RULE),
    *(Permission.ORDER_HANDLE, Permission.MATTER_ASSIGN, Permission.CASE_SUPERVISE),
)
SHOW: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("全部在办", ()),
    "recorded": ("待派单", ("recorded",)),
    "sign": ("待签收", ("dispatched",)),
    "handling": ("办理中", ("handling", "redoing", "stage-closed")),
    "asked": ("退单、延期、终止申请", ("returning", "extending", "terminating")),
    "ruling": ("待裁定", ("ruling",)),
    "review": ("待审核", ("replied",)),
    "callback": ("待回访", ("calling-back",)),
    "judging": ("待研判", ("judging",)),
    "merged": ("已并入", ("merged",)),
    "overdue": ("超期", ()),
    "closed": ("已办结", ()),
}
TONES = {"recorded": "soon", "ruling": "late", "judging": "late", "returning": "soon", "redoing": "late"}


@dataclass(frozen=True, slots=True)
class Row:
    """An order as a list shows it: codes in words, the unit, the days; nobody's name. ``left``: working days."""

    reference: str
    number: str
    title: str
    urgent: bool
    firm: bool
    kind: str
    organ: str
    state: str
    tone: str
    received_at: datetime
    due_on: date | None
    left: int | None
    urges: int
    overseen: int
    respond_by_at: datetime | None
    responded: bool


def board(
    viewer: Doer, on: date, *, show: str = "open", topic: str = "", town: str = "", before: str = "", size: int = PAGE
) -> tuple[list[Row], str]:
    """Orders the viewer's organs take part in: urgent ones first, then by the day of whose turn it is; closed ones newest first.
    Answers the rows and the mark of the next page. 404 for who sees none anywhere, and for a list there is not."""
    rows = _seen(viewer).filter(_asked(show, on))
    if topic:
        rows = rows.filter(topic=topic)
    if town:
        rows = rows.filter(town=town)
    start = int(before) if before.isdigit() and len(before) < 8 else 0
    rows = rows.annotate(due_on=_due_on())
    order_by = ("-pk",) if show == "closed" else ("-urgent", F("due_on").asc(nulls_last=True), "pk")
    found = list(rows.select_related("matter").order_by(*order_by)[start : start + size + 1])
    return _rows(found[:size], on), str(start + size) if len(found) > size else ""


def counts(viewer: Doer, on: date) -> list[tuple[str, str, int]]:
    """(key, title, how many) of each list the viewer has, in one look at the open orders; closed ones are not counted."""
    asked = {key: Count("pk", filter=_asked(key, on)) for key in SHOW if key != "closed"}
    found = _seen(viewer).filter(matter__closed_at=None).aggregate(**asked)
    return [(key, SHOW[key][0], found[key]) for key in asked]


def parts_of_unit(viewer: Doer) -> list[Part]:
    """Parts the viewer's organs were asked for and have not answered, those of urgent orders first."""
    seeing = viewer.organs_of(*SEEING)
    rows = (
        Part.objects.select_related("matter", "order").filter(matter__closed_at=None).order_by("-order__urgent", "pk")
    )
    return list(rows if seeing is None else rows.filter(organ_id__in=seeing))


def _seen(viewer: Doer) -> QuerySet[Order]:
    if viewer.kind != "staff" or not any(viewer.may(permission) for permission in SEEING):
        raise no_such_order()
    seeing = viewer.organs_of(*SEEING)
    rows = Order.objects.all()
    if seeing is None:
        return rows
    return rows.filter(
        Q(organ_id__in=seeing) | Q(handling_organ_id__in=seeing) | Q(overseer_organ_id__in=seeing)
    )  # as hotline, as unit, in the hotline's place


def _due_on() -> Coalesce:
    """The day of whose turn it is, as the inbox and the supervisors see it: dispatching, signing and calling back have days of
    their own inside the unit's limit. Where the seat has none (an extension or a termination is being decided), the day of
    the limit itself, which runs on."""
    seats = Seat.objects.filter(matter_id=OuterRef("pk"), closed_at=None, due_on__isnull=False)
    clocks = MatterClock.objects.filter(matter_id=OuterRef("pk"), kind="order", stopped_on=None, due_on__isnull=False)
    return Coalesce(*(Subquery(rows.order_by("due_on").values("due_on")[:1]) for rows in (seats, clocks)))


def _asked(show: str, on: date) -> Q:
    if show not in SHOW:
        raise no_such_order()
    if show == "closed":
        return Q(matter__closed_at__isnull=False)
    asked = Q(matter__closed_at=None)
    if show == "overdue":
        return asked & Q(LessThan(_due_on(), on))
    states = SHOW[show][1]
    return asked & Q(matter__state__in=states) if states else asked


def _rows(found: Sequence[Order], on: date) -> list[Row]:
    table = calendar.table()
    named = organs.organ_names([one.handling_organ_id for one in found if one.handling_organ_id], on)
    lines = []
    for one in found:
        matter, due = one.matter, getattr(one, "due_on", None)
        state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
        left = None if due is None else table.elapsed(on, due) if due >= on else -table.elapsed(due, on)
        lines.append(
            Row(
                reference=matter.reference,
                number=one.number,
                title=matter.title,
                urgent=one.urgent,
                firm=one.firm,
                kind=one.get_kind_display(),
                organ=named.get(one.handling_organ_id or 0, ""),
                state=state.title,
                tone="off" if state.closed else TONES.get(matter.state, "calm"),
                received_at=matter.received_at,
                due_on=due,
                left=left,
                urges=one.urges,
                overseen=one.overseen,
                respond_by_at=one.respond_by_at,
                responded=one.responded_at is not None,
            )
        )
    return lines
