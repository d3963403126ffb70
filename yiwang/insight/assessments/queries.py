"""Months assessed, for whoever supervises or leads as a whole, for a unit's people their own unit and counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.foundation.organs import queries as organs
from yiwang.insight.assessments.models import Answer, Assessment, Line
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound

WIDE = (Permission.CASE_SUPERVISE, Permission.WALL_SEE)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit or counter with its figures in the order of the rule."""

    name: str
    organ: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Shown:
    """A month as its page shows it. ``heads`` are the indicators' titles."""

    assessment: Assessment
    unit_heads: Sequence[str]
    units: Sequence[Row]
    counter_heads: Sequence[str]
    counters: Sequence[Row]
    answers: Sequence[tuple[str, Answer]]
    may_answer: bool


def own(by: Doer) -> frozenset[int] | None:
    """Organs whose figures the viewer sees; ``None`` for all. 404 for whoever sees none."""
    if by.kind == "system" or any(by.may(permission) and by.organs_of(permission) is None for permission in WIDE):
        return None
    found = by.organs_of(Permission.CASE_SEE, *WIDE)
    if not found:
        raise NotFound("没有这个页面，或者您无权查看。", code="no-assessments")
    return found


def months(by: Doer) -> Sequence[Assessment]:
    """Every month assessed, newest first."""
    own(by)
    return list(Assessment.objects.order_by("-month")[:60])


def assessment(by: Doer, month: date, on: date) -> Shown | None:
    """One month; ``None`` while it is not assessed."""
    seen = own(by)
    found = Assessment.objects.filter(month=month).first()
    if found is None:
        return None
    rows = found.lines.order_by("about", "code", "place")
    answers = found.answers.order_by("answered_at")
    if seen is not None:
        rows, answers = rows.filter(organ_id__in=seen), answers.filter(organ_id__in=seen)
    lines = list(rows)
    named = organs.organ_names({one.organ_id for one in lines} | {one.organ_id for one in answers}, on)
    units, unit_heads = _rows(lines, Line.About.UNIT, named)
    counters, counter_heads = _rows(lines, Line.About.COUNTER, named)
    organ_id = by.organ_id or 0
    asked = any(one.organ_id == organ_id for one in lines) and by.may(Permission.CASE_DECIDE, organ_id)
    return Shown(
        assessment=found,
        unit_heads=unit_heads,
        units=units,
        counter_heads=counter_heads,
        counters=counters,
        answers=[(named.get(one.organ_id, ""), one) for one in answers],
        may_answer=asked and not any(one.organ_id == organ_id for one in answers),
    )


def _rows(lines: Sequence[Line], about: str, named: dict[int, str]) -> tuple[list[Row], list[str]]:
    heads: dict[int, str] = {one.place: one.title for one in lines if one.about == about}
    by_code: dict[str, list[Line]] = {}
    for one in lines:
        if one.about == about:
            by_code.setdefault(one.code, []).append(one)
    rows = [Row(each[0].name, named.get(each[0].organ_id, ""), each) for each in by_code.values()]
    return rows, [heads[place] for place in sorted(heads)]
