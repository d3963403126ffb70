"""The ordinal table against `chinesecalendar`, and at its edges."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.calendar import announced_table, as_known_in
from yiwang.kernel.workdays import OrdinalTable, OutsideCalendar, Unit

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
days_announced = st.dates(FIRST, LAST)


def every_day(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def test_every_day_of_2019_to_2026_is_what_chinesecalendar_says():
    table = announced_table()
    assert [d for d in every_day() if table.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_the_december_before_the_first_announced_year_follows_that_years_notice():
    table = announced_table()
    assert table.is_workday(date(2018, 12, 29))
    assert not table.is_workday(date(2018, 12, 31))


def test_article_82_adding_gives_the_nth_working_day_chinesecalendar_finds_by_walking():
    table = announced_table()
    for start in every_day(date(2019, 12, 1), date(2020, 3, 15)) + every_day(date(2026, 8, 1), date(2026, 11, 1)):
        for n in (1, 2, 5, 20):
            walked = chinese_calendar.find_workday(n if chinese_calendar.is_workday(start) else n - 1, start)
            assert table.add(start, n) == walked, (start, n)


@given(start=days_announced, n=st.integers(1, 60))
def test_elapsed_undoes_add(start, n):
    table = announced_table()
    due = table.add(start, n)
    assert table.is_workday(due)
    assert table.elapsed(start, due) == n
    assert table.elapsed(start, due - timedelta(days=1)) == n - 1
    assert table.overdue(start, n, due) == 0
    assert table.overdue(start, n, table.add(due, 3)) == 3


@given(day=days_announced, n=st.integers(1, 60))
def test_doing_it_on_the_latest_day_leaves_n_days_and_a_day_later_does_not(day, n):
    table = announced_table()
    latest = table.latest_before(day, n, Unit.WORKING_DAY)
    assert table.is_workday(latest)
    assert table.add(latest, n) <= table.roll(day)
    later = table.add(latest, 1)
    assert table.add(later, n) > day


@given(start=days_announced, n=st.integers(0, 400))
def test_a_natural_day_term_never_ends_on_a_rest_day_nor_earlier_than_its_days(start, n):
    table = announced_table()
    due = table.add_natural(start, n)
    assert table.is_workday(due)
    assert due >= start + timedelta(days=n)


def test_a_day_outside_the_calendar_is_refused_in_chinese():
    table = announced_table()
    for broken in (date(1999, 12, 31), date(1999, 3, 1), date(2061, 1, 1), date(9999, 12, 31), date(1, 1, 1)):
        with pytest.raises(OutsideCalendar, match="超出日历范围"):
            table.add(broken, 5)
        with pytest.raises(OutsideCalendar, match="超出日历范围"):
            table.add_natural(broken, 5)
        with pytest.raises(OutsideCalendar, match="超出日历范围"):
            table.ordinal(broken)
    with pytest.raises(OutsideCalendar, match="超出日历范围"):
        table.add(date(2060, 12, 1), 60)


def test_a_negative_term_is_a_bug_and_never_wraps_around():
    with pytest.raises(ValueError, match="negative"):
        announced_table().add(date(2026, 9, 24), -1)


def test_a_term_into_an_unannounced_year_is_computed_and_is_not_certain():
    table = announced_table()
    assert table.announced_until == date(2026, 12, 31)
    due = table.add(date(2026, 12, 25), 10)
    assert due == date(2027, 1, 11)
    assert not table.certain(date(2026, 12, 25), due)
    assert table.certain(date(2026, 12, 24), date(2026, 12, 31))
    assert table.certain(date(2018, 12, 31), date(2019, 1, 2))
    assert not table.certain(date(2018, 12, 30), date(2019, 1, 2))


def test_an_unannounced_spring_festival_is_counted_by_its_fixed_days():
    table = as_known_in(2025)
    # 2026: eve 16 February to 19 February (Thursday) by law alone; the notice made it 15 to 23 February.
    assert [table.is_workday(date(2026, 2, d)) for d in (13, 16, 17, 18, 19, 20)] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]


def test_touching_holidays_are_told_as_one_stretch():
    spans = list(announced_table().special(date(2020, 1, 20), date(2020, 2, 10)))
    assert [(s.first, s.last, s.name) for s in spans] == [(date(2020, 1, 24), date(2020, 2, 2), "春节")]


def test_special_days_are_cut_to_the_days_asked_for():
    spans = list(announced_table().special(date(2026, 10, 3), date(2026, 10, 10)))
    assert [(s.first.day, s.last.day, s.works) for s in spans] == [(3, 7, False), (10, 10, True)]


def test_a_table_that_calls_a_day_both_off_and_worked_cannot_be_made():
    day = date(2026, 10, 10)
    with pytest.raises(ValueError, match="both off and worked"):
        OrdinalTable(FIRST, LAST, off={day: "国庆节"}, makeup={day: "国庆节"}, announced=())
