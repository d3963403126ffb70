"""Renewal windows, what silence grants, and bars, worked out by hand."""

from datetime import date

import pytest

from tests.factories.calendar import announced_table
from yiwang.services.certificates import rules

TABLE = announced_table()


def test_without_a_rule_thirty_natural_days_before_expiry_rest_day_or_not():
    window = rules.renewal_window(date(2026, 11, 20), TABLE)
    assert window == rules.Window(None, date(2026, 10, 21))
    assert rules.renewal_window(date(2026, 11, 9), TABLE).last == date(2026, 10, 10)


def test_a_rule_of_its_own_in_working_days():
    # food: ninety to fifteen working days; fifteen before 30 October: over the holiday back to 30 September and 29, 28…
    window = rules.renewal_window(date(2026, 10, 30), TABLE, renew_from=90, renew_until=15, unit="working-day")
    assert window.last == date(2026, 10, 10)
    assert window.opens is not None
    assert window.opens < window.last


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2026-10-22", "renewal-too-late"),
        ("2026-08-01", "renewal-too-early"),
        ("2026-10-21", None),
        ("2026-08-02", None),
    ],
)
def test_too_late_and_too_early_are_refused_with_the_day(on, code):
    window = rules.Window(date(2026, 8, 2), date(2026, 10, 21))
    refusal = rules.refuse_outside(window, date.fromisoformat(on), "按新办办理。")
    assert (refusal and refusal.code) == code


@pytest.mark.parametrize(
    ("since", "until", "again"),
    [
        ("2021-11-21", "2026-11-20", ("2026-11-21", "2031-11-20")),
        ("2024-03-01", "2027-02-28", ("2027-03-01", "2030-02-28")),
        ("2024-02-29", "2025-02-28", ("2025-03-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2026-04-01", "2026-06-29")),
    ],
)
def test_silence_grants_the_same_length_again(since, until, again):
    granted = rules.prolonged(date.fromisoformat(since), date.fromisoformat(until))
    assert tuple(day.isoformat() for day in granted) == again


def test_one_year_and_three():
    assert rules.barred_until(rules.FALSEHOOD, date(2026, 9, 24)) == date(2027, 9, 25)
    assert rules.barred_until(rules.FRAUD, date(2024, 2, 29)) == date(2027, 3, 2)
    assert rules.refuse_barred(date(2027, 9, 25), rules.FALSEHOOD, date(2027, 9, 24)).article == rules.FALSEHOOD
    assert rules.refuse_barred(date(2027, 9, 25), rules.FALSEHOOD, date(2027, 9, 25)) is None


def test_the_organ_has_until_the_last_working_day_before_expiry():
    assert rules.days_to_decide(date(2026, 9, 24), date(2026, 9, 30), TABLE) == 3
    assert rules.days_to_decide(date(2026, 9, 24), date(2026, 9, 26), TABLE) == 0  # Mid-Autumn to the end
    assert rules.days_to_decide(date(2026, 9, 24), date(2026, 9, 1), TABLE) == 0
