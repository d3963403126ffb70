"""A year of orders as a profile states it: exact totals, through the bulk path, counted from what was written."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from yiwang.config.year import voices
from yiwang.config.year.voices import Voices
from yiwang.foundation.calendar import queries as calendar
from yiwang.governance.hotline.models import Order
from yiwang.matters.models import Matter

STATED = Voices(accepted=60, closed=54, returned=6, unsatisfied=7, judged=4)


def test_totals_that_cannot_be_together_are_named_and_a_part_of_them_can():
    assert [field for field, _ in voices.contradictions(Voices(10, 11, 0, 12, 13))] == [
        "hotline.closed", "hotline.unsatisfied", "hotline.judged", "hotline.returned",
    ]  # fmt: skip
    for share in (Fraction(1, 20), Fraction(1, 400)):
        assert list(voices.contradictions(Voices(42286, 42208, 1900, 1268, 850).part(share))) == []


@pytest.mark.parametrize("since", [date(2023, 1, 1)])
def test_a_year_of_orders_comes_to_its_totals_and_none_outlives_it(county, since):
    until = since + timedelta(days=365)
    days = {since + timedelta(days=number): 1 for number in range(365)}
    given = {"since": since, "until": until, "seed": 7, "table": calendar.table(), "days": days}
    assert voices.write(STATED, **given) == STATED
    last = Matter.objects.filter(process_id="governance.hotline", closed_at__isnull=False).latest("closed_at")
    assert last.closed_at.date() < until
    assert not Order.objects.exclude(caller_phone=None).exists()
    assert Order.objects.filter(matter__state="answered").exists()
