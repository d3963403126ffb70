"""What a month's figures are counted from: each unit's and each counter's part of an indicator, out of the facts alone.

Cards name a case and the unit charged, not a counter. They count for the counter where that case was received, where the
unit charged is the one that staffs it: what a department behind the counter let run over is the department's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yiwang.foundation.organs import queries as organ_queries
from yiwang.foundation.organs.models import Counter, Organ
from yiwang.insight.assessments.models import Line
from yiwang.insight.assessments.rules import AssessmentRule
from yiwang.insight.facts import reading
from yiwang.insight.indicators import figures
from yiwang.insight.indicators import queries as indicators
from yiwang.insight.indicators.figures import Figure

CASES = "select reference, counter from cases where counter <> '' and reference in (select unnest($these))"


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's or counter's part of a figure, with the value as printed."""

    numerator: int
    denominator: int | None
    value: str


@dataclass(frozen=True, slots=True)
class Window:
    """A counter: its id in the facts' words, what it is called, and the organ that staffs it."""

    name: str
    organ_id: int
    organ: str


def lines(rule: AssessmentRule, period: tuple[date, date], cut_off: datetime) -> Iterator[Line]:
    """Every line of a month, by unit and by counter, in the order of the rule."""
    on = date.fromordinal(period[1].toordinal() - 1)
    units = dict(Organ.objects.values_list("code", "pk"))
    named = organ_queries.organ_names(units.values(), on)
    for place, indicator in enumerate(rule.units):
        figure = figures.figure(indicator, period=period, cut_off=cut_off)
        for code, share in sorted(_parts(figure, "organ", on).items()):
            if code in units:
                yield _line("unit", code, named.get(units[code], code), units[code], place, figure, share, rule)
    windows = {
        f"{one.place.code}/{one.number}": Window(f"{one.place.name}{one.number}号窗口", one.organ_id, one.organ.code)
        for one in Counter.objects.select_related("place", "organ")
    }
    busy = _parts(figures.figure(rule.beside, period=period, cut_off=cut_off), "counter", on)
    for place, indicator in enumerate(rule.counters):
        figure = figures.figure(indicator, period=period, cut_off=cut_off)
        found = _of_counters(figure, windows, on)
        if figure.denominator is None and indicator != rule.beside:
            found = _beside(figure, found, busy)
        for code, share in sorted(found.items()):
            if code in windows:  # what was received online was received at none
                one = windows[code]
                yield _line("counter", code, one.name[:120], one.organ_id, place, figure, share, rule)


def _parts(figure: Figure, column: str, on: date) -> dict[str, Share]:
    return {
        part.code: Share(
            int(part.numerator or 0),
            part.denominator,
            "—" if part.value is None else f"{part.value}{figure.unit}",
        )
        for part in indicators.split(figure, column, on).parts
    }


def _of_counters(figure: Figure, windows: Mapping[str, Window], on: date) -> dict[str, Share]:
    """By the fact's own counter, or through the case each row is about."""
    if "counter" in figure._indicator.declared_fact.by_name:
        return _parts(figure, "counter", on)
    counted: dict[str, int] = {}
    staffing = {one.organ for one in windows.values()}
    for organ in sorted(staffing & _parts(figure, "organ", on).keys()):
        scoped = figures.figure(figure.indicator_id, period=figure.period, scope=organ, cut_off=figure.cut_off)
        about = _parts(scoped, "about", on)
        for reference, counter in reading.current().rows(CASES, {"these": sorted(about)}):
            if counter in windows and windows[counter].organ == organ:
                counted[counter] = counted.get(counter, 0) + about[reference].numerator
    return {counter: Share(number, None, f"{number}{figure.unit}") for counter, number in counted.items()}


def _beside(figure: Figure, found: Mapping[str, Share], busy: Mapping[str, Share]) -> dict[str, Share]:
    """A count beside the counter's cases; 0 where nothing happened at a counter that had some."""
    shares = {}
    for code in found.keys() | busy.keys():
        number = found[code].numerator if code in found else 0
        shares[code] = Share(number, busy[code].numerator if code in busy else 0, f"{number}{figure.unit}")
    return shares


def _line(
    about: str, code: str, name: str, organ_id: int, place: int, figure: Figure, share: Share, rule: AssessmentRule
) -> Line:
    return Line(
        about=about,
        code=code,
        name=name,
        organ_id=organ_id,
        indicator=figure.indicator_id,
        title=figure.title,
        place=place,
        numerator=share.numerator,
        denominator=share.denominator,
        value=share.value,
        small=share.denominator is not None and share.denominator < rule.small,
    )
