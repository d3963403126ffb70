"""What happens by itself: silence accepts, a correction that never comes ends the case, and everybody is told once."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.seals.models import SealAuthorisation
from yiwang.matters import actions as matters
from yiwang.matters.models import Job, MatterClock
from yiwang.services.cases import actions
from yiwang.services.cases.actions import alarms, serving
from yiwang.services.cases.after import lapse_letter


@pytest.fixture
def on_that_day(monkeypatch):
    """The worker's day: after-jobs read the clock themselves."""

    def set_day(day, hour=1):
        monkeypatch.setattr("yiwang.services.cases.after.now", lambda: cast.at(day, hour))
        return cast.at(day, hour)

    return set_day


def drain(day=cast.DAY):
    done = matters.drain(at=cast.at(day, 23))
    assert (done.waiting, done.failed) == (0, 0), list(Job.objects.values("effect", "error"))
    return done


def texts():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


# -- silence accepts ---------------------------------------------------------------------------------------------------


def test_before_the_fifth_working_day_has_passed_nothing_is_deemed():
    case = cast.submitted()  # the fifth working day is Friday, 9 October
    assert matters.sweep(at=cast.at("2026-10-09", 23)).taken == 0
    case.matter.refresh_from_db()
    assert case.matter.state == "received"


def test_article_32_4_five_silent_working_days_accept_the_case_as_of_the_day_of_receipt(on_that_day):
    case = cast.submitted()
    swept = matters.sweep(at=on_that_day("2026-10-10"))
    assert (swept.taken, swept.refused) == (1, {})
    drain("2026-10-10")
    case.matter.refresh_from_db()
    assert case.matter.state == "under-review"
    legal = MatterClock.objects.get(matter_id=case.matter_id, clock="legal")
    assert (str(legal.started_on), str(legal.due_on)) == ("2026-09-24", "2026-10-15")
    letter = Letter.objects.get(kind="acceptance-notice")
    assert letter.data["accepted_on"] == "2026年9月24日"
    assert "第四项" in letter.data["basis"]
    assert letter.organ_id == case.organ_id
    line = LedgerEntry.objects.get(event="services.licence.deem-accepted")
    assert line.actor == "system"
    assert Message.objects.filter(kind="accepted").count() == 1


def test_a_letter_the_system_may_not_seal_waits_for_somebody_who_may(on_that_day):
    case = cast.submitted()
    SealAuthorisation.objects.filter(organ_id=case.organ_id, standing=True).delete()
    matters.sweep(at=on_that_day("2026-10-10"))
    drain("2026-10-10")
    letter = Letter.objects.get(kind="acceptance-notice")
    assert letter.status == Letter.Status.DRAFTED
    assert letter.error
    told = Message.objects.filter(kind="seal-waiting")
    assert {one.account.username for one in told} >= {"zheng"}  # the head of the bureau hears of it
    assert all(letter.number in one.text and one.party_id is None for one in told)


def test_whoever_holds_the_case_hears_of_a_letter_that_waits_for_its_seal_and_only_once():
    case = cast.submitted()
    SealAuthorisation.objects.filter(organ_id=case.organ_id).delete()
    seat = case.matter.seats.get(closed_at=None)
    matters.claim(reference=case.matter.reference, seat=seat.seat, by=cast.staff("zhou"), at=cast.at())
    cast.take(case, "accept")
    letter = Letter.objects.get(kind="acceptance-notice")
    assert letter.status == Letter.Status.DRAFTED
    told = set(Message.objects.filter(kind="seal-waiting").values_list("account__username", flat=True))
    assert told == {"zhou", "zheng"}
    assert alarms.seal_waiting(case, letter_id=letter.pk, why="x") >= 1
    assert Message.objects.filter(kind="seal-waiting").count() == 2


