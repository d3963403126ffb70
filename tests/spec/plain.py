"""Counting on fingers: the notices read as plain TOML, and one day after another, without the table the house counts by.

Slow and simple on purpose. It holds the spec tables against slips of the pen, and the tables hold the house.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

NOTICES = Path(__file__).resolve().parents[2] / "packs" / "national" / "calendar" / "notices"
DAY = timedelta(days=1)
# 2027 has no notice yet: the fixed days of 全国年节及纪念日放假办法 alone, read off a wall calendar
UNANNOUNCED = ("2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05")

Pauses = Sequence[tuple[date, date]]


@cache
def notices() -> tuple[frozenset[date], frozenset[date]]:
    """Days off and working weekends; a later notice of the same year goes before an earlier one."""
    off, worked = {date.fromisoformat(day) for day in UNANNOUNCED}, set()
    for path in sorted(NOTICES.glob("*.toml"), key=lambda path: (path.stem[:4], len(path.stem))):
        for holiday in tomllib.loads(path.read_text(encoding="utf-8"))["holiday"]:
            first, last = holiday["off"]
            days = {first + DAY * n for n in range((last - first).days + 1)}
            off, worked = off | days, worked - days
            worked |= set(holiday.get("work", ()))
            off -= set(holiday.get("work", ()))
    return frozenset(off), frozenset(worked)


def works(day: date) -> bool:
    off, worked = notices()
    return day in worked or (day.weekday() < 5 and day not in off)


def moved_on(day: date) -> date:
    while not works(day):
        day += DAY
    return day


def due(start: date, days: int, unit: str, pauses: Pauses = ()) -> tuple[date, list[date]]:
    """The last day, and every day that was counted."""
    counted: list[date] = []
    day = start
    while len(counted) < days:
        day += DAY
        if any(begins < day <= resumes for begins, resumes in pauses):
            continue
        if unit == "natural-day" or works(day):
            counted.append(day)
    last = moved_on(day)
    while later := [resumes for begins, resumes in pauses if begins <= last < resumes]:
        last = moved_on(max(later))
    return last, counted


def before(day: date, days: int, unit: str, *, earlier: bool) -> date:
    """The last day at least ``days`` before ``day``."""
    if unit == "natural-day":
        day -= DAY * days
        while earlier and not works(day):
            day -= DAY
        return day
    while days:
        day -= DAY
        days -= works(day)
    return day
