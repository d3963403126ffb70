"""A month is counted once from what happened; units see their own, answer once, and nobody types a figure."""

from __future__ import annotations

import inspect
from datetime import date
from types import SimpleNamespace

import pytest

from tests.factories import cases, hotline
from yiwang.foundation.letters.models import Message
from yiwang.insight.assessments import actions, counting, queries, rules
from yiwang.insight.assessments.models import Line
from yiwang.insight.facts import reading, writing
from yiwang.insight.indicators import figures
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters.models import Matter
from yiwang.services.cases.models import Case

AUGUST, NOW = date(2026, 8, 1), cases.at("2026-09-24", 16)


def test_the_month_asked_for_is_a_month():
    assert rules.month_of("", date(2026, 1, 9)) == date(2025, 12, 1)
    assert rules.month_of("2026-08", date(2026, 9, 24)) == AUGUST
    assert rules.following(date(2026, 12, 1)) == date(2027, 1, 1)
    with pytest.raises(Refusal):
        rules.month_of("8月", date(2026, 9, 24))


@pytest.mark.usefixtures("county")
def test_a_month_is_counted_once_by_unit_and_counter_and_answered_by_the_unit_alone():
    for hour in (9, 10, 11):
        cases.take(cases.received("2026-08-12", hour=hour), "accept", "2026-08-13", by="chen")
    cases.walked(cases.submitted("2026-08-12"), "accept", day="2026-08-13")
    for window in ("hall/A02", ""):
        hotline.recorded("2026-08-14", topic="service", town="", counter=window)
    wu, sun = cases.staff("wu"), cases.staff("sun")
    assert not {"value", "numerator", "figures", "lines"} & set(inspect.signature(actions.count).parameters)
    with pytest.raises(NotAllowed):
        actions.count(month=AUGUST, by=sun, at=NOW)
    with pytest.raises(Refusal, match="没有结束"):
        actions.count(month=date(2026, 9, 1), by=wu, at=NOW)
    writing.write(at=NOW)
    made = actions.count(month=AUGUST, by=wu, at=NOW)
    with pytest.raises(Refusal, match="不能重来"):
        actions.count(month=AUGUST, by=wu, at=NOW)
    accepted = Line.objects.get(assessment=made, about="unit", code="market", indicator="cases.accepted")
    assert accepted.numerator == Case.objects.count() == 4
    counters = Line.objects.filter(assessment=made, about="counter", indicator="cases.accepted")
    assert [(one.code, one.numerator) for one in counters] == [("hall/A02", 3)]  # the fourth came online
    beside = Line.objects.filter(assessment=made, about="counter", place__gte=4).order_by("place")
    assert [(one.indicator, one.numerator, one.denominator, one.small) for one in beside] == [
        ("cards.yellow", 0, 3, True),
        ("cards.red", 0, 3, True),
        ("orders.complaints", 1, 3, True),
    ]
    counted = reading.current().rows(
        counting.CASES, {"these": sorted(Matter.objects.values_list("reference", flat=True))}
    )
    assert [counter for _, counter in counted] == ["hall/A02"] * 3
    cards = figures.figure("cards.yellow", period=(AUGUST, date(2026, 9, 1)), cut_off=made.facts_as_of)
    assert counting._parts(cards, "about", AUGUST) == {}
    for line in made.lines.all():  # every number opens, and what it opens into is as many
        behind = queries.behind(wu, line.pk, NOW.date())
        assert behind.agrees, (line.code, line.indicator)
        assert behind.found.total == (line.numerator if line.beside or line.denominator is None else line.denominator)
    share = Line.objects.get(assessment=made, about="unit", code="market", indicator="cases.correction-rate")
    assert (share.numerator, share.denominator, share.small) == (0, 4, True)

    unit = Line.objects.get(assessment=made, about="unit", code="market", indicator="cards.red")
    assert (unit.numerator, unit.denominator, unit.beside) == (0, 4, "cases.accepted")
    assert {one.kind for one in Message.objects.filter(account=sun.account_id)} == {"assessment-counted"}

    mine = queries.assessment(sun, AUGUST, NOW.date())
    assert {row.name for row in mine.units} == {"云溪县市场监督管理局"}
    assert mine.may_answer
    with pytest.raises(NotFound):
        queries.assessment(STRANGER, AUGUST, NOW.date())
    for nobody in (STRANGER, cases.staff("fire-3")):
        with pytest.raises(NotFound):
            queries.behind(nobody, accepted.pk, NOW.date())
    with pytest.raises(NotFound):
        actions.answer(month=AUGUST, text="本单位没有办件。", by=cases.staff("fire-3"), at=NOW)
    with pytest.raises(NotAllowed):
        actions.answer(month=AUGUST, text="八月没有超期。", by=cases.staff("zhao"), at=NOW)
    with pytest.raises(Refusal, match="说明内容"):
        actions.answer(month=AUGUST, text="无", by=sun, at=NOW)
    assert made.answer_by == date(2026, 10, 15)  # ten working days, the National Day week not among them
    with pytest.raises(Refusal, match="期限已于2026年10月15日"):
        actions.answer(month=AUGUST, text="八月办件均按时受理。", by=sun, at=cases.at("2026-10-16"))
    assert not queries.assessment(sun, AUGUST, date(2026, 10, 16)).may_answer
    actions.answer(month=AUGUST, text="八月办件均按时受理。", by=sun, at=cases.at("2026-10-15"))
    with pytest.raises(Refusal, match="已经作出说明"):
        actions.answer(month=AUGUST, text="再说明一次。", by=sun, at=NOW)
    assert Line.objects.get(pk=accepted.pk).numerator == 4
    corrected = Line.objects.filter(pk=accepted.pk)
    corrected.update(numerator=5)  # as if one had been moved to another unit since
    assert not queries.behind(sun, accepted.pk, NOW.date()).agrees


def test_a_card_counts_for_the_counter_whose_own_unit_was_charged(monkeypatch):
    windows = {"hall/A02": counting.Window("A02", 1, "bureau"), "hall/B01": counting.Window("B01", 2, "market")}
    charged = {"bureau": {"2026-1": 1, "2026-2": 2}, "market": {"2026-1": 4}}  # case 1 and 2 came in at the bureau's
    cases_of = {"2026-1": "hall/A02", "2026-2": "hall/A02"}

    def parts(figure, column, on):
        found = charged if column == "organ" else charged[figure.scope]
        return {code: counting.Share(one if isinstance(one, int) else 1, None, "") for code, one in found.items()}

    class Facts:
        def rows(self, sql, given):
            return [(one, cases_of[one]) for one in given["these"] if one in cases_of]

    def figure(indicator, *, scope="", **_):
        fact = SimpleNamespace(by_name={"organ": None, "about": None})
        told = SimpleNamespace(declared_fact=fact)
        return SimpleNamespace(scope=scope, indicator_id="x", period=None, cut_off=None, unit="宗", _indicator=told)

    monkeypatch.setattr(counting, "_parts", parts)
    monkeypatch.setattr(counting.figures, "figure", figure)
    monkeypatch.setattr(counting.reading, "current", Facts)
    found = counting._of_counters(figure("x"), windows, AUGUST)
    assert {code: one.numerator for code, one in found.items()} == {"hall/A02": 3}
