"""Entering a holiday notice: what is refused, and what one notice changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from yiwang.foundation.calendar import actions, queries
from yiwang.foundation.calendar.models import CalendarDay, CalendarNotice, CalendarRevision
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import rules as ledger_rules
from yiwang.foundation.ledger.events import sentence
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import names
from yiwang.kernel.refusal import NotAllowed

pytestmark = pytest.mark.django_db


def stretch(name: str, first: str, last: str) -> dict[date, str]:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    return {begins + timedelta(days=i): name for i in range((ends - begins).days + 1)}


def notice_2027(**changes):
    """An invented but plausible notice for 2027; 13 days by law, five working weekends."""
    return {
        "year": 2027,
        "off": stretch("元旦", "2027-01-01", "2027-01-03")
        | stretch("春节", "2027-02-05", "2027-02-12")
        | stretch("清明节", "2027-04-03", "2027-04-05")
        | stretch("劳动节", "2027-05-01", "2027-05-05")
        | stretch("端午节", "2027-06-09", "2027-06-09")
        | stretch("中秋节", "2027-09-15", "2027-09-15")
        | stretch("国庆节", "2027-10-01", "2027-10-07"),
        "makeup": {date(2027, 2, 14): "春节", date(2027, 2, 20): "春节", date(2027, 4, 25): "劳动节"}
        | {date(2027, 5, 8): "劳动节", date(2027, 9, 26): "国庆节", date(2027, 10, 9): "国庆节"},
        "title": "国务院办公厅关于2027年部分节假日安排的通知",
        "document_number": "国办发明电〔2026〕9号",
        "issued_on": date(2026, 11, 4),
        "source": "收文登记2026-1234",
        **changes,
    }


def codes(refused: pytest.ExceptionInfo[actions.NoticeRefused]) -> set[str]:
    return {fault.code for fault in refused.value.faults}


def refuse(keeper, november, **changes) -> set[str]:
    lines = LedgerEntry.objects.count()
    with pytest.raises(actions.NoticeRefused) as refused:
        actions.enter_notice(**notice_2027(**changes), by=keeper, at=november)
    assert all(fault.says and fault.field for fault in refused.value.faults)
    assert LedgerEntry.objects.count() == lines
    assert not CalendarNotice.objects.filter(year=2027).exists()
    return codes(refused)


def test_a_clerk_may_look_at_the_calendar_and_not_change_it(clerk, november):
    with pytest.raises(NotAllowed):
        actions.enter_notice(**notice_2027(), by=clerk, at=november)


def test_a_notice_for_an_announced_year_is_refused(keeper, november):
    assert "already-announced" in refuse(
        keeper, november, year=2026, off={date(2026, 10, 1): "国庆节"}, makeup={}, issued_on=date(2025, 11, 4)
    )


def test_the_days_of_an_unannounced_year_are_not_entered_without_the_paper(keeper, november):
    assert refuse(keeper, november, document_number=" ", source="", issued_on=None) == {"missing"}


def test_a_year_beyond_the_next_one_is_refused(keeper, november):
    assert "not-announced-yet" in refuse(keeper, november, year=2028)


def test_a_year_outside_the_calendar_is_refused(keeper, november):
    for year in (0, 1999, 2060, 99999):
        assert "outside-calendar" in refuse(keeper, november, year=year)


def test_a_paper_dated_tomorrow_is_refused(keeper, november):
    assert refuse(keeper, november, issued_on=date(2026, 11, 6)) == {"future"}


def test_days_outside_the_year_and_its_december_are_refused(keeper, november):
    extra = notice_2027()["off"] | {date(2028, 1, 1): "元旦", date(2026, 11, 30): "元旦"}
    assert refuse(keeper, november, off=extra) == {"outside-year"}


def test_working_on_a_weekday_is_no_make_up_day(keeper, november):
    assert refuse(keeper, november, makeup={date(2027, 2, 15): "春节"}) == {"makeup-on-weekday"}


def test_a_day_cannot_be_off_and_worked(keeper, november):
    assert refuse(keeper, november, makeup={date(2027, 10, 2): "国庆节"}) == {"off-and-makeup"}


def test_a_fixed_holiday_left_out_is_refused(keeper, november):
    off = {day: name for day, name in notice_2027()["off"].items() if day != date(2027, 6, 9)}
    with pytest.raises(actions.NoticeRefused, match="6月9日（周三）是法定节假日（端午节）"):
        actions.enter_notice(**notice_2027(off=off), by=keeper, at=november)


def test_a_paper_already_entered_is_refused(keeper, november):
    assert refuse(keeper, november, document_number="国办发明电〔2025〕7号") == {"already-entered"}


def test_a_supplement_without_the_years_notice_is_refused(keeper, november):
    assert "nothing-to-supplement" in refuse(keeper, november, supplement=True)


def test_every_fault_is_named_at_once(keeper, november):
    found = refuse(keeper, november, document_number="", off={date(2029, 1, 1): ""}, makeup={date(2027, 2, 15): "春节"})
    assert found >= {"missing", "outside-year", "name", "makeup-on-weekday", "fixed-day-missing"}


def test_one_notice_is_one_line_in_the_ledger(keeper, november):
    lines = LedgerEntry.objects.count()
    entered = actions.enter_notice(**notice_2027(), by=keeper, at=november)
    assert LedgerEntry.objects.count() == lines + 1
    line = LedgerEntry.objects.get(subject="calendar:2027")
    assert (line.event, line.actor, line.at) == ("calendar.notice-entered", "staff:7", november)
    assert "国办发明电〔2026〕9号" in line.body
    assert entered.entered_by == "staff:7"
    assert sentence(line.event, {"title": "某通知", "document_number": "某号", "changed_days": 3}).startswith(
        "录入《某通知》"
    )
    assert bytes(line.digest) == ledger_rules.digest(bytes(line.previous), line.body)


def test_a_new_notice_makes_the_year_certain_and_moves_its_days(keeper, november):
    start, before = date(2026, 12, 25), queries.table()
    assert not before.certain(start, before.add(start, 40))
    actions.enter_notice(**notice_2027(), by=keeper, at=november)
    after = queries.table()
    assert after.revision == queries.revision() > before.revision
    assert after.certain(start, after.add(start, 40))
    assert after.add(date(2027, 1, 29), 10) == date(2027, 2, 19)
    assert queries.is_announced(2027)
    revision = CalendarRevision.objects.get(number=after.revision)
    assert (revision.changed_from, revision.changed_until) == (date(2027, 2, 9), date(2027, 10, 9))
    assert queries.changed_between(before.revision, after.revision) == (date(2027, 2, 9), date(2027, 10, 9))


def test_the_table_in_postgresql_follows_every_notice(keeper, november):
    actions.enter_notice(**notice_2027(), by=keeper, at=november)
    table = queries.table()
    for day, ordinal, works, announced in CalendarDay.objects.values_list("day", "ordinal", "works", "announced"):
        assert (ordinal, works, announced) == (table.ordinal(day), table.is_workday(day), day.year in table.announced)


def test_a_supplement_prevails_and_may_call_people_back_to_work(keeper, november):
    actions.enter_notice(**notice_2027(), by=keeper, at=november)
    later = datetime(2027, 1, 20, 9, tzinfo=SHANGHAI)
    extra = notice_2027(
        off=stretch("春节", "2027-02-13", "2027-02-14"),
        makeup={date(2027, 5, 5): "劳动节"},
        supplement=True,
        document_number="国办发明电〔2027〕1号",
        issued_on=date(2027, 1, 19),
    )
    row = actions.enter_notice(**extra, by=keeper, at=later)
    assert row.supplement == 1
    table = queries.table()
    assert not table.is_workday(date(2027, 2, 14))
    assert table.is_workday(date(2027, 5, 5))
    with pytest.raises(actions.NoticeRefused, match="没有需要调整的日期"):
        actions.enter_notice(**extra | {"document_number": "国办发明电〔2027〕2号", "makeup": {}}, by=keeper, at=later)


def test_a_preview_writes_nothing_and_says_what_would_change(keeper, november):
    revision = queries.revision()
    change = actions.preview_notice(**notice_2027(), by=keeper, at=november)
    assert (change.days[0], change.days[-1]) == (date(2027, 2, 9), date(2027, 10, 9))
    assert queries.revision() == revision
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_the_room_that_keeps_clocks_is_told_and_its_answer_is_in_the_same_line(keeper, november, monkeypatch):
    told = []

    def changed(**said):
        told.append(said)
        return {"count": 3, "digest": "ab"}

    monkeypatch.setitem(names.hook._functions, "calendar.changed", changed)
    actions.enter_notice(**notice_2027(), by=keeper, at=november)
    assert told[0]["revision"] == queries.revision()
    assert date(2027, 2, 14) in told[0]["days"]
    assert '"clocks":{"count":3,"digest":"ab"}' in LedgerEntry.objects.get(subject="calendar:2027").body


def test_a_hook_that_fails_leaves_nothing_half_written(keeper, november, monkeypatch):
    def broken(**said):
        raise RuntimeError("no queue")

    monkeypatch.setitem(names.hook._functions, "calendar.changed", broken)
    with pytest.raises(RuntimeError):
        actions.enter_notice(**notice_2027(), by=keeper, at=november)
    assert not CalendarNotice.objects.filter(year=2027).exists()
    assert not CalendarDay.objects.filter(day__year=2027, announced=True).exists()
    assert not queries.table().certain(date(2027, 1, 1), date(2027, 2, 1))


def test_the_alarm_rings_from_the_first_of_november_until_the_notice_is_there(keeper, november):
    assert queries.missing_year_alarm(date(2026, 10, 31)) is None
    alarm = queries.missing_year_alarm(date(2026, 11, 1))
    assert alarm is not None
    assert alarm.year == 2027
    assert queries.missing_year_alarm(date(2027, 3, 1)).year == 2027
    actions.enter_notice(**notice_2027(), by=keeper, at=november)
    assert queries.missing_year_alarm(date(2026, 11, 6)) is None
    assert queries.missing_year_alarm(date(2027, 3, 1)) is None


def test_a_provisional_day_cannot_be_asserted_and_a_certain_one_can():
    queries.assert_certain(date(2026, 9, 24), date(2026, 10, 29))
    with pytest.raises(queries.NotAnnounced, match="2027年的放假安排尚未公布"):
        queries.assert_certain(date(2026, 12, 25), date(2027, 1, 11))


def test_notices_keep_their_digest_whatever_the_order_of_their_days():
    notice = queries.notices(2026)[0]
    turned = replace(notice, off=dict(reversed(notice.off.items())))
    assert turned.digest() == notice.digest()
    assert replace(notice, makeup={}).digest() != notice.digest()
