"""Places people go to and their counters: opened, given hours, closed. What was stays readable for the days it held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import rules
from yiwang.foundation.organs.models import Counter, Division, Organ, Place, PlaceHours, Post
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

WEEKDAYS = "一二三四五六日"


class Opening(NamedTuple):
    """One opening on a weekday (1 Monday … 7 Sunday); ``extended`` for 延时服务."""

    weekday: int
    opens_at: time
    closes_at: time
    extended: bool = False


@transaction.atomic
def open_place(
    *,
    code: str,
    kind: str,
    name: str,
    organ: Organ,
    division: Division,
    address: str,
    phone: str = "",
    from_on: date,
    by: Doer,
    at: datetime,
) -> Place:
    """Open a hall, a town's centre or a village station from a day on; its hours are set next.

    By the system administrator. Refused: an unknown kind, no name or address, a taken code, an organ abolished by then.
    """
    rules.refuse_ungoverned(by)
    if kind not in Place.Kind.values:
        raise Refusal("请从列表中选择场所类别。", code="unknown-kind", field="kind")
    if not name.strip() or not address.strip():
        raise Refusal("场所名称和地址均须填写。", code="missing", field="name")
    if Place.objects.filter(code=code).exists():
        raise Refusal("场所代号已登记。", code="already-recorded", field="code")
    _refuse_closed(organ, "管理机构", from_on, "organ")
    last = Place.objects.order_by("-position").values_list("position", flat=True).first() or 0
    place = Place.objects.create(
        code=code,
        kind=kind,
        name=name.strip(),
        organ=organ,
        division=division,
        address=address.strip(),
        phone=phone.strip(),
        position=last + 1,
        from_on=from_on,
    )
    _record(place, "organs.place-opened", by, at, code=code, from_on=str(from_on))
    return place


@transaction.atomic
def close_place(*, place: Place, on: date, reason: str, by: Doer, at: datetime) -> Place:
    """Close a place from ``on``. Refused: a day before today, without a reason, closed already, counters still open."""
    rules.refuse_ungoverned(by)
    place = Place.objects.select_for_update().get(pk=place.pk)
    _refuse_closing(place, "该场所", on, reason, at)
    still = Counter.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), place=place).order_by("number")
    if numbers := list(still.values_list("number", flat=True)):
        raise Refusal(f"该场所还有窗口在用（{'、'.join(numbers)}），请先停用。", code="counters-open", field="on")
    place.until_on = on
    place.save(update_fields=["until_on"])
    _record(place, "organs.place-closed", by, at, on=str(on), reason=reason.strip())
    return place


@transaction.atomic
def set_hours(
    *,
    place: Place,
    openings: Sequence[Opening],
    from_on: date,
    open_on_rest_days: bool = False,
    counter: Counter | None = None,
    by: Doer,
    at: datetime,
) -> list[PlaceHours]:
    """The hours of a place, or of one of its counters, from a day on, replacing those that held; earlier days keep theirs.
    A counter given no opening at all keeps its place's hours again.

    Refused: a day before tomorrow (what came in today is judged by today's hours), none at all for a place, an unknown
    weekday, an opening that ends before it begins, two that overlap, a place or counter closed by then.
    """
    rules.refuse_ungoverned(by)
    place = Place.objects.select_for_update().get(pk=place.pk)
    if counter is not None and (counter.place_id != place.pk or counter.until_on is not None):
        raise Refusal("该窗口不属于这个场所，或者已停用。", code="closed", field="counter")
    if from_on <= today.day_of(at):
        raise Refusal("开放时间须自明日或以后起调整，今日收件按今日的时间认定。", code="backdated", field="from_on")
    if place.until_on is not None and place.until_on <= from_on:
        raise Refusal("该场所届时已停用。", code="closed", field="from_on")
    if not openings and counter is None:
        raise Refusal("请至少填写一个开放时段。", code="missing", field="openings")
    chosen = sorted(openings)
    for one in chosen:
        if not 1 <= one.weekday <= 7:
            raise Refusal("星期须为一至日。", code="unknown-weekday", field="openings")
        if one.closes_at <= one.opens_at:
            says = f"周{WEEKDAYS[one.weekday - 1]}{one.opens_at:%H:%M}的时段：关门时间须晚于开门时间。"
            raise Refusal(says, code="runs-backwards", field="openings")
    for before, after in pairwise(chosen):
        if before.weekday == after.weekday and after.opens_at < before.closes_at:
            says = f"周{WEEKDAYS[after.weekday - 1]}{after.opens_at:%H:%M}的时段与前一时段重叠。"
            raise Refusal(says, code="overlapping-hours", field="openings")
    # Hours still to come are emptied, never removed: a row nobody may read any more costs nothing and was once true.
    held = PlaceHours.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_on), place=place, counter=counter)
    held.update(until_on=Greatest(F("from_on"), from_on))
    made = PlaceHours.objects.bulk_create(
        [PlaceHours(place=place, counter=counter, from_on=from_on, **one._asdict()) for one in chosen]
    )
    kept: Place | Counter = counter or place
    kept.open_on_rest_days = open_on_rest_days and bool(chosen)
    kept.save(update_fields=["open_on_rest_days"])
    hours = [f"{one.weekday} {one.opens_at:%H:%M}-{one.closes_at:%H:%M}{'+' * one.extended}" for one in chosen]
    whose = f"{counter.number}窗口" if counter else ""
    _record(place, "organs.hours-set", by, at, whose=whose, from_on=str(from_on), openings=len(made), hours=hours)
    return made


@transaction.atomic
def open_counter(
    *, place: Place, number: str, name: str, kind: str, organ: Organ, from_on: date, by: Doer, at: datetime
) -> Counter:
    """Open a counter of a place, staffed by an organ, from a day on.

    Refused: an unknown kind, no number or name, a number the place has had, a place or organ closed by then.
    """
    rules.refuse_ungoverned(by)
    if kind not in Counter.Kind.values:
        raise Refusal("请从列表中选择窗口类别。", code="unknown-kind", field="kind")
    if not number.strip() or not name.strip():
        raise Refusal("窗口编号和名称均须填写。", code="missing", field="number")
    if Counter.objects.filter(place=place, number=number.strip()).exists():
        raise Refusal("该场所已登记过这个窗口编号，停用的编号不再使用。", code="already-recorded", field="number")
    if from_on < place.from_on:
        raise Refusal("窗口启用日不得早于场所启用日。", code="too-early", field="from_on")
    _refuse_closed(place, "该场所", from_on, "from_on")
    _refuse_closed(organ, "进驻机构", from_on, "organ")
    counter = Counter.objects.create(
        place=place, number=number.strip(), name=name.strip(), kind=kind, organ=organ, from_on=from_on
    )
    _record(place, "organs.counter-opened", by, at, counter=counter.number, from_on=str(from_on))
    return counter


@transaction.atomic
def close_counter(*, counter: Counter, on: date, reason: str, by: Doer, at: datetime) -> Counter:
    """Close a counter from ``on``; authorisations it has end with it.

    Refused: a day before today, without a reason, closed already, while somebody's post is at this counter.
    """
    rules.refuse_ungoverned(by)
    counter = Counter.objects.select_for_update().get(pk=counter.pk)
    _refuse_closing(counter, "该窗口", on, reason, at)
    posts = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), counter=counter)
    if sitting := sorted(set(posts.values_list("account__name", flat=True))):
        raise Refusal(f"{'、'.join(sitting)}的岗位还在该窗口，请先调整岗位。", code="counter-staffed", field="on")
    counter.until_on = on
    counter.save(update_fields=["until_on"])
    counter.authorisations.filter(until_on__gt=on).update(until_on=Greatest(F("from_on"), on))
    _record(counter.place, "organs.counter-closed", by, at, counter=counter.number, on=str(on), reason=reason.strip())
    return counter


def _refuse_closed(thing: Organ | Place, says: str, on: date, field: str) -> None:
    if thing.until_on is not None and thing.until_on <= on:
        raise Refusal(f"{says}届时已停用。", code="closed", field=field)


def _refuse_closing(thing: Place | Counter, says: str, on: date, reason: str, at: datetime) -> None:
    if thing.until_on is not None:
        raise Refusal(f"{says}已停用。", code="already-ended", field="on")
    if on < max(today.day_of(at), thing.from_on):
        raise Refusal("停用日不得早于今天和启用日。", code="backdated", field="on")
    if not reason.strip():
        raise Refusal("请写明停用原因。", code="missing-reason", field="reason")


def _record(place: Place, event: str, by: Doer, at: datetime, **detail: object) -> None:
    record(subject=f"place:{place.code}", event=event, by=by, at=at, organ=str(place.organ_id), detail=detail)
