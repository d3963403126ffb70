"""Every row of the tables counted a second time, one day after another, without the house's own table.

The two hundred rows are what the house is held to; this holds the rows themselves. A row that was mistyped, or a notice
that was misread, disagrees here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.factories.calendar import announced_table
from tests.spec import plain
from tests.spec.test_terms import rows

DAY = date.fromisoformat
AT_LEAST = 200


def named(row):
    return " ".join(row.values())[:70]


def pauses_of(row):
    spans = [part.split()[1:] for part in row["pauses"].split(";") if part]
    return [(DAY(begins), DAY(resumes)) for begins, resumes in spans]


def test_there_are_two_hundred_cases_and_no_case_twice():
    tables = {name: rows(f"{name}.csv") for name in ("terms", "terms_backwards", "clocks", "receipts")}
    said = [(name, *(v for k, v in row.items() if k != "why")) for name, table in tables.items() for row in table]
    assert len(said) == len(set(said))
    assert len(said) >= AT_LEAST


def test_both_counts_agree_on_every_day_of_nine_years():
    table, day = announced_table(), date(2018, 12, 29)
    while day < date(2027, 1, 1):
        assert plain.works(day) == table.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("row", rows("terms.csv"), ids=named)
def test_a_term_counted_day_by_day(row):
    assert plain.due(DAY(row["start"]), int(row["days"]), row["unit"])[0] == DAY(row["due"])


@pytest.mark.parametrize("row", rows("terms_backwards.csv"), ids=named)
def test_a_term_counted_backwards_day_by_day(row):
    latest = plain.before(DAY(row["before"]), int(row["days"]), row["unit"], earlier=row["roll"] == "earlier")
    assert latest == DAY(row["latest"])


@pytest.mark.parametrize("row", rows("clocks.csv"), ids=named)
def test_a_clock_counted_day_by_day(row):
    days = int(row["days"]) + int((row["extension"].split() or ["0"])[0])
    assert plain.due(DAY(row["start"]), days, row["unit"], pauses_of(row))[0] == DAY(row["due"])


@pytest.mark.parametrize("row", rows("receipts.csv"), ids=named)
def test_a_receipt_counted_day_by_day(row):
    received = datetime.fromisoformat(row["received"])
    day, late = received.date(), bool(row["closes"]) and f"{received:%H:%M}" > row["closes"]
    if not plain.works(day):
        starts = plain.moved_on(day) if row["rest_day"] == "next-working-day" else day
    else:
        starts = plain.moved_on(day + plain.DAY) if late and row["after_hours"] == "next-working-day" else day
    assert starts == DAY(row["starts"])
    assert plain.due(starts, int(row["days"]), row["unit"])[0] == DAY(row["due"])
