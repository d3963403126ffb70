"""Moments as other systems write them: ISO with any offset or none, declared patterns, seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from yiwang.foundation.calendar.today import SHANGHAI

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
COUNTED = {"seconds": 1, "milliseconds": 1000}  # since 1970, and how many a second has
SOME_DAY = datetime(2012, 3, 25, 14, 30, 15, tzinfo=UTC)


def usable(pattern: str) -> bool:
    """True if moments can be written in this pattern at all: a name above, ``iso``, or one of strptime's with a day."""
    if pattern == "iso" or pattern in COUNTED:
        return True
    try:
        return datetime.strptime(SOME_DAY.strftime(pattern), pattern).date() == SOME_DAY.date()
    except (ValueError, re.error):  # strptime makes a regular expression of it
        return False


class Clockwork:
    """Reads moments of one log. A moment without an offset is one of the log's own zone."""

    def __init__(self, zone: ZoneInfo, formats: Sequence[str], first_year: int, last_year: int) -> None:
        self.zone, self.formats = zone, tuple(formats)
        self.first_year, self.last_year = first_year, last_year
        self._first = _first_of(first_year)
        self._behind = _first_of(last_year + 1)

    def read(self, text: str) -> tuple[int, str]:
        """(microseconds since 1970 UTC, ``""``), or (0, why not): ``time-missing``, ``time-unreadable``,
        ``year-unknown`` (a day in no year the calendar covers: nearly always a mistyped one)."""
        text = text.strip()
        if not text:
            return 0, "time-missing"
        said = "time-unreadable"
        for pattern in self.formats:
            moment = _parse(text, pattern)
            if moment is None:
                continue
            at = self._known(moment)
            if at is not None:
                return at, ""
            said = "year-unknown"  # seconds read as milliseconds are a day of 1970: the next pattern may know better
        return 0, said

    def _known(self, moment: datetime) -> int | None:
        """Microseconds since 1970 UTC, if the calendar covers that day."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        if not self.first_year - 1 <= moment.year <= self.last_year + 1:  # before an offset can leave the era
            return None
        at = (moment - EPOCH) // MICROSECOND
        return at if self._first <= at < self._behind else None


def _parse(text: str, pattern: str) -> datetime | None:
    try:
        if pattern == "iso":
            # Python takes any sign between day and time, a digit too: 1313041980000 would be a day of 1313.
            return None if text.isdecimal() and len(text) != 8 else datetime.fromisoformat(text)
        if pattern in COUNTED:
            return EPOCH + timedelta(seconds=float(text) / COUNTED[pattern])
        return datetime.strptime(text, pattern)
    except (ValueError, OverflowError):
        return None


def moment(microseconds: int) -> datetime:
    """The moment in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def _first_of(year: int) -> int:
    return (datetime.combine(date(year, 1, 1), time.min, SHANGHAI) - EPOCH) // MICROSECOND
