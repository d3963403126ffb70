"""Periods as people write them, and the same days of the year before. Pure."""

from __future__ import annotations

from datetime import date

from yiwang.kernel.refusal import Refusal

Period = tuple[date, date]


def period(text: str, on: date) -> Period:
    """``2026``, ``2026-09``, ``2026-09-24`` or ``2026-01-01--2026-06-30`` as ``[from, until)``; nothing asked: this year.

    Of two days both are meant, as people say it. Refuses others.
    """
    try:
        if not text:
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        if "--" in text:
            since, last = (date.fromisoformat(part) for part in text.split("--"))
            if since > last:
                raise ValueError(text)
            return since, _next(last)
        if len(text) == 4:
            return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
        if len(text) == 10:
            return date.fromisoformat(text), _next(date.fromisoformat(text))
        first = date.fromisoformat(f"{text}-01")
        return first, after(first)
    except (ValueError, OverflowError):
        says = "期间请写成 2026、2026-09、2026-09-24 或 2026-01-01--2026-06-30。"
        raise Refusal(says, code="period", field="period") from None


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


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
    last = date.fromordinal(until.toordinal() - 1)
    return str(since) if since == last else f"{since}--{last}"


def said(period: Period) -> str:
    """The period in words: ``2026年``, ``2026年9月``, ``2026年1月1日至6月30日``."""
    since, until = period
    text = written(period)
    if len(text) == 4:
        return f"{text}年"
    if until == _next(since):
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
    return year_before(since), year_before(max(since, min(until, _next(on))))


def months(period: Period) -> list[Period]:
    """The months of a period, cut to it."""
    found = []
    first = period[0].replace(day=1)
    while first < period[1]:
        found.append((max(first, period[0]), min(after(first), period[1])))
        first = after(first)
    return found
