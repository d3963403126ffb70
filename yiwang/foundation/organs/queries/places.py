"""Places with their hours and counters, as staff see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from yiwang.foundation.calendar import today
from yiwang.foundation.organs.models import Counter, Place, PlaceHours
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import Doer
from yiwang.kernel.reception import Hours
from yiwang.kernel.refusal import NotFound

WEEKDAYS = "一二三四五六日"


def places(by: Doer, on: date) -> QuerySet[Place]:
    """Places open on a day or later, each with its hours of that day (``now``); staff only."""
    if by.kind not in {"staff", "system"}:
        raise NotFound("没有这个页面，或者您无权查看。")
    hours = PlaceHours.objects.filter(holding(on), counter=None).order_by("weekday", "opens_at")
    standing = Place.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
    return standing.order_by("position", "pk").prefetch_related(Prefetch("hours", queryset=hours, to_attr="now"))


def place_seen_by(by: Doer, code: str, on: date) -> Place:
    """One place, open or closed, with its hours of a day; staff only."""
    hours = PlaceHours.objects.filter(holding(on), counter=None).order_by("weekday", "opens_at")
    if by.kind in {"staff", "system"}:
        found = Place.objects.filter(code=code).prefetch_related(Prefetch("hours", queryset=hours, to_attr="now"))
        if place := found.first():
            return place
    raise NotFound("没有这个场所。", code="place-not-found")


def counters_at(place: Place, on: date) -> QuerySet[Counter]:
    """Every counter a place has or had, by number, each with hours of its own on that day (``now``)."""
    hours = PlaceHours.objects.filter(holding(on)).order_by("weekday", "opens_at")
    return place.counters.order_by("until_on", "number").prefetch_related(
        Prefetch("hours", queryset=hours, to_attr="now")
    )


def hours_to_come(place: Place, on: date, counter: Counter | None = None) -> QuerySet[PlaceHours]:
    """Hours of the place, or of one of its counters, already set that begin after a day."""
    rows = PlaceHours.objects.filter(Q(until_on__isnull=True), place=place, counter=counter, from_on__gt=on)
    return rows.order_by("from_on", "weekday", "opens_at")


def hours_of(counter: Counter, on: date) -> tuple[list[PlaceHours], bool]:
    """The hours a counter keeps on a day, of the whole week, and whether they hold on rest days: its own, else its
    place's. One query."""
    rows = list(
        PlaceHours.objects.filter(
            holding(on), Q(counter=counter) | Q(counter=None), place_id=counter.place_id
        ).order_by("weekday", "opens_at")
    )
    own = [row for row in rows if row.counter_id is not None]
    return (own, counter.open_on_rest_days) if own else (rows, counter.place.open_on_rest_days)


def business_hours(counter: Counter, at: datetime) -> Hours:
    """The counter's hours of that day, as receipt is judged by them (民法典 第二百零三条第二款)."""
    on = today.day_of(at)
    rows, _ = hours_of(counter, on)
    day = [row for row in rows if row.weekday == on.isoweekday()]
    return Hours(
        regular=tuple((row.opens_at, row.closes_at) for row in day if not row.extended),
        extended=tuple((row.opens_at, row.closes_at) for row in day if row.extended),
    )


def hours_in_words(rows: Iterable[PlaceHours]) -> list[str]:
    """``周一 09:00—12:00、12:00—13:30（延时服务）``, a line a weekday."""
    days: dict[int, list[str]] = {}
    for row in rows:
        said = f"{row.opens_at:%H:%M}—{row.closes_at:%H:%M}{'（延时服务）' if row.extended else ''}"
        days.setdefault(row.weekday, []).append(said)
    return [f"周{WEEKDAYS[weekday - 1]} {'、'.join(said)}" for weekday, said in days.items()]
