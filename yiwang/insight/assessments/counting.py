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
from yiwang.insight.assessments.rules import Asked, AssessmentRule
from yiwang.insight.facts import reading
from yiwang.insight.indicators import figures
from yiwang.insight.indicators import queries as indicators
from yiwang.insight.indicators.figures import Figure
from yiwang.kernel.facts import Fact

CASES = "select reference, counter from cases where counter <> '' and reference in (select unnest($these))"
RECEIVED = "select reference from cases where counter = $counter"


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
    for place, asked in enumerate(rule.unit):
        figure = figures.figure(asked.indicator, period=period, cut_off=cut_off)
        found = _parts(figure, "organ", on)
        if asked.beside:
            found = _beside(figure, found, _busy(asked.beside, "organ", period, cut_off))
        for code, share in sorted(found.items()):
            if code in units:
                yield _line("unit", code, named.get(units[code], code), units[code], place, asked, figure, share, rule)
    windows = {
        f"{one.place.code}/{one.number}": Window(f"{one.place.name}{one.number}号窗口", one.organ_id, one.organ.code)
        for one in Counter.objects.select_related("place", "organ")
    }
    for place, asked in enumerate(rule.counter):
        figure = figures.figure(asked.indicator, period=period, cut_off=cut_off)
        found = _of_counters(figure, windows, on)
        if asked.beside:
            found = _beside(figure, found, _busy(asked.beside, "counter", period, cut_off))
        for code, share in sorted(found.items()):
            if code in windows:  # what was received online was received at none
                one = windows[code]
                yield _line("counter", code, one.name[:120], one.organ_id, place, asked, figure, share, rule)


def _busy(indicator: str, column: str, period: tuple[date, date], cut_off: datetime) -> dict[str, Share]:
    on = date.fromordinal(period[1].toordinal() - 1)
    return _parts(figures.figure(indicator, period=period, cut_off=cut_off), column, on)


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


def keys_at(fact: Fact, counter: str) -> list[str]:
    """Keys of a fact's rows that belong to a counter: by their own column, or through the case each is about."""
    these = "counter = $counter" if "counter" in fact.by_name else f"about in ({RECEIVED})"
    found = reading.current().rows(f'select "{fact.key}" from "{fact.id}" where {these}', {"counter": counter})
    return [key for (key,) in found]


def _beside(figure: Figure, found: Mapping[str, Share], busy: Mapping[str, Share]) -> dict[str, Share]:
    """A count beside another of the same unit or counter; 0 where nothing happened at one that had some of those."""
    shares = {}
    for code in found.keys() | busy.keys():
        number = found[code].numerator if code in found else 0
        shares[code] = Share(number, busy[code].numerator if code in busy else 0, f"{number}{figure.unit}")
    return shares


def _line(
    about: str,
    code: str,
    name: str,
    organ_id: int,
    place: int,
    asked: Asked,
    figure: Figure,
    share: Share,
    rule: AssessmentRule,
) -> Line:
    return Line(
        about=about,
        code=code,
        name=name,
        organ_id=organ_id,
        indicator=figure.indicator_id,
        beside=asked.beside,
        title=figure.title,
        place=place,
        numerator=share.numerator,
        denominator=share.denominator,
        value=share.value,
        small=share.denominator is not None and share.denominator < rule.small,
    )
