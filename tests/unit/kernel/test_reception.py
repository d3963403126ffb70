"""From the moment something is handed in to the day its clock starts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tests.factories.calendar import announced_table
from yiwang.kernel.reception import SHANGHAI, Counts, Reception

HALL = Reception(closes=time(17, 30), after_closing=Counts.NEXT_WORKING_DAY)
ONLINE = Reception()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def starts(reception: Reception, text: str) -> date:
    return reception.started_on(moment(text), announced_table())


def test_a_moment_without_a_time_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        HALL.started_on(datetime(2026, 9, 24, 9, 0), announced_table())


def test_within_hours_the_day_of_receipt_starts_the_clock():
    assert starts(HALL, "2026-09-24T09:00") == date(2026, 9, 24)
    assert starts(HALL, "2026-09-24T17:30") == date(2026, 9, 24)


def test_after_closing_the_hall_receives_on_the_next_working_day():
    assert starts(HALL, "2026-09-24T17:31") == date(2026, 9, 28)  # 25 to 27 September is the Mid-Autumn holiday


def test_online_every_hour_of_a_working_day_counts():
    assert starts(ONLINE, "2026-09-24T23:59") == date(2026, 9, 24)


def test_a_weekend_counter_starts_the_clock_on_the_next_working_day():
    assert starts(HALL, "2026-09-12T10:00") == date(2026, 9, 14)
    assert starts(ONLINE, "2026-10-02T10:00") == date(2026, 10, 8)


def test_a_working_weekend_is_a_working_day():
    assert starts(HALL, "2026-10-10T10:00") == date(2026, 10, 10)


def test_a_pack_may_count_the_rest_day_itself_as_the_day_of_receipt():
    assert starts(Reception(on_rest_day=Counts.SAME_DAY), "2026-09-12T10:00") == date(2026, 9, 12)


def test_the_day_is_the_day_in_shanghai():
    late_utc = datetime(2026, 9, 13, 17, 0, tzinfo=UTC)  # Monday 01:00 in Shanghai
    assert ONLINE.started_on(late_utc, announced_table()) == date(2026, 9, 14)
