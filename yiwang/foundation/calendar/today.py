"""The one place that reads the wall clock. Views and jobs call ``now()`` and pass it down as ``at``."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _wall() -> datetime:
    return datetime.now(SHANGHAI)


def now() -> datetime:
    """This moment in Asia/Shanghai; with ``YW_TODAY`` set (demo, tests) its day is that fixed day."""
    moment = _wall()
    if settings.TODAY is None:
        return moment
    return datetime.combine(settings.TODAY, moment.timetz())


def today() -> date:
    """The legal day in Asia/Shanghai."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The Shanghai day on which a moment lies: legal days are dates, never timestamps."""
    return moment.astimezone(SHANGHAI).date()
