"""Working time: minutes during which offices are open, counted through the calendar without nights, weekends, holidays.

A moment outside opening hours is the next opening (what came in at night lies until morning). A make-up Saturday is a
working day like any other, because the calendar says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

import numpy as np
import numpy.typing as npt

from yiwang.kernel.workdays import OrdinalTable

DAY = 86_400_000_000  # microseconds
EIGHT_HOURS = 8 * 3_600_000_000  # Asia/Shanghai has had no other offset since 1991
JUST_OPEN = 0.01  # a moment before opening belongs to the day that opens, not to the evening before

Minutes = npt.NDArray[np.float64]


class WorkTime:
    """The calendar's working days with their opening hours, from ``since`` to ``until`` (both included)."""

    def __init__(self, table: OrdinalTable, sessions: Sequence[tuple[time, time]], *, since: date, until: date) -> None:
        self.table = table
        self._sessions = [(_minute(begins), _minute(ends)) for begins, ends in sessions]
        self.day = float(sum(ends - begins for begins, ends in self._sessions))
        self._first = since.toordinal()
        days = range(self._first, until.toordinal() + 1)
        self._passed = np.array([table.ordinal(date.fromordinal(one)) for one in days], dtype=np.int64)
        self._works = np.array([table.is_workday(date.fromordinal(one)) for one in days], dtype=bool)

    def minutes(self, moments: npt.NDArray[np.int64]) -> Minutes:
        """Moments (microseconds UTC since 1970) as working minutes since the table's first day."""
        local = np.asarray(moments, dtype=np.int64) + EIGHT_HOURS
        at = local // DAY + date(1970, 1, 1).toordinal() - self._first
        minute = (local % DAY) / 60_000_000
        open_for = np.zeros(len(local))
        for begins, ends in self._sessions:
            open_for += np.clip(minute - begins, 0, ends - begins)
        passed = self._passed[at]
        within = (passed - 1) * self.day + np.maximum(open_for, JUST_OPEN)
        return np.where(self._works[at], within, passed * self.day)

    def done(self, moments: npt.NDArray[np.int64]) -> Minutes:
        """As ``minutes``, but what was done on a rest day was done by the working day after it, not by the one before."""
        found = self.minutes(moments)
        return np.where(self._resting(moments), found + JUST_OPEN, found)

    def come(self, moments: npt.NDArray[np.int64]) -> Minutes:
        """As ``minutes``, but what comes in on a rest day or after hours is there when offices open again."""
        found = self.minutes(moments)
        return np.where(found % self.day == 0, found + JUST_OPEN, found)

    def _resting(self, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        at = (np.asarray(moments, dtype=np.int64) + EIGHT_HOURS) // DAY + date(1970, 1, 1).toordinal() - self._first
        return ~self._works[at]

    def ordinals(self, minutes: Minutes) -> npt.NDArray[np.int64]:
        """The working day (ordinal of the calendar) on which a working minute lies; closing time is still that day."""
        return np.ceil(np.asarray(minutes) / self.day - 1e-9).astype(np.int64)

    def opening(self, day: date) -> float:
        """The working minute at which ``day`` (or the next working day) opens."""
        at = day.toordinal() - self._first
        return float((self._passed[at] - int(self._works[at])) * self.day)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
