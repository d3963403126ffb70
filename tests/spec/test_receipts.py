"""From the moment of receipt to the last day, worked out by hand: hall hours, weekend counters, holidays, year ends."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.factories.calendar import announced_table
from tests.spec.test_terms import rows
from yiwang.kernel.clocks import Clock
from yiwang.kernel.reception import SHANGHAI, Counts, Hours, Reception
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


LUNCH = Hours(regular=((time(9), time(12)), (time(13, 30), time(17))), extended=((time(12), time(13, 30)),))
WEEKEND = Hours(extended=((time(9), time(12)),))


@pytest.mark.parametrize(
    ("received", "hours", "starts"),
    [
        ("2026-09-23T08:30", LUNCH, "2026-09-23"),  # before the doors open: that day
        ("2026-09-23T12:00", LUNCH, "2026-09-23"),  # the moment of closing is still in time
        ("2026-09-23T12:30", LUNCH, "2026-09-24"),  # 延时服务 over lunch
        ("2026-09-23T17:01", LUNCH, "2026-09-24"),
        ("2026-09-23T10:00", Hours(), "2026-09-24"),  # a counter that is shut that day, whatever its hall does
        ("2026-09-20T10:00", WEEKEND, "2026-09-21"),  # a working Sunday at a counter with extended hours alone
        ("2026-09-13T10:00", WEEKEND, "2026-09-14"),  # a Sunday: a rest day whatever the hours
    ],
)
def test_a_counters_own_hours_decide_when_receipt_counts(received, hours, starts):
    reception = Reception(time(17, 30), Counts.NEXT_WORKING_DAY, Counts.NEXT_WORKING_DAY)
    moment = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    assert reception.started_on(moment, announced_table(), hours) == date.fromisoformat(starts)
    as_received = Reception(time(17, 30), Counts.SAME_DAY, Counts.SAME_DAY)
    assert as_received.started_on(moment, announced_table(), hours) == moment.date()
