"""From the moment of receipt to the last day, worked out by hand: hall hours, weekend counters, holidays, year ends."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.factories.calendar import announced_table
from tests.spec.test_terms import rows
from yiwang.kernel.clocks import Clock
from yiwang.kernel.reception import SHANGHAI, Counts, Reception
from yiwang.kernel.workdays import Unit


@pytest.mark.parametrize("row", rows("receipts.csv"), ids=lambda row: f"{row['received']} {row['why']}")
def test_a_clock_starts_and_ends_on_the_days_worked_out_by_hand(row):
    reception = Reception(
        time.fromisoformat(row["closes"]) if row["closes"] else None,
        Counts(row["after_hours"]),
        Counts(row["rest_day"]),
    )
    received = datetime.fromisoformat(row["received"]).replace(tzinfo=SHANGHAI)
    starts = reception.started_on(received, announced_table())
    assert starts == date.fromisoformat(row["starts"]), row["why"]
    due = Clock(int(row["days"]), Unit(row["unit"]), starts).project(announced_table()).due_on
    assert due == date.fromisoformat(row["due"]), row["why"]
