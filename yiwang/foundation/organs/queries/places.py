"""Places with their hours and counters, as staff see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from yiwang.foundation.organs.models import Counter, Place, PlaceHours
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound

WEEKDAYS = "一二三四五六日"


def places(by: Doer, on: date) -> QuerySet[Place]:
    """Places open on a day or later, each with its hours of that day (``now``); staff only."""
    if by.kind not in {"staff", "system"}:
        raise NotFound("没有这个页面，或者您无权查看。")
    hours = PlaceHours.objects.filter(holding(on)).order_by("weekday", "opens_at")
    standing = Place.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
    return standing.order_by("position", "pk").prefetch_related(Prefetch("hours", queryset=hours, to_attr="now"))


def place_seen_by(by: Doer, code: str, on: date) -> Place:
    """One place, open or closed, with its hours of a day; staff only."""
    hours = PlaceHours.objects.filter(holding(on)).order_by("weekday", "opens_at")
    if by.kind in {"staff", "system"}:
        found = Place.objects.filter(code=code).prefetch_related(Prefetch("hours", queryset=hours, to_attr="now"))
        if place := found.first():
            return place
    raise NotFound("没有这个场所。", code="place-not-found")


def counters_at(place: Place) -> QuerySet[Counter]:
    """Every counter a place has or had, by number."""
    return place.counters.order_by("until_on", "number")


def hours_to_come(place: Place, on: date) -> QuerySet[PlaceHours]:
    """Hours already set that begin after a day."""
    rows = PlaceHours.objects.filter(Q(until_on__isnull=True), place=place, from_on__gt=on)
    return rows.order_by("from_on", "weekday", "opens_at")


def hours_in_words(rows: Iterable[PlaceHours]) -> list[str]:
    """``周一 09:00—12:00、12:00—13:30（延时服务）``, a line a weekday."""
    days: dict[int, list[str]] = {}
    for row in rows:
        said = f"{row.opens_at:%H:%M}—{row.closes_at:%H:%M}{'（延时服务）' if row.extended else ''}"
        days.setdefault(row.weekday, []).append(said)
    return [f"周{WEEKDAYS[weekday - 1]} {'、'.join(said)}" for weekday, said in days.items()]
