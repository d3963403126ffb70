"""What the calendar's pages show: a year by months and weeks, and what a notice about to be entered would move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yiwang.foundation.calendar import queries, rules
from yiwang.foundation.calendar.actions import Change
from yiwang.foundation.calendar.models import CalendarNotice
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.kernel.workdays import OrdinalTable

WEEK = 7
COMMON_TERMS = (5, 10, 20, 30)  # 受理、送达、许可、许可加延期：工作日


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. ``kind``: work, rest (plain weekend), off, makeup. ``mark`` is the word shown beside the number."""

    day: date
    kind: str
    name: str
    mark: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: Sequence[Sequence[Cell | None]]
    working_days: int


@dataclass(frozen=True, slots=True)
class Year:
    """A whole year as it counts now."""

    year: int
    announced: bool
    months: Sequence[Month]
    working_days: int
    notices: Sequence[CalendarNotice]
    alarm: queries.Alarm | None
    may_edit: bool
    previous: int | None
    following: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """How the due day of a common term moves: the first start, from today on, for which it does."""

    days: int
    start: date
    before: date
    after: date
    starts: int  # how many of the coming 400 starts move


def year(viewer: Doer, number: int, *, today: date) -> Year:
    """The year's page. Anybody may look; ``may_edit`` says whether the entry form is offered."""
    first, last = queries.year_bounds()
    if not first <= number <= last:
        raise NotFound(f"日历只涵盖{first}年至{last}年。")
    table = queries.table()
    months = [_month(table, number, month, today) for month in range(1, 13)]
    return Year(
        year=number,
        announced=number in table.announced,
        months=months,
        working_days=sum(month.working_days for month in months),
        notices=list(CalendarNotice.objects.filter(year=number)),
        alarm=queries.missing_year_alarm(today),
        may_edit=viewer.may(Permission.CALENDAR_EDIT),
        previous=number - 1 if number > first else None,
        following=number + 1 if number < last else None,
    )


def changed(change: Change) -> list[tuple[date, str, str]]:
    """Each day whose nature changes: the day, what it was, what it becomes."""
    return [(day, _nature(change.before, day), _nature(change.after, day)) for day in change.days]


def moved(change: Change, *, today: date) -> list[Moved]:
    """Common terms whose due day would move, for somebody starting one from today on."""
    found = []
    for days in COMMON_TERMS:
        starts = [s for s in _coming(change, today) if change.before.add(s, days) != change.after.add(s, days)]
        if starts:
            first = starts[0]
            found.append(Moved(days, first, change.before.add(first, days), change.after.add(first, days), len(starts)))
    return found


def clocks_moved(change: Change) -> int | None:
    """How many running clocks would move, if the room that keeps them answers ``calendar.preview``; else unknown."""
    if "calendar.preview" not in names.hook:
        return None
    count: int = names.hook["calendar.preview"](days=list(change.days), table=change.after)
    return count


def hint(change: Change) -> str:
    """A word of caution for a notice that does not balance, empty for an ordinary one."""
    off = rules.balance(change.notice)
    if change.notice.supplement or off == 0:
        return ""
    return (
        f"放假占用的工作日比法定天数与调休上班天数之和{'多' if off > 0 else '少'}{abs(off)}天，请对照通知原文再核一遍。"
    )


def _coming(change: Change, today: date) -> Iterator[date]:
    start = min(today, change.days[0]) if change.days else today
    return (start + timedelta(days=i) for i in range(400))


def _month(table: OrdinalTable, number: int, month: int, today: date) -> Month:
    first = date(number, month, 1)
    following = date(number + month // 12, month % 12 + 1, 1)
    days = [first + timedelta(days=i) for i in range((following - first).days)]
    cells: list[Cell | None] = [None] * first.weekday() + [_cell(table, day, today) for day in days]
    cells += [None] * (-len(cells) % WEEK)
    weeks = [cells[i : i + WEEK] for i in range(0, len(cells), WEEK)]
    return Month(month, weeks, sum(table.is_workday(day) for day in days))


def _cell(table: OrdinalTable, day: date, today: date) -> Cell:
    if day in table.makeup:
        kind, mark = "makeup", "班"
    elif day in table.off:
        kind, mark = "off", "休"
    else:
        kind, mark = ("work" if table.is_workday(day) else "rest"), ""
    return Cell(day, kind, table.name(day), mark, day == today)


def _nature(table: OrdinalTable, day: date) -> str:
    name = table.name(day)
    return (
        f"上班（{name}）" if name and table.is_workday(day) else "上班" if table.is_workday(day) else f"休息（{name}）"
    )


def default_year(today: date) -> int:
    """The year whose notice comes next: what the entry form starts with."""
    newest = queries.newest_announced_year()
    return min(today.year + 1, newest + 1) if newest else today.year
