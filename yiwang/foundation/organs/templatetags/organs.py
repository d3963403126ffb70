"""How this module's rows read in a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template

from yiwang.foundation.organs.models import CounterAuthorisation

register = template.Library()


@register.filter
def of(names: Mapping[Any, str], key: Any) -> str:
    """The name under ``key``; the key itself where there is none."""
    return names.get(key, str(key))


@register.filter
def away_on(person: Any, on: date) -> bool:
    """True if one of the person's prefetched absences covers the day."""
    return any(each.from_on <= on < each.until_on for each in person.away)


@register.filter
def powers(given: CounterAuthorisation) -> str:
    """``收件、受理``."""
    return "、".join(str(CounterAuthorisation.Power(power).label) for power in given.powers)


@register.filter
def scope(given: CounterAuthorisation) -> str:
    """``全部事项`` or how many."""
    return "全部事项" if given.all_items else f"{len(given.item_codes)}个事项"


@register.filter
def last_day(until_on: date) -> date:
    """The last day of a period: pages speak of the day that still counts, rows keep the first that does not."""
    return until_on - timedelta(days=1)
