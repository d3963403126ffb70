"""What supervisors and leaders look at: open cases by days left, the load of each organ, the day's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes
from yiwang.matters import queries as matters
from yiwang.matters.models import Matter, Seat
from yiwang.services.cases import words

SOON = 1  # working days before the due day on which the supervisor is told
WALL_SECONDS = 30
BANDS = {"": "全部在办", "today": "今天到期", "soon": "1个工作日内到期", "late": "已超期"}


@dataclass(frozen=True, slots=True)
class Load:
    """Open, nearly due and overdue matters of one organ, each counted once by its seat that ends first."""

    organ_id: int
    organ: str
    open: int
    today: int
    soon: int
    late: int


def load_by_organ(viewer: Doer, on: date) -> list[Load]:
    """One line an organ with open cases, the most overdue first. One query for the counts."""
    if not (viewer.may(Permission.CASE_SUPERVISE) or viewer.may(Permission.WALL_SEE)):
        raise NotFound("没有这个页面，或者您无权查看。")
    soon = calendar.table().add(on, SOON)
    ends = Coalesce("due_on", Value(date.max))
    sooner = (
        Seat.objects.filter(closed_at=None, matter_id=OuterRef("matter_id"), organ_id=OuterRef("organ_id"))
        .annotate(ends=ends)
        .filter(Q(ends__lt=OuterRef("ends")) | Q(ends=OuterRef("ends"), pk__lt=OuterRef("pk")))
    )
    rows = list(
        Seat.objects.filter(closed_at=None)
        .annotate(ends=ends)
        .filter(~Exists(sooner))
        .values("organ_id")
        .annotate(
            open=Count("pk"),
            today=Count("pk", filter=Q(due_on=on)),
            soon=Count("pk", filter=Q(due_on__gte=on, due_on__lte=soon)),
            late=Count("pk", filter=Q(due_on__lt=on)),
        )
        .order_by()
    )
    called = organs.organ_names([row["organ_id"] for row in rows], on)
    loads = [
        Load(row["organ_id"], called.get(row["organ_id"], ""), row["open"], row["today"], row["soon"], row["late"])
        for row in rows
    ]
    return sorted(loads, key=lambda load: (-load.late, -load.soon, -load.open, load.organ_id))


def supervised(
    viewer: Doer,
    at: datetime,
    *,
    band: str = "",
    organ_id: int | None = None,
    cursor: str | None = None,
    size: int = 30,
) -> tuple[list[dict[str, Any]], str | None]:
    """Open matters by days left, one line a unit, with who holds them and how often they were urged."""
    on = day_of(at)
    page = matters.open_by_due(viewer, on, organ_id=organ_id, overdue=band == "late", cursor=cursor, size=size)
    last = on if band == "today" else calendar.table().add(on, SOON) if band == "soon" else None
    found = [row for row in page.rows if last is None or (row.due_on is not None and on <= row.due_on <= last)]
    holders = dict(
        Account.objects.filter(pk__in=[row.holder_id for row in found if row.holder_id]).values_list("pk", "name")
    )
    called = organs.organ_names([row.organ_id for row in found], on)
    subjects = [f"matter:{row.reference}" for row in found]
    urged = dict(
        LedgerEntry.objects.filter(subject__in=subjects, event="matters.urged")
        .values_list("subject")
        .annotate(n=Count("number"))
    )
    rows = [
        {
            "reference": row.reference,
            "title": row.title,
            "due_on": row.due_on,
            "provisional": row.provisional,
            "left_text": words.left_text(row.left),
            "tone": words.left_tone(row.left),
            "organ": called.get(row.organ_id, ""),
            "holder": holders.get(row.holder_id, "") if row.holder_id else "",
            "seat_title": row.state,
            "urged": urged.get(f"matter:{row.reference}", 0),
        }
        for row in found
    ]
    finished = last is not None and (not found or len(found) < len(page.rows))
    return rows, None if finished else page.next


def wall(viewer: Doer, at: datetime) -> dict[str, Any]:
    """The leaders' page: received, decided, overdue, today and this year against the same days of last year.

    Counting a year's cases is kept for half a minute; the page says as of when.
    """
    if not viewer.may(Permission.WALL_SEE):
        raise NotFound("没有这个页面，或者您无权查看。")
    on = day_of(at)
    kept: dict[str, Any] | None = cache.get(f"cases-wall-{on}")
    if kept is None:
        kept = {"at": at, **_figures(on)}
        cache.set(f"cases-wall-{on}", kept, WALL_SECONDS)
    recent = Matter.objects.filter(closed_at__isnull=False).order_by("-closed_at")[:8]
    called = organs.organ_names([matter.organ_id for matter in recent], on)
    loads = load_by_organ(viewer, on)
    late = sum(load.late for load in loads)
    tiles = [
        {
            "title": "今日收件",
            "value": kept["received_today"],
            "note": f"本年{kept['received_year']}，去年同期{kept['received_last']}",
        },
        {
            "title": "今日办结",
            "value": kept["closed_today"],
            "note": f"本年{kept['closed_year']}，去年同期{kept['closed_last']}",
        },
        {"title": "在办", "value": sum(load.open for load in loads), "note": "按单位计"},
        {"title": "临期", "value": sum(load.soon for load in loads), "note": "1个工作日内", "tone": "soon"},
        {"title": "超期", "value": late, "note": "现在", "tone": "late" if late else ""},
    ]
    return {
        "at": kept["at"],
        "tiles": tiles,
        "by_organ": loads[:12],
        "recent": [
            {
                "title": one.title,
                "organ": called.get(one.organ_id, ""),
                "closed_at": one.closed_at,
                "state": _state(one),
            }
            for one in recent
        ],
    }


def _state(matter: Matter) -> str:
    return processes.bound(matter.process_id, matter.process_version).states[matter.state].title


def _figures(on: date) -> dict[str, int]:
    def since(day: date) -> datetime:
        return datetime.combine(day, time.min, SHANGHAI)

    year, last_year = since(date(on.year, 1, 1)), since(date(on.year - 1, 1, 1))
    today = since(on)
    same_day = on.replace(year=on.year - 1, day=min(on.day, 28) if on.month == 2 else on.day)
    last_until = datetime.combine(same_day, time.max, SHANGHAI)
    # as 收件量 counts: every case, one of a theme too; the putting right of a bad rating is a matter and no case
    counted: dict[str, int] = Matter.objects.filter(case__isnull=False).aggregate(
        received_today=Count("pk", filter=Q(received_at__gte=today)),
        received_year=Count("pk", filter=Q(received_at__gte=year)),
        received_last=Count("pk", filter=Q(received_at__gte=last_year, received_at__lte=last_until)),
        closed_today=Count("pk", filter=Q(closed_at__gte=today)),
        closed_year=Count("pk", filter=Q(closed_at__gte=year)),
        closed_last=Count("pk", filter=Q(closed_at__gte=last_year, closed_at__lte=last_until)),
    )
    return counted
