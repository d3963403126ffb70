"""The interval ledger of a clock: what it refuses, what it counts, how it explains itself, what always holds."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.calendar import announced_table, as_known_in
from yiwang.kernel.clock_words import explain, one_line
from yiwang.kernel.clocks import ARTICLE_45, Clock, ClockRefusal, Extension, Pause
from yiwang.kernel.workdays import OrdinalTable, Unit

WORKING, NATURAL = Unit.WORKING_DAY, Unit.NATURAL_DAY
NOTICE = "云市监特告〔2025〕12号"


def day(text: str) -> date:
    return date.fromisoformat(text)


def licence(started_on: str = "2025-09-28", days: int = 20) -> Clock:
    return Clock(days, WORKING, day(started_on))


def faults(refused: pytest.ExceptionInfo[ClockRefusal]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


# -- refusals ----------------------------------------------------------------------------------------------------


def test_the_legal_clock_stops_for_no_ground_outside_article_45():
    with pytest.raises(ClockRefusal) as refused:
        licence().pause("leader-absent", NOTICE, day("2025-10-13"))
    assert faults(refused) == ["clock-ground"]
    assert "第四十五条" in (refused.value.article or "")


def test_a_promised_clock_also_stops_for_a_ground_its_guide_publishes():
    paused = licence().pause("site-inspection", NOTICE, day("2025-10-13"), lawful={*ARTICLE_45, "site-inspection"})
    assert paused.paused_since == day("2025-10-13")


def test_without_a_written_notice_the_clock_does_not_stop():
    with pytest.raises(ClockRefusal) as refused:
        licence().pause("hearing", "  ", day("2025-10-13"))
    assert faults(refused) == ["clock-notice"]


def test_every_fault_of_a_pause_is_named_at_once():
    with pytest.raises(ClockRefusal) as refused:
        licence().pause("tea", "", day("2025-09-01"))
    assert faults(refused) == ["clock-ground", "clock-notice", "clock-before-start"]


def test_the_same_ground_cannot_stop_a_clock_twice_at_a_time():
    with pytest.raises(ClockRefusal, match="尚未恢复"):
        licence().pause("hearing", NOTICE, day("2025-10-13")).pause("hearing", "另一号", day("2025-10-14"))


def test_what_does_not_stand_still_cannot_go_on():
    with pytest.raises(ClockRefusal, match="无从恢复"):
        licence().resume("hearing", day("2025-10-13"))


def test_a_pause_cannot_end_before_it_began():
    with pytest.raises(ClockRefusal) as refused:
        licence().pause("hearing", NOTICE, day("2025-10-13")).resume("hearing", day("2025-10-12"))
    assert faults(refused) == ["clock-resumes-before"]


def extension(
    days: int = 10, on: str = "2025-10-20", approver: str = "staff:9", reason: str = "需外省核实"
) -> Extension:
    return Extension(days, day(on), approver, reason)


def test_a_second_extension_is_refused():
    table = announced_table()
    once = licence().extend(extension(), most=10, table=table)
    with pytest.raises(ClockRefusal, match="只能延长一次"):
        once.extend(extension(on="2025-10-21"), most=10, table=table)


def test_an_extension_needs_approver_reason_and_no_more_days_than_the_law_gives():
    with pytest.raises(ClockRefusal) as refused:
        licence().extend(extension(days=11, approver="", reason=""), most=10, table=announced_table())
    assert faults(refused) == ["clock-extension-days", "clock-extension-reason", "clock-extension-approver"]
    assert "第四十二条" in (refused.value.article or "")


def test_a_term_that_has_run_out_is_not_extended():
    with pytest.raises(ClockRefusal, match="已经届满"):
        licence().extend(extension(on="2025-11-03"), most=10, table=announced_table())
    assert licence().extend(extension(on="2025-10-31"), most=10, table=announced_table()).budget == 30


def test_a_stopped_clock_takes_no_more_entries():
    stopped = licence().stop(day("2025-10-13"))
    for entry in (
        lambda: stopped.pause("hearing", NOTICE, day("2025-10-13")),
        lambda: stopped.extend(extension(), most=10, table=announced_table()),
        lambda: stopped.stop(day("2025-10-14")),
    ):
        with pytest.raises(ClockRefusal, match="已经终止"):
            entry()


def test_a_term_of_a_negative_or_absurd_number_of_days_is_refused():
    for days in (-1, 3651):
        with pytest.raises(ClockRefusal):
            Clock(days, WORKING, day("2025-09-28"))


# -- counting ----------------------------------------------------------------------------------------------------


def test_the_day_a_pause_begins_is_used_and_the_day_it_resumes_is_not():
    table = announced_table()
    # Monday 13 October is the sixth day; six working days stand still; fourteen are left from 22 October on.
    clock = licence().pause("expert-review", NOTICE, day("2025-10-13")).resume("expert-review", day("2025-10-21"))
    assert clock.used(table, day("2025-10-13")) == 6
    assert clock.used(table, day("2025-10-21")) == 6
    assert clock.used(table, day("2025-10-22")) == 7
    assert clock.project(table).due_on == day("2025-11-10")


def test_while_it_stands_still_a_clock_has_no_due_day_and_loses_none():
    table = announced_table()
    clock = licence().pause("appraisal", NOTICE, day("2025-10-13"))
    projection = clock.project(table)
    assert (projection.due_on, projection.paused_since) == (None, day("2025-10-13"))
    assert clock.left(table, day("2025-12-31")) == 14
    assert clock.overdue(table, day("2025-12-31")) == 0


def test_overlapping_pauses_stop_the_clock_once():
    table = announced_table()
    one = Pause("testing", "一号", day("2025-10-13"), day("2025-10-20"))
    other = Pause("hearing", "二号", day("2025-10-16"), day("2025-10-21"))
    both = Clock(20, WORKING, day("2025-09-28"), (one, other))
    assert both.project(table).due_on == day("2025-11-10")


def test_a_pause_after_the_due_day_comes_too_late():
    table = announced_table()
    clock = licence().pause("hearing", NOTICE, day("2025-11-03")).resume("hearing", day("2025-11-20"))
    assert clock.project(table).due_on == day("2025-10-31")
    assert clock.overdue(table, day("2025-11-04")) == 2


def test_a_pause_on_the_due_day_itself_leaves_the_day_of_resuming():
    table = announced_table()
    clock = licence().pause("hearing", NOTICE, day("2025-10-31"))
    assert clock.project(table).due_on is None
    assert clock.resume("hearing", day("2025-11-12")).project(table).due_on == day("2025-11-12")
    assert clock.resume("hearing", day("2025-11-15")).project(table).due_on == day("2025-11-17")


def test_an_extension_inside_a_pause_adds_its_days_after_resuming():
    table = announced_table()
    clock = licence().pause("hearing", NOTICE, day("2025-10-13"))
    clock = clock.extend(extension(on="2025-10-15"), most=10, table=table).resume("hearing", day("2025-10-21"))
    assert clock.project(table).due_on == day("2025-11-24")


def test_a_natural_day_clock_whose_end_was_moved_may_still_be_paused_on_that_day():
    table = announced_table()
    clock = Clock(30, NATURAL, day("2026-09-01"))
    assert clock.project(table).due_on == day("2026-10-08")
    clock = clock.pause("hearing", NOTICE, day("2026-10-08"))
    assert clock.project(table).due_on is None
    assert clock.resume("hearing", day("2026-10-20")).project(table).due_on == day("2026-10-20")
    assert clock.overdue(table, day("2026-10-08")) == 0


def test_the_extended_spring_festival_of_2020_moves_every_clock_it_touches():
    table = announced_table()
    assert licence("2020-01-20", 5).project(table).due_on == day("2020-02-04")
    paused = licence("2020-01-20", 5).pause("testing", NOTICE, day("2020-01-22")).resume("testing", day("2020-02-01"))
    assert paused.project(table).due_on == day("2020-02-05")


def test_a_stopped_clock_keeps_what_it_used():
    table = announced_table()
    clock = licence().stop(day("2025-10-14"))
    assert clock.used(table, day("2026-10-14")) == 7
    late = licence().stop(day("2025-11-04"))
    assert late.overdue(table, day("2026-01-01")) == 2


def test_a_clock_into_an_unannounced_year_keeps_its_budget_and_is_provisional():
    clock = Clock(20, WORKING, day("2026-12-21"))
    before, after = clock.project(as_known_in(2025)), clock.project(announced_table())
    assert before.provisional
    assert after.provisional
    assert after.due_on == day("2027-01-19")
    assert clock.used(announced_table(), day("2026-12-31")) == 8


# -- the row and the words ---------------------------------------------------------------------------------------


def full_clock() -> Clock:
    clock = licence().pause("expert-review", NOTICE, day("2025-10-13")).resume("expert-review", day("2025-10-21"))
    return clock.extend(extension(on="2025-10-30"), most=10, table=announced_table()).stop(day("2025-11-03"))


def test_a_clock_survives_its_row():
    clock = full_clock()
    assert Clock.load(json.loads(json.dumps(clock.dump()))) == clock
    assert Clock.load(licence().dump()) == licence()
    assert len(json.dumps(licence().dump())) < 120


def test_a_clock_explains_every_step_that_moved_its_day():
    clock = licence().pause("expert-review", NOTICE, day("2025-10-13")).resume("expert-review", day("2025-10-21"))
    assert one_line(explain(clock, announced_table())) == (
        "9月28日受理（20个工作日） → 10月1日至8日国庆、中秋不计 → 10月11日调休上班计入 → "
        "10月13日至21日专家评审停6个工作日（通知书云市监特告〔2025〕12号） → 11月10日届满"
    )


def test_an_unremarkable_clock_explains_itself_in_two_steps():
    assert explain(licence("2026-03-02", 5), announced_table(), began="收件") == [
        "3月2日收件（5个工作日）",
        "3月9日届满",
    ]


def test_a_holiday_inside_a_pause_moved_nothing_and_is_not_named():
    clock = licence("2025-09-22").pause("testing", NOTICE, day("2025-09-30")).resume("testing", day("2025-10-09"))
    words = explain(clock, announced_table())
    assert not any("国庆" in step for step in words)
    assert any("9月30日至10月9日检测停1个工作日" in step for step in words)


def test_a_clock_that_stands_still_says_what_is_left():
    words = explain(licence().pause("appraisal", NOTICE, day("2025-10-13")), announced_table())
    assert words[-1] == f"10月13日起鉴定（通知书{NOTICE}）停止计时，已用6个工作日，剩14个工作日，恢复之日起续算"


def test_an_extension_a_late_pause_and_an_overrun_are_told():
    table = announced_table()
    clock = licence("2026-03-02", 5).extend(extension(5, "2026-03-09"), most=10, table=table)
    clock = clock.pause("hearing", NOTICE, day("2026-03-18")).stop(day("2026-03-19"))
    assert explain(clock, table) == [
        "3月2日受理（5个工作日）",
        "3月9日经本机关负责人批准延长5个工作日（需外省核实）",
        "3月18日听证停止计时时期限已届满，不改变届满日",
        "3月16日届满",
        "3月19日办结，实用12个工作日，超期3个工作日",
    ]


def test_a_provisional_day_is_never_told_as_certain():
    assert explain(licence("2026-12-25", 10), announced_table())[1:] == [
        "2027年1月1日元旦不计",
        "2027年1月11日届满（暂定，2027年放假安排尚未公布，公布后重新推算）",
    ]


def test_a_natural_day_clock_tells_from_which_rest_day_it_was_moved():
    assert explain(Clock(30, NATURAL, day("2026-09-01")), announced_table(), began="告知") == [
        "9月1日告知（30个自然日）",
        "10月1日为休息日，顺延至次一工作日",
        "10月8日届满",
    ]


def test_a_clock_that_resumes_with_nothing_left_on_a_rest_day_is_used_up_and_not_beyond_on_the_next_working_day():
    """A pause that began on the due day and ended on a Saturday: Monday is the last day, and no eighteenth of seventeen."""
    table = announced_table()
    due_on = Clock(17, WORKING, date(2025, 1, 24)).project(table).due_on
    saturday, monday = date(2025, 3, 1), date(2025, 3, 3)
    paused = Clock(17, WORKING, date(2025, 1, 24), (Pause("hearing", "1号", due_on, saturday),))
    assert paused.project(table).due_on == monday
    assert paused.used(table, monday) == 17
    assert (paused.overdue(table, monday), paused.overdue(table, date(2025, 3, 4))) == (0, 1)
    assert paused.used(table, date(2025, 3, 4)) == 18


# -- what always holds -------------------------------------------------------------------------------------------

starts = st.dates(date(2019, 6, 1), date(2026, 6, 1))
units = st.sampled_from([WORKING, NATURAL])


@st.composite
def clocks(draw, most_pauses: int = 4):
    started_on = draw(starts)
    pauses = []
    for number in range(draw(st.integers(0, most_pauses))):
        begins = started_on + timedelta(days=draw(st.integers(0, 60)))
        resumes = begins + timedelta(days=draw(st.integers(0, 30)))
        pauses.append(Pause(draw(st.sampled_from(sorted(ARTICLE_45))), f"{number}号", begins, resumes))
    granted = draw(st.none() | st.integers(1, 15))
    return Clock(
        draw(st.integers(0, 45)),
        draw(units),
        started_on,
        tuple(pauses),
        Extension(granted, started_on, "staff:9", "复杂") if granted else None,
    )


@given(clock=clocks(), begins=st.integers(0, 90), length=st.integers(0, 40))
def test_pausing_and_resuming_never_shortens(clock, begins, length):
    table = announced_table()
    begins_on = clock.started_on + timedelta(days=begins)
    more = Pause("hearing", "另号", begins_on, begins_on + timedelta(days=length))
    paused = Clock(clock.days, clock.unit, clock.started_on, (*clock.pauses, more), clock.extension)
    assert paused.project(table).due_on >= clock.project(table).due_on


@given(clock=clocks(), offset=st.integers(-5, 120))
def test_adding_a_holiday_never_brings_a_due_day_forward(clock, offset):
    table = announced_table()
    holiday = clock.started_on + timedelta(days=offset)
    off = {**table.off, holiday: "临时放假"}
    makeup = {d: name for d, name in table.makeup.items() if d != holiday}
    more = OrdinalTable(date(2018, 1, 1), date(2028, 12, 31), off=off, makeup=makeup, announced=table.announced)
    assert clock.project(more).due_on >= clock.project(table).due_on


@given(clock=clocks(), shuffled=st.randoms())
def test_the_order_of_pauses_does_not_matter(clock, shuffled):
    table = announced_table()
    pauses = list(clock.pauses)
    shuffled.shuffle(pauses)
    other = Clock(clock.days, clock.unit, clock.started_on, tuple(pauses), clock.extension)
    assert other.project(table) == clock.project(table)
    assert explain(other, table) == explain(clock, table)


@given(clock=clocks())
def test_on_its_due_day_a_clock_has_used_exactly_its_budget(clock):
    table = announced_table()
    due_on = clock.project(table).due_on
    if clock.unit is WORKING and clock.budget:
        assert clock.used(table, due_on) == clock.budget
    assert clock.used(table, due_on) >= 0
    assert clock.overdue(table, due_on) == 0
    assert clock.overdue(table, table.add(due_on, 1)) >= 1
    assert explain(clock, table)[-1].startswith(("20", *(f"{due_on.month}月{due_on.day}日",)))


@given(clock=clocks(), ahead=st.integers(0, 100))
def test_used_never_goes_back_and_never_jumps(clock, ahead):
    table = announced_table()
    on = clock.started_on + timedelta(days=ahead)
    step = clock.used(table, on + timedelta(days=1)) - clock.used(table, on)
    assert step in {0, 1}


def test_two_pauses_on_one_ground_and_day_are_told_in_the_order_of_their_notices():
    pauses = tuple(Pause("appraisal", f"{number}号", day("2026-06-02"), day("2026-06-04")) for number in (1, 0))
    words = explain(Clock(5, WORKING, day("2026-06-01"), pauses), announced_table())
    assert words[1] == "6月2日至4日鉴定停2个工作日（通知书0号、1号）"
