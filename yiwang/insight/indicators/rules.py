"""Periods as people write them, and the same days of the year before. Pure."""

from __future__ import annotations

from datetime import date

from yiwang.kernel.refusal import Refusal

Period = tuple[date, date]


def period(text: str, on: date) -> Period:
    """``2026``, ``2026-09`` or ``2026-01-01--2026-07-01`` as ``[from, until)``; nothing asked: this year. Refuses others."""
    try:
        if not text:
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        if "--" in text:
            since, until = (date.fromisoformat(part) for part in text.split("--"))
            if since >= until:
                raise ValueError(text)
            return since, until
        if len(text) == 4:
            return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
        first = date.fromisoformat(f"{text}-01")
        return first, after(first)
    except ValueError:
        raise Refusal("期间请写成 2026、2026-09 或 2026-01-01--2026-07-01。", code="period", field="period") from None


def after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def written(period: Period) -> str:
    """The period as ``period`` reads it."""
    since, until = period
    if (since.month, since.day, until) == (1, 1, date(since.year + 1, 1, 1)):
        return str(since.year)
    if since.day == 1 and until == after(since):
        return f"{since:%Y-%m}"
    return f"{since}--{until}"


def said(period: Period) -> str:
    """The period in words: ``2026年``, ``2026年9月``, ``2026年1月1日至6月30日``."""
    since, until = period
    text = written(period)
    if len(text) == 4:
        return f"{text}年"
    if until == date.fromordinal(since.toordinal() + 1):
        return f"{since.year}年{since.month}月{since.day}日"
    if len(text) == 7:
        return f"{since.year}年{since.month}月"
    last = date.fromordinal(until.toordinal() - 1)
    return f"{since.year}年{since.month}月{since.day}日至{last.year}年{last.month}月{last.day}日"


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def same_days_last_year(period: Period, on: date) -> Period:
    """The period a year earlier, up to the same day where it is not over (同比)."""
    since, until = period
    tomorrow = date.fromordinal(on.toordinal() + 1)
    return year_before(since), year_before(max(since, min(until, tomorrow)))


def months(period: Period) -> list[Period]:
    """The months of a period, cut to it."""
    found = []
    first = period[0].replace(day=1)
    while first < period[1]:
        found.append((max(first, period[0]), min(after(first), period[1])))
        first = after(first)
    return found
