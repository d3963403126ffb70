"""The working-day ordinal table: for every day, how many working days have passed. Adding and elapsed are two lookups.

Terms of administrative organs run in working days (行政许可法 第八十二条), others in natural days. The day on which a
term begins is never counted (民法典 第二百零一条); a natural-day term whose last day is a rest day ends on the first
working day after it (民法典 第二百零三条). Working weekends (调休上班) are working days, and holidays by the yearly
notice of the State Council are not (《全国年节及纪念日放假办法》).

A year whose notice has not been issued is still computed, from weekends and the fixed days alone: refusing to compute
would refuse deeds. ``certain`` tells whether a stretch of days touches such a year; if so its result is 暂定.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from yiwang.kernel.refusal import Refusal

SATURDAY = 5
DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a term is counted in. The value is what packs and clock rows write."""

    WORKING_DAY = "working-day"
    NATURAL_DAY = "natural-day"

    @property
    def says(self) -> str:
        return "工作日" if self is Unit.WORKING_DAY else "自然日"


class OutsideCalendar(Refusal):
    """A day before or after everything the calendar covers: almost always a mistyped year."""

    code = "outside-calendar"


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive special days, both ends included: days off with their name, or working weekends (``works``)."""

    first: date
    last: date
    name: str
    works: bool = False


class OrdinalTable:
    """Working days passed, day by day, from ``first`` to ``last`` (both included). Immutable.

    ``off`` and ``makeup`` name the days that differ from the plain week; a weekend among ``off`` counts as part of the
    holiday when it is named. ``announced`` holds the years whose notice has been issued. ``revision`` is the number of
    the register's revision the table was built from (0: none).
    """

    __slots__ = (
        "_first",
        "_passed",
        "_spans",
        "_starts",
        "_work",
        "announced",
        "first",
        "last",
        "makeup",
        "off",
        "revision",
    )

    def __init__(
        self,
        first: date,
        last: date,
        *,
        off: Mapping[date, str],
        makeup: Mapping[date, str],
        announced: Collection[int],
        revision: int = 0,
    ) -> None:
        if last < first:
            raise ValueError("a calendar ends before it begins")
        if both := off.keys() & makeup.keys():
            raise ValueError(f"a day is both off and worked: {min(both)}")
        self.first, self.last, self.revision = first, last, revision
        self.off = {day: off[day] for day in sorted(off) if first <= day <= last}
        self.makeup = {day: makeup[day] for day in sorted(makeup) if first <= day <= last}
        self.announced = frozenset(announced)
        days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        works = [day in makeup or (day.weekday() < SATURDAY and day not in off) for day in days]
        self._first = first.toordinal()
        self._passed = list(accumulate(works, initial=0))[1:]
        # One entry before the first working day, so that ordinal 0 has a day and never wraps to the end of the list.
        self._work = [first - DAY, *(day for day, worked in zip(days, works, strict=True) if worked)]
        self._spans = sorted([*_runs(self.off, works=False), *_runs(self.makeup, works=True)], key=lambda s: s.first)
        self._starts = [span.first for span in self._spans]

    # -- lookups ----------------------------------------------------------------------------------------------------

    def ordinal(self, day: date) -> int:
        """Working days from the table's first day up to and including ``day``."""
        at = day.toordinal() - self._first
        if at < 0:
            raise self._outside(day)
        try:
            return self._passed[at]
        except IndexError:
            raise self._outside(day) from None

    def workday(self, ordinal: int) -> date:
        """The working day with that ordinal (1 is the first working day of the table)."""
        if ordinal < 1 or ordinal >= len(self._work):
            raise OutsideCalendar(f"推算的日期超出日历范围（{self.first.year}年至{self.last.year}年）。")
        return self._work[ordinal]

    def is_workday(self, day: date) -> bool:
        """True for Monday to Friday not off, and for working weekends."""
        return day in self.makeup or (day.weekday() < SATURDAY and day not in self.off)

    def name(self, day: date) -> str:
        """``国庆节``, ``国庆节调休上班``, ``周六``, or empty on a plain working day."""
        if day in self.makeup:
            return f"{self.makeup[day]}调休上班"
        return self.off.get(day) or (
            "" if day.weekday() < SATURDAY else "周六" if day.weekday() == SATURDAY else "周日"
        )

    # -- arithmetic: the start day is never counted -------------------------------------------------------------------

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``; with 0 ``start`` itself or the next working day."""
        if days <= 0:
            if days < 0:
                raise ValueError("a term has no negative days; use latest_before()")
            return self.roll(start)
        at = start.toordinal() - self._first
        if at >= 0:
            try:
                return self._work[self._passed[at] + days]
            except IndexError:
                pass
        raise self._outside(start)

    def add_natural(self, start: date, days: int) -> date:
        """``days`` natural days after ``start``; a rest day moves to the next working day (民法典 203)."""
        if days < 0:
            raise ValueError("a term has no negative days; use latest_before()")
        if not self.first <= start <= self.last:
            raise self._outside(start)
        return self.roll(start + timedelta(days=days))

    def due(self, start: date, days: int, unit: Unit) -> date:
        """The last day of a term of ``days`` that began on ``start``."""
        return self.add(start, days) if unit is Unit.WORKING_DAY else self.add_natural(start, days)

    def elapsed(self, start: date, until: date) -> int:
        """Working days in ``(start, until]``; negative when ``until`` lies before ``start``."""
        return self.ordinal(until) - self.ordinal(start)

    def counted(self, start: date, until: date, unit: Unit) -> int:
        """Days of ``unit`` in ``(start, until]``."""
        return self.elapsed(start, until) if unit is Unit.WORKING_DAY else (until - start).days

    def overdue(self, start: date, days: int, on: date) -> int:
        """Working days by which a term of ``days`` begun on ``start`` is exceeded at the end of ``on``; at least 0."""
        return max(0, self.elapsed(start, on) - days)

    def roll(self, day: date) -> date:
        """``day`` itself if it is a working day, else the next working day."""
        return day if self.is_workday(day) else self.workday(self.ordinal(day) + 1)

    def roll_back(self, day: date) -> date:
        """``day`` itself if it is a working day, else the working day before it."""
        return self.workday(self.ordinal(day))

    def latest_before(self, day: date, days: int, unit: Unit, *, earlier: bool = True) -> date:
        """The last day on which something due "at least ``days`` before ``day``" may be done; ``day`` is not counted.

        In working days it is the ``days``-th working day before ``day``. In natural days a result on a rest day moves
        **back** to the working day before (``earlier=True``), since moving it on would shorten what the law protects
        (a hearing's notice, 行政许可法 第四十八条); ``earlier=False`` keeps the calendar day, for terms of the
        applicant (renewal, 第五十条), who can also file on a rest day online.
        """
        if days < 0:
            raise ValueError("a term has no negative days")
        if unit is Unit.NATURAL_DAY:
            found = day - timedelta(days=days)
            return self.roll_back(found) if earlier else found
        before = self.ordinal(day) - (1 if self.is_workday(day) else 0)
        return self.workday(before - days + 1) if days else self.roll_back(day)

    # -- what is announced, what is special -------------------------------------------------------------------------

    @property
    def announced_until(self) -> date | None:
        """The last day of the unbroken run of announced years that ends with the newest one; none if nothing is."""
        return date(max(self.announced), 12, 31) if self.announced else None

    def certain(self, start: date, until: date) -> bool:
        """True if every year in ``(start, until]`` is announced: only then may the result be printed as certain."""
        first = start + DAY if until > start else until
        return all(year in self.announced for year in range(first.year, until.year + 1))

    def special(self, start: date, until: date) -> Iterator[Span]:
        """Holidays and working weekends that touch ``[start, until]``, in order, cut to it."""
        at = max(0, bisect_right(self._starts, start) - 1)
        for span in self._spans[at : bisect_right(self._starts, until)]:
            if span.last >= start:
                yield Span(max(span.first, start), min(span.last, until), span.name, span.works)

    def workdays(self, start: date, until: date) -> list[date]:
        """The working days in ``[start, until]``."""
        work = self._work
        return work[max(1, bisect_left(work, start)) : bisect_right(work, until)]

    def differences(self, other: OrdinalTable) -> list[date]:
        """Days covered by both tables that are a working day in one and not in the other."""
        special = {*self.off, *self.makeup, *other.off, *other.makeup}
        first, last = max(self.first, other.first), min(self.last, other.last)
        return sorted(d for d in special if first <= d <= last and self.is_workday(d) != other.is_workday(d))

    def _outside(self, day: date) -> OutsideCalendar:
        return OutsideCalendar(
            f"{day.isoformat()} 起算的期限超出日历范围（{self.first.year}年至{self.last.year}年），请核对年份。"
        )


def _runs(days: Mapping[date, str], *, works: bool) -> Iterable[Span]:
    """Consecutive days as one span; holidays that touch each other join, each name once (``中秋节、国庆节``)."""
    spans: list[Span] = []
    for day, name in days.items():
        if spans and spans[-1].last + DAY == day and (name == spans[-1].name or not works):
            known = spans[-1].name.split("、")
            names = [*known, *(part for part in name.split("、") if part not in known)]
            spans[-1] = Span(spans[-1].first, day, "、".join(names), works)
        else:
            spans.append(Span(day, day, name, works))
    return spans
