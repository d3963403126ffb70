"""Months assessed, for whoever supervises or leads as a whole, for a unit's people their own unit and counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.insight.assessments import counting, rules
from yiwang.insight.assessments.models import Answer, Assessment, Line
from yiwang.insight.indicators import figures
from yiwang.insight.indicators import queries as indicators
from yiwang.insight.indicators.figures import Figure
from yiwang.insight.indicators.queries import Records
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound

WIDE = (Permission.CASE_SUPERVISE, Permission.WALL_SEE)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit or counter with its figures in the order of the heads, ``None`` where it has none."""

    name: str
    organ: str
    lines: Sequence[Line | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A month as its page shows it. Heads are the indicators' titles, each with the title of what it stands beside."""

    assessment: Assessment
    unit_heads: Sequence[tuple[str, str]]
    units: Sequence[Row]
    counter_heads: Sequence[tuple[str, str]]
    counters: Sequence[Row]
    answers: Sequence[tuple[str, Answer]]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """The records one figure was counted from, as the facts give them now for the same moment. ``agrees``: there are still
    as many; what was corrected since may have moved some."""

    line: Line
    organ: str
    figure: Figure
    found: Records
    counted: int
    agrees: bool


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
    official = Organ.objects.filter(pk=OuterRef("organ_id")).values("position")
    rows = found.lines.order_by(Subquery(official), "code", "place")
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
        may_answer=asked and on <= found.answer_by and not any(one.organ_id == organ_id for one in answers),
    )


def behind(by: Doer, line_id: int, on: date, *, page: int = 1) -> Behind:
    """The records behind one figure of an assessment. 404 for whoever does not see that unit's."""
    seen = own(by)
    line = Line.objects.select_related("assessment").filter(pk=line_id).first()
    if line is None or (seen is not None and line.organ_id not in seen):
        raise NotFound("没有这个数，或者您无权查看。", code="no-assessments")
    made = line.assessment
    unit = Organ.objects.values_list("code", flat=True).get(pk=line.organ_id)
    period = (made.month, rules.following(made.month))
    fact = figures.indicator(line.indicator, made.month)[0].declared_fact
    by_counter = line.about == Line.About.COUNTER
    whole = by_counter and "counter" in fact.by_name  # what a counter did, it did whoever answers for the case
    figure = figures.figure(line.indicator, period=period, scope="" if whole else unit, cut_off=made.facts_as_of)
    only: dict[str, str | Sequence[str]] = {fact.key: counting.keys_at(fact, line.code)} if by_counter else {}
    found = indicators.records(figure, on, only=only, page=page)
    shared = bool(figure._indicator.of)
    counted = (
        indicators.records(figure, on, only={**only, "counted": "1"}, page=1, size=1).total if shared else found.total
    )
    agrees = counted == line.numerator and (not shared or found.total == line.denominator)
    return Behind(line, organs.organ_name(line.organ_id, on), figure, found, counted, agrees)


def _rows(lines: Sequence[Line], about: str, named: dict[int, str]) -> tuple[list[Row], list[tuple[str, str]]]:
    these = [one for one in lines if one.about == about]
    titles = {one.indicator: one.title for one in these}
    heads = {one.place: (one.title, titles.get(one.beside, "")) for one in these}
    by_code: dict[str, dict[int, Line]] = {}
    for one in these:
        by_code.setdefault(one.code, {})[one.place] = one
    rows = []
    for each in by_code.values():
        first = next(iter(each.values()))
        rows.append(Row(first.name, named.get(first.organ_id, ""), [each.get(place) for place in sorted(heads)]))
    return rows, [heads[place] for place in sorted(heads)]
