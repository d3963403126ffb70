"""Slots, numbers and a terminal's signature: plain arithmetic."""

from datetime import datetime, time

import pytest

from yiwang.services.assistance import rules

HALL = rules.HallRule.model_construct(early_minutes=30, late_minutes=15)
KEY = b"k" * 32


def signed(moment=1_000_000, purpose="beat", code="hall-01", body=b"{}", key=KEY):
    return rules.signature(key, code, purpose, moment, body)


def check(given, *, moment=1_000_000, clock=1000.0, last=0, body=b"{}", code="hall-01"):
    rules.refuse_unsigned(KEY, code, "beat", moment, body, given, clock=clock, last=last, fresh=120)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "é",
        signed(key=b"x" * 32),
        signed(purpose="card"),
        signed(code="hall-02"),
        signed(body=b"[]"),
        signed(moment=1),
    ],
)
def test_what_is_not_signed_by_this_terminal_for_this_purpose_is_refused(given):
    with pytest.raises(rules.BadSignature):
        check(given)


def test_a_message_too_old_from_the_future_or_sent_before_is_refused():
    for how in ({"clock": 1121.0}, {"clock": 879.0}, {"last": 1_000_000}):
        with pytest.raises(rules.BadSignature):
            check(signed(), **how)
    check(signed(), clock=1119.0, last=999_999)


def test_slots_lie_whole_within_the_hours_and_a_lunch_break_parts_them():
    assert rules.slots([(time(9), time(10, 20)), (time(14), time(15))], 30) == [
        time(9), time(9, 30), time(14), time(14, 30),
    ]  # fmt: skip
    assert rules.slots([(time(9), time(9, 20))], 30) == []


def test_an_appointment_holds_from_shortly_before_its_slot_to_shortly_after_it_began():
    begins = datetime(2026, 9, 24, 10)
    held = [
        rules.holds(HALL, begins, begins.replace(hour=h, minute=m)) for h, m in ((9, 29), (9, 30), (10, 15), (10, 16))
    ]
    assert held == [False, True, True, False]


def test_a_number_is_never_given_out_twice():
    assert rules.next_number("A", []) == "A001"
    assert rules.next_number("A", ["A001", "A010", "A002"]) == "A011"
