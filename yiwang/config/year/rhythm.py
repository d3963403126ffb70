"""On which day and at which hour people come: exact numbers a day, by month, weekday and the calendar's rest days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from yiwang.config.year.apportion import apportion
from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.workdays import OrdinalTable


def days(profile: Profile, table: OrdinalTable) -> dict[date, int]:
    """How many come on each day of the year; adds up to the cases accepted.

    ``rest_day`` is what a rest day brings in hundredths of a working day of its month (online channels never close).
    A working weekend is a working day with the weight of a Friday.
    """
    weights: dict[date, int] = {}
    day = profile.since
    while day < profile.until:
        month = profile.months[day.month - 1]
        if table.is_workday(day):
            weights[day] = month * (profile.weekdays[day.weekday()] or profile.weekdays[4]) * 100
        else:
            weights[day] = month * max(profile.weekdays) * profile.rest_day
        day += timedelta(days=1)
    return apportion(profile.accepted, weights)


def moment(day: date, profile: Profile, chance: Random, *, by: int = 24) -> datetime:
    """A moment of that day by the hours people come, before the hour ``by``; at eight if nobody comes so early."""
    hours = profile.hours[:by]
    hour = chance.choices(range(by), hours)[0] if any(hours) else 8
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), SHANGHAI)
