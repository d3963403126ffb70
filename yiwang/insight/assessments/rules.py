"""Which figures a monthly assessment names, and when a share rests on too few. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from yiwang.kernel import packs
from yiwang.kernel.refusal import Refusal

KIND = "assessment-rule"
RULE = "assessments.monthly"


class Asked(packs.Row):
    """One indicator. A count that has no denominator of its own stands ``beside`` another count of the same unit or counter,
    and is 0 where there was none."""

    indicator: Annotated[str, Field(min_length=1, max_length=80)]
    beside: Annotated[str, Field(max_length=80)] = ""


class AssessmentRule(packs.Rule):
    """Indicators counted for each unit and for each counter, in order; what is divided by less than ``small`` bears a note.
    A unit answers within ``answer_days`` working days of the counting."""

    unit: Annotated[list[Asked], Field(min_length=1, max_length=20)]
    counter: Annotated[list[Asked], Field(min_length=1, max_length=20)]
    small: Annotated[int, Field(ge=1, le=1000)]
    answer_days: Annotated[int, Field(ge=1, le=60)]


def month_of(raw: str | None, on: date) -> date:
    """``2026-08`` as its first day; the last full month where nothing is asked. Refused: another shape."""
    if not raw:
        return last_month(on)
    try:
        return date.fromisoformat(f"{raw}-01")
    except ValueError:
        raise Refusal("月份的格式为2026-08。", code="month", field="month") from None


def last_month(on: date) -> date:
    """First day of the month before a day's."""
    return date(on.year - (on.month == 1), 12 if on.month == 1 else on.month - 1, 1)


def following(month: date) -> date:
    """First day of the month after."""
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)
