"""Moments as other systems write them: ISO with any offset or none, declared patterns, seconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Clockwork:
    """Reads moments of one log. A moment without an offset is one of the log's own zone."""

    def __init__(self, zone: ZoneInfo, formats: Sequence[str], first_year: int, last_year: int) -> None:
        self.zone, self.formats = zone, tuple(formats)
        self.first_year, self.last_year = first_year, last_year

    def read(self, text: str) -> tuple[int, str]:
        """(microseconds since 1970 UTC, ``""``), or (0, why not): ``time-missing``, ``time-unreadable``,
        ``year-unknown`` (a year no calendar covers: nearly always a mistyped one)."""
        text = text.strip()
        if not text:
            return 0, "time-missing"
        moment = self._parse(text)
        if moment is None:
            return 0, "time-unreadable"
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        if not self.first_year < moment.year < self.last_year:  # a day of grace at both ends for any zone
            return 0, "year-unknown"
        return (moment - EPOCH) // MICROSECOND, ""

    def _parse(self, text: str) -> datetime | None:
        for pattern in self.formats:
            try:
                if pattern == "iso":
                    return datetime.fromisoformat(text)
                if pattern == "seconds":
                    return EPOCH + timedelta(seconds=float(text))
                return datetime.strptime(text, pattern)
            except (ValueError, OverflowError):
                continue
        return None


def moment(microseconds: int) -> datetime:
    """The moment in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)
