"""From the moment something is handed in to the day its clock starts: hall hours, weekend counters, rest days.

``received_at`` is not the clock's start. Which day counts as received differs from place to place and from channel to
channel, so it is declared (a pack's value), never assumed. The start day itself is never counted (民法典 201).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from yiwang.kernel.workdays import DAY, OrdinalTable

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Counts(StrEnum):
    """As what day something counts as received when it comes outside hours."""

    SAME_DAY = "same-day"  # 当日收件：自次一工作日起计第一日
    NEXT_WORKING_DAY = "next-working-day"  # 视为次一工作日收件：再次日起计第一日


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one day at one counter: regular, and 延时服务 (``extended``). None of either: closed that day."""

    regular: tuple[tuple[time, time], ...] = ()
    extended: tuple[tuple[time, time], ...] = ()

    def outside(self, moment: time) -> bool:
        """True if what comes then comes outside business hours: after the last regular closing, during extended hours, or
        on a day without regular ones. The moment of closing itself is still in time; before opening counts as that day."""
        if not self.regular or moment > max(closes for _, closes in self.regular):
            return True
        between = not any(opens <= moment <= closes for opens, closes in self.regular)
        return between and any(opens <= moment <= closes for opens, closes in self.extended)


@dataclass(frozen=True, slots=True)
class Reception:
    """Hours of a channel and what happens outside them.

    ``closes`` is the end of business (``None``: round the clock, as online); the moment of closing itself is still in
    time. ``on_rest_day`` holds for weekends and holidays, weekend counters (延时服务) included; a working weekend
    (调休上班) is a working day.
    """

    closes: time | None = None
    after_closing: Counts = Counts.SAME_DAY
    on_rest_day: Counts = Counts.NEXT_WORKING_DAY

    def outside(self, received_at: datetime, hours: Hours | None = None) -> bool:
        """True if it came outside business hours of a working day: those of the counter it came to, else the channel's."""
        moment = received_at.astimezone(SHANGHAI).time()
        if hours is not None:
            return hours.outside(moment)
        return self.closes is not None and moment > self.closes

    def started_on(self, received_at: datetime, table: OrdinalTable, hours: Hours | None = None) -> date:
        """The day from which a clock runs. ``received_at`` must carry its time zone; ``hours`` are those of the counter it
        came to, where it came to one."""
        if received_at.tzinfo is None:
            raise ValueError("a moment of receipt needs a time zone")
        day = received_at.astimezone(SHANGHAI).date()
        if not table.is_workday(day):
            return table.roll(day) if self.on_rest_day is Counts.NEXT_WORKING_DAY else day
        late = self.outside(received_at, hours) and self.after_closing is Counts.NEXT_WORKING_DAY
        return table.roll(day + DAY) if late else day
