"""Questions to the calendar. It is public: no question here depends on who asks.

**Arithmetic in SQL.** ``calendar_day`` holds the same ordinals as ``table()``, so a projection over many clocks is one
join, here for clocks without pauses::

    update clock c set due_on = w.day, provisional = not calendar_certain(c.started_on, w.day)
    from calendar_day s, calendar_day w
    where s.day = c.started_on and w.works and w.ordinal = s.ordinal + c.days   -- c.days > 0, unit working-day

``calendar_due(started_on, budget, unit, pauses)`` answers the same for one clock with everything in it (``null`` while
it is paused); ``calendar_elapsed(a, b)`` counts working days in ``(a, b]``; ``calendar_certain(a, b)`` tells if all
years in ``(a, b]`` are announced. All are STABLE and agree with ``kernel.clocks`` (held by a test).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from yiwang.foundation.calendar import rules
from yiwang.foundation.calendar.models import CalendarNotice, CalendarRevision
from yiwang.foundation.calendar.rules import Notice
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import DAY, OrdinalTable

_kept: OrdinalTable | None = None  # the newest table this process has built


class NotAnnounced(Refusal):
    """Somebody states as certain a day of a year whose holiday notice has not been issued."""

    code = "year-not-announced"
    article = "《全国年节及纪念日放假办法》第七条"


def revision() -> int:
    """The number of the newest revision; 0 if no notice was ever entered. One query."""
    return CalendarRevision.objects.aggregate(newest=Max("number"))["newest"] or 0


def table(at_revision: int | None = None) -> OrdinalTable:
    """The ordinal table, kept per process. ``table.revision`` is what a clock stores beside its projection.

    Without an argument one small query asks for the newest revision. A caller that has just read the revision in its
    own statement passes it, and no query is made unless it changed.
    """
    global _kept
    asked = revision() if at_revision is None else at_revision
    if _kept is None or _kept.revision != asked:
        _kept = rules.build(notices(), revision=asked)
    return _kept


def notices(year: int | None = None) -> list[Notice]:
    """The notices in the register, by year and supplement. Two queries."""
    rows = CalendarNotice.objects.prefetch_related("days")
    return [_notice(row) for row in (rows if year is None else rows.filter(year=year))]


def is_announced(year: int) -> bool:
    """True if the State Council's notice for that year is in the register."""
    return CalendarNotice.objects.filter(year=year, supplement=0).exists()


def assert_certain(start: date, until: date) -> None:
    """Refuse unless every year in ``(start, until]`` is announced.

    For whoever prints a day as certain or founds a card on it. Computing a deadline never asks this: no deed is refused
    for an unannounced year.
    """
    if not table().certain(start, until):
        year = max(until.year, (start + DAY).year)
        raise NotAnnounced(
            f"{year}年的放假安排尚未公布，该日期只是暂定，不能作为确定的日期使用。",
            faults=[Fault("day", f"{until.isoformat()}为暂定日期。", NotAnnounced.code)],
        )


@dataclass(frozen=True, slots=True)
class Alarm:
    """A year whose notice ought to be in the register and is not."""

    year: int
    says: str


def missing_year_alarm(today: date) -> Alarm | None:
    """From 1 November on if next year's notice is missing; at any time if this year's is."""
    announced = CalendarNotice.objects.filter(year__gte=today.year, supplement=0).values_list("year", flat=True)
    year = rules.missing_year(announced, today)
    if year is None:
        return None
    says = f"{year}年放假安排尚未录入，跨入{year}年的期限均为暂定。请在国务院办公厅通知公布后及时录入。"
    return Alarm(year, says)


def year_bounds() -> tuple[int, int]:
    """First and last year the calendar covers."""
    return rules.FIRST_DAY.year, rules.LAST_DAY.year


def newest_announced_year() -> int | None:
    """The latest year with a notice; none in an empty register."""
    newest: int | None = CalendarNotice.objects.filter(supplement=0).aggregate(newest=Max("year"))["newest"]
    return newest


def changed_between(older: int, newer: int) -> tuple[date, date] | None:
    """First and last day that revisions in ``(older, newer]`` changed: clocks outside need no new projection."""
    touched = CalendarRevision.objects.filter(number__gt=older, number__lte=newer).aggregate(
        first=Min("changed_from"), last=Max("changed_until")
    )
    return (touched["first"], touched["last"]) if touched["first"] else None


def _notice(row: CalendarNotice) -> Notice:
    days = list(row.days.all())
    return Notice(
        year=row.year,
        supplement=row.supplement,
        title=row.title,
        document_number=row.document_number,
        issued_on=row.issued_on,
        source=row.source,
        off={d.day: d.name for d in days if not d.works},
        makeup={d.day: d.name for d in days if d.works},
    )
