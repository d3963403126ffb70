"""The fixed days of 放假办法 and the movable feasts, held against the notices and against `holidays`."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from tests.factories.calendar import NATIONAL
from yiwang.foundation.calendar import documents, rules
from yiwang.foundation.calendar.lunar import BY_YEAR, FIRST_YEAR, LAST_YEAR

NOTICES = documents.read_all([NATIONAL])


def test_the_packs_hold_every_year_from_2019_to_2026_once():
    assert [n.year for n in NOTICES if not n.supplement] == list(range(2019, 2027))
    assert all(n.source.startswith("http") and n.document_number.startswith("国办发明电〔") for n in NOTICES)


@pytest.mark.parametrize("notice", [n for n in NOTICES if not n.supplement], ids=lambda n: str(n.year))
def test_every_notice_gives_all_fixed_days_off(notice):
    assert {day for day in rules.fixed_days(notice.year) if day not in notice.off} == set()


@pytest.mark.parametrize(
    "notice", [n for n in NOTICES if not n.supplement and n.year != 2019], ids=lambda n: str(n.year)
)
def test_every_notice_makes_up_for_all_it_gives_beyond_the_law(notice):
    assert rules.balance(notice) == 0


def test_a_slip_of_one_working_weekend_is_noticed():
    notice = next(n for n in NOTICES if n.year == 2026)
    short = {day: name for day, name in notice.makeup.items() if day != date(2026, 10, 10)}
    assert rules.balance(rules.Notice(2026, notice.off, short)) == 1


@pytest.mark.parametrize(("year", "count"), [(2007, 10), (2013, 11), (2014, 11), (2020, 10), (2024, 11), (2025, 13)])
def test_the_law_of_the_year_gives_so_many_days(year, count):
    assert len(rules.fixed_days(year)) == count  # 2020: 中秋 and 国庆 share a day


def test_new_years_eve_is_off_from_2008_to_2013_and_again_from_2025():
    eve = {year: BY_YEAR[year].new_year - timedelta(days=1) in rules.fixed_days(year) for year in range(2006, 2028)}
    assert [year for year, off in eve.items() if off] == [*range(2008, 2014), *range(2025, 2028)]


def test_movable_feasts_agree_with_another_calendar_for_sixty_years():
    names = {"春节": "new_year", "清明节": "qingming", "端午节": "dragon_boat", "中秋节": "mid_autumn"}
    for year in range(2008, LAST_YEAR + 1):
        theirs = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
        ours = BY_YEAR[year]
        for name, field in names.items():
            days = [day for day in theirs.get_named(name, lookup="icontains") if day.year == year]
            assert getattr(ours, field) in days, (year, name, days)


def test_the_table_covers_every_year_once():
    assert sorted(BY_YEAR) == list(range(FIRST_YEAR, LAST_YEAR + 1))


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2028, 6, 1), 2028),
    ],
)
def test_the_missing_year_is_known_by_the_day(today, missing):
    assert rules.missing_year({2025, 2026}, today) == missing
