"""Figures: the monthly 通报 by department, and the counts anybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from yiwang.foundation.organs import queries as organs
from yiwang.governance.supervision.models import Card
from yiwang.governance.supervision.queries.board import signals, supervises
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound

CARDS = Q(signal__in=(Card.Signal.YELLOW, Card.Signal.RED))
GONE = Q(matter__state="revoked") | Q(withdrawn_at__isnull=False)
STANDING = CARDS & ~GONE
COUNTED = {
    "warnings": Count("pk", filter=Q(signal=Card.Signal.WARNING)),
    "yellow": Count("pk", filter=Q(signal=Card.Signal.YELLOW) & ~GONE),
    "red": Count("pk", filter=Q(signal=Card.Signal.RED) & ~GONE),
    "orders": Count("pk", filter=Q(signal=Card.Signal.ORDER)),
    "revoked": Count("pk", filter=CARDS & GONE),
    "settled": Count("pk", filter=Q(matter__state="settled", withdrawn_at=None)),
    "unanswered": Count("pk", filter=Q(matter__state__in=("issued", "must-answer"))),
    "appealed": Count("pk", filter=Q(matter__state="appealed")),
}


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One unit's month, by the day each limit was exceeded. Cards revoked on appeal, or taken back
    after their clock was corrected, are no longer yellow or red."""

    organ_id: int
    organ: str
    warnings: int
    yellow: int
    red: int
    orders: int
    revoked: int
    settled: int
    unanswered: int
    appealed: int


def month_of(first: date) -> tuple[date, date]:
    """``[first day, first day of the next month)``."""
    first = first.replace(day=1)
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def bulletin(viewer: Doer, month: date, on: date) -> list[MonthRow]:
    """Every unit with a signal in that month, most red and yellow first. For supervisors; 404 otherwise. Two queries."""
    if not (viewer.kind == "system" or supervises(viewer)):
        raise NotFound("没有这个页面，或者您无权查看。")
    since, until = month_of(month)
    rows = list(
        signals(viewer).filter(fell_on__gte=since, fell_on__lt=until).order_by().values("organ_id").annotate(**COUNTED)
    )
    return _named(rows, on)


def _named(rows: list[Any], on: date) -> list[MonthRow]:
    called = organs.organ_names([row["organ_id"] for row in rows], on)
    found = [MonthRow(organ=called.get(row["organ_id"], ""), **row) for row in rows]
    return sorted(found, key=lambda row: (-row.red, -row.yellow, -row.warnings, row.organ_id))


def months(on: date, count: int = 12) -> list[date]:
    """First days of this month and the ones before."""
    found = [on.replace(day=1)]
    while len(found) < count:
        last = found[-1]
        found.append(date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1))
    return found


def public_counts(year: int, on: date) -> Mapping[str, Any]:
    """What anybody may read: yellow and red cards of a year by month and by unit, those revoked on appeal left out.

    Counts alone: no case, no person.
    """
    standing = Card.objects.filter(STANDING, fell_on__year=year)
    by_month: dict[int, Any] = {
        row["fell_on__month"]: row
        for row in standing.values("fell_on__month").annotate(
            yellow=Count("pk", filter=Q(signal=Card.Signal.YELLOW)), red=Count("pk", filter=Q(signal=Card.Signal.RED))
        )
    }
    by_organ = list(
        standing.values("organ_id").annotate(
            yellow=Count("pk", filter=Q(signal=Card.Signal.YELLOW)), red=Count("pk", filter=Q(signal=Card.Signal.RED))
        )
    )
    called = organs.organ_names([row["organ_id"] for row in by_organ], on)
    last = on.month if year == on.year else 12
    return {
        "months": [
            {
                "month": month,
                "yellow": by_month.get(month, {}).get("yellow", 0),
                "red": by_month.get(month, {}).get("red", 0),
            }
            for month in range(1, last + 1)
        ],
        "organs": sorted(
            ({**row, "organ": called.get(row["organ_id"], "")} for row in by_organ),
            key=lambda row: (-row["red"], -row["yellow"], row["organ_id"]),
        ),
        "yellow": sum(row["yellow"] for row in by_organ),
        "red": sum(row["red"] for row in by_organ),
    }