def test_a_second_sweep_takes_nothing_twice(on_that_day):
    cast.submitted()
    moment = on_that_day("2026-10-10")
    assert matters.sweep(at=moment).taken == 1
    assert matters.sweep(at=moment).taken == 0
    drain("2026-10-10")
    assert Letter.objects.filter(kind="acceptance-notice").count() == 1


def test_a_case_answered_in_time_is_not_deemed():
    case = cast.walked(cast.submitted(), "accept")
    assert matters.sweep(at=cast.at("2026-10-12")).taken == 0
    case.matter.refresh_from_db()
    assert "deem-accepted" not in case.matter.steps


def test_what_silence_accepted_is_reviewed_and_decided_like_any_other(on_that_day):
    case = cast.submitted()
    matters.sweep(at=on_that_day("2026-10-10"))
    cast.walked(case, "review", "grant", day="2026-10-12")
    assert case.outcome == "granted"


# -- a correction that never comes -------------------------------------------------------------------------------------


@pytest.fixture
def asked():
    case = cast.submitted()
    cast.checked(case, layout="布局图未标明餐用具清洗消毒区")
    cast.asked(case, layout="请在布局图上标明消毒区")
    return case


@pytest.fixture
def served(asked):
    cast.served(asked)
    return asked


def test_a_notice_nobody_received_starts_no_term_and_ends_no_case(asked):
    assert not asked.matter.clocks.filter(clock="correction").exists()
    assert matters.sweep(at=cast.at("2026-12-31")).taken == 0
    asked.matter.refresh_from_db()
    assert asked.matter.state == "awaiting-correction"


def test_the_term_begins_on_the_day_the_notice_was_confirmed_not_the_day_it_was_written(asked):
    cast.served(asked, "2026-09-28")
    clock = asked.matter.clocks.get(clock="correction")
    assert (str(clock.started_on), str(clock.due_on)) == ("2026-09-28", "2026-10-08")
    assert asked.matter.seats.get(closed_at=None).due_on == clock.due_on
    line = LedgerEntry.objects.get(event="services.licence.correction-served")
    assert line.actor == "system"


def test_another_letter_that_is_served_starts_no_correction_term(asked):
    cast.served(asked, kind="correction-notice")
    started = asked.matter.clocks.get(clock="correction").started_on
    letter = Letter.objects.filter(matter_reference=asked.matter.reference).exclude(kind="correction-notice").first()
    assert letter is not None
    assert (
        serving.notice_served(letter_id=letter.pk, matter_reference=asked.matter.reference, at=cast.at("2026-09-29"))
        is False
    )
    assert asked.matter.clocks.get(clock="correction").started_on == started


def test_the_correction_term_ends_after_the_holiday_it_would_have_ended_in(served):
    clock = served.matter.clocks.get(clock="correction")
    # ten days from 24 September end on Sunday 4 October; the first working day after the holiday is 8 October
    assert str(clock.due_on) == "2026-10-08"
    assert matters.sweep(at=cast.at("2026-10-08", 23)).taken == 0


def test_a_correction_that_never_comes_ends_the_case_with_its_letter(served, on_that_day):
    moment = on_that_day("2026-10-09")
    assert matters.sweep(at=moment).taken == 1
    drain("2026-10-09")
    served.matter.refresh_from_db()
    assert (served.matter.state, served.matter.closed_at) == ("lapsed", moment)
    letter = Letter.objects.get(kind="lapse-notice")
    assert letter.data["reason"].startswith("补正期限届满")
    assert "复议" in letter.data["remedies"]
    assert not served.matter.seats.filter(closed_at=None).exists()


def test_a_lapsed_case_takes_no_correction_any_more(refused, served, on_that_day):
    matters.sweep(at=on_that_day("2026-10-09"))
    refused("not-now", cast.supplied, served, "layout", "2026-10-09")


def test_running_the_job_again_writes_no_second_letter(served, on_that_day):
    matters.sweep(at=on_that_day("2026-10-09"))
    drain("2026-10-09")
    job = Job.objects.get(effect="cases.lapse-letter")
    lapse_letter(job.matter_id, job.ordinal, job.payload)
    assert Letter.objects.filter(kind="lapse-notice").count() == 1


