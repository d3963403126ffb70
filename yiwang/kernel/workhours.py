"""Minutes that run in working hours only: "answer within one working hour", "rule within half a working day".

A day's clock counts days (``kernel.clocks``); a promise in minutes runs from the moment it is given, stands still outside the
declared hours of working days, and ends at a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from yiwang.kernel.reception import SHANGHAI
from yiwang.kernel.workdays import DAY, OrdinalTable

Hours = tuple[tuple[time, time], ...]


def hours_of(texts: Iterable[str]) -> Hours:
    """``["08:30-12:00", "14:30-17:30"]`` as spans in order. ``ValueError``: not a span, empty, or spans that overlap."""
    spans = []
    for text in texts:
        first, dash, last = text.partition("-")
        if not dash:
            raise ValueError(f"时段写作 08:30-12:00，实为 {text}")
        spans.append((time.fromisoformat(first.strip()), time.fromisoformat(last.strip())))
    spans.sort()
    ends = time.min
    for opens, closes in spans:
        if opens < ends or closes <= opens:
            raise ValueError("时段须先后有序，不得重叠")
        ends = closes
    if not spans:
        raise ValueError("至少写明一个时段")
    return tuple(spans)


def after(moment: datetime, minutes: int, hours: Hours, table: OrdinalTable) -> datetime:
    """The moment at which ``minutes`` (> 0) of working time have passed since ``moment``, which carries its time zone.

    Outside the hours nothing passes: what is given at night begins with the next working day's first hour.
    """
    if minutes <= 0 or moment.tzinfo is None:
        raise ValueError("minutes are positive and a moment has a time zone")
    left = timedelta(minutes=minutes)
    here = moment.astimezone(SHANGHAI)
    day = here.date()
    while True:
        if table.is_workday(day):
            for opens, closes in hours:
                begins = max(here, datetime.combine(day, opens, SHANGHAI))
                ends = datetime.combine(day, closes, SHANGHAI)
                if begins >= ends:
                    continue
                if begins + left <= ends:
                    return begins + left
                left -= ends - begins
        day += DAY