# -- messages ----------------------------------------------------------------------------------------------------------


def test_the_applicant_hears_of_every_turn_once(on_that_day):
    on_that_day(cast.DAY)
    case = cast.submitted()
    drain()
    cast.walked(case, "accept", "review", "grant", "issue", "send-to-window", "arrive", "hand-out")
    drain()
    assert texts() == ["received", "accepted", "decided", "rate", "ready"]
    assert set(Message.objects.values_list("party_id", flat=True)) == {case.party_id}
    for job in Job.objects.filter(effect="cases.tell"):
        job.status = Job.Status.WAITING
        job.done_at = None
        job.save()
    drain()
    assert len(texts()) == 5


def test_a_message_names_number_day_and_telephone_and_nobody(on_that_day):
    on_that_day(cast.DAY)
    case = cast.submitted()
    drain()
    text = Message.objects.get().text
    assert case.matter.reference in text
    assert "10月9日" in text
    assert "0700-3310264" in text
    assert "林小满" not in text
    assert "小满面馆" not in text
    assert "92449931" not in text


def test_a_correction_says_how_many_and_until_when(asked, on_that_day):
    on_that_day(cast.DAY)
    drain()
    text = Message.objects.get(kind="correction").text
    assert "请补1样材料" in text
    assert "收到告知书之日起10天（自然日）内" in text


def test_a_refusal_is_told_and_so_is_a_denial(on_that_day):
    on_that_day(cast.DAY)
    cast.walked(cast.submitted(), "refuse-acceptance")
    cast.walked(cast.submitted(party=cast.person("林小满")), "accept", "review", "deny")
    drain()
    assert sorted(texts()) == ["accepted", "decided", "rate", "rate", "received", "received", "refused"]
    assert "不予" in Message.objects.get(kind="decided").text


def test_a_special_procedure_and_an_extension_are_told(on_that_day):
    on_that_day(cast.DAY)
    case = cast.walked(cast.submitted(), "accept", "begin-special", "end-special", "extend")
    drain()
    assert texts() == ["received", "accepted", "special", "extended"]
    assert "专家评审" in Message.objects.get(kind="special").text
    assert case.matter.state == "under-review"


def test_three_days_before_the_end_the_applicant_is_reminded_once(served, on_that_day):
    assert actions.remind(at=on_that_day("2026-10-04")) == 0
    assert actions.remind(at=on_that_day("2026-10-05")) == 1
    assert actions.remind(at=on_that_day("2026-10-05", 9)) == 0
    assert actions.remind(at=on_that_day("2026-10-06")) == 0
    text = Message.objects.get(kind="correction-reminder").text
    assert "还差1样材料" in text
    assert "10月8日" in text


def test_a_notice_that_lies_unopened_is_told_after_three_days_once(asked):
    assert actions.remind_unread(at=cast.at("2026-09-26")) == 0
    assert actions.remind_unread(at=cast.at("2026-09-28")) == 1
    assert actions.remind_unread(at=cast.at("2026-09-29")) == 0
    assert "需要补1样材料" in Message.objects.get(kind="correction-unread").text


def test_who_opened_the_notice_is_not_told_to_open_it(served):
    assert actions.remind_unread(at=cast.at("2026-10-01")) == 0


def test_nobody_is_reminded_of_what_was_handed_in(served, on_that_day):
    cast.supplied(served, "layout")
    cast.take(served, "hand-in-correction", by=cast.lin())
    assert actions.remind(at=on_that_day("2026-10-06")) == 0


def test_who_sent_everything_but_did_not_press_is_told_to_press(served, on_that_day):
    cast.supplied(served, "layout")
    assert actions.remind(at=on_that_day("2026-10-06")) == 1
    assert "还没有提交" in Message.objects.get(kind="correction-unsent").text
