"""行政许可法 第四十六条至第四十八条: told, asked within five days, organised within twenty, seven days' notice, decided on the record."""

from datetime import date

import pytest

from tests.factories import cases as cast
from tests.factories.calendar import announced_table
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Account, Post
from yiwang.kernel.workdays import Unit
from yiwang.matters import actions as matters
from yiwang.services.cases import hearings

RIGHT = {"interests": "排烟口正对隔壁住户的窗户，直接涉及相邻住户的重大利益。"}
CALL = {
    "ground": "hearing",
    "held-on": "2026-10-20",
    "place": "9时30分，市场监管局三楼会议室",
    "chair": "彭丽，办公室主任",
}
RECORD = {"record": "审查人员出示现场照片；住户陈述油烟影响；申请人承诺加装净化设施并提交方案。", "signed": "signed"}
ON_RECORD = {"opinion": "根据听证笔录，申请人已落实净化方案，符合法定条件，准予许可。"}


def called(day, on, by=None):
    return hearings.refuse_called(
        date.fromisoformat(day),
        date.fromisoformat(on),
        announced_table(),
        notice_days=7,
        unit=Unit.WORKING_DAY,
        organise_by=by and date.fromisoformat(by),
    )


# -- pure ---------------------------------------------------------------------------------------------------------------


def test_article_48_notice_shorter_than_seven_working_days_is_refused():
    # seven working days before Thursday 15 October: 14, 13, 12, 10 (made-up Saturday), 9, 8, 30 September
    assert called("2026-10-15", "2026-10-08").code == "hearing-notice"
    assert called("2026-10-15", "2026-09-30") is None


def test_article_48_a_hearing_today_or_in_the_past_is_refused():
    assert called("2026-09-24", "2026-09-24").code == "hearing-notice"
    assert called("2026-09-01", "2026-09-24").code == "hearing-notice"


def test_article_48_a_hearing_on_a_rest_day_is_refused():
    assert called("2026-10-18", "2026-09-24").code == "hearing-rest-day"  # a Sunday
    assert called("2026-10-10", "2026-09-24") is None or called("2026-10-10", "2026-09-24").code == "hearing-notice"


def test_article_47_a_hearing_later_than_twenty_days_after_it_was_asked_is_refused():
    refusal = called("2026-10-30", "2026-09-28", by="2026-10-29")
    assert (refusal.code, refusal.article) == ("hearing-late", "行政许可法 第四十七条第一款")
    assert called("2026-10-29", "2026-09-28", by="2026-10-29") is None


# -- the story ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told():
    case = cast.walked(cast.submitted(), "accept")
    cast.take(case, "tell-hearing-right", by="zhao", values=RIGHT)
    return case


@pytest.fixture
def asked(told):
    cast.served(told, kind="hearing-right-notice")
    cast.take(told, "request-hearing", by=cast.lin(), values={"who": "applicant"})
    return told


@pytest.fixture
def hearing(asked):
    cast.take(asked, "call-hearing", "2026-09-28", by="zhao", values=CALL)
    return asked


def clock(case, name):
    return case.matter.clocks.filter(clock=name).first()


def test_article_47_the_five_days_begin_when_the_notice_is_served(told):
    assert clock(told, "hearing-request") is None
    cast.served(told, "2026-09-28", kind="hearing-right-notice")
    row = clock(told, "hearing-request")
    # 28 September is not counted: 29, 30, then 8, 9, 10 (made up)
    assert (str(row.started_on), str(row.due_on)) == ("2026-09-28", "2026-10-10")


def test_article_47_while_the_right_is_open_nothing_is_reviewed_and_after_five_days_review_goes_on(refused, told):
    cast.served(told, kind="hearing-right-notice")
    refused("not-now", cast.take, told, "review")
    refusal = refused(
        "hearing-too-late", cast.take, told, "request-hearing", "2026-10-12", by=cast.lin(), values={"who": "applicant"}
    )
    assert refusal.article == "行政许可法 第四十七条第一款"
    assert matters.sweep(at=cast.at("2026-10-10", 1)).taken == 1
    cast.take(told, "review", "2026-10-10")


def test_article_47_the_right_is_told_once(refused, told):
    cast.take(told, "waive-hearing", by=cast.lin(), values={})
    refused("already-told", cast.take, told, "tell-hearing-right", by="zhao", values=RIGHT)
    cast.take(told, "review")


def test_article_47_asked_in_time_it_is_organised_within_twenty_days(refused, asked):
    assert str(clock(asked, "hearing").due_on) == "2026-10-29"
    refused("hearing-late", cast.take, asked, "call-hearing", by="zhao", values=CALL | {"held-on": "2026-10-30"})
    refused("not-now", cast.take, asked, "review")


def test_articles_45_and_48_the_notice_stops_both_clocks_and_the_record_starts_them_again(hearing):
    assert clock(hearing, "legal").due_on is None
    assert clock(hearing, "promised").due_on is None
    notice = Letter.objects.get(kind="hearing-notice")
    assert notice.data["held_on"] == "2026年10月20日"
    assert clock(hearing, "legal").pauses[0][2:] == ["hearing", notice.number]
    cast.take(hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)
    assert clock(hearing, "legal").due_on is not None
    assert Letter.objects.get(kind="hearing-record").data["signed"].startswith("确认无误")


def test_article_48_whoever_reviews_does_not_chair(refused, hearing):
    for username in ("zhao", "ruan"):
        Post.objects.get_or_create(
            account=Account.objects.get(username=username),
            organ=hearing.matter.case.guide.item.organ,
            role="hearing-chair",
            defaults={"from_on": "2026-01-01"},
        )
    refusal = refused("same-hands", cast.take, hearing, "hold-hearing", "2026-10-20", by="zhao", values=RECORD)
    assert "不得再办理" in refusal.says
    cast.take(hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)


def test_article_48_a_challenged_chair_waits_for_the_head_and_an_upheld_challenge_changes_the_chair(refused, hearing):
    refused(
        "no-challenge not-yet",
        cast.take,
        hearing,
        "uphold-challenge",
        by="zheng",
        values={"opinion": "存在利害关系，同意回避。"},
    )
    cast.take(
        hearing, "challenge-chair", "2026-10-08", by=cast.lin("2026-10-08"), values={"reason": "主持人与住户是亲属。"}
    )
    refused("challenge-undecided", cast.take, hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)
    cast.take(
        hearing,
        "uphold-challenge",
        "2026-10-09",
        by="zheng",
        values={"opinion": "主持人与住户存在亲属关系，同意回避。"},
    )
    refused("not-allowed", cast.take, hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)
    cast.take(hearing, "hold-hearing", "2026-10-20", by="feng", values=RECORD)


def test_article_48_not_before_the_day_of_the_notice(refused, hearing):
    refused("hearing-early", cast.take, hearing, "hold-hearing", "2026-10-19", by="ruan", values=RECORD)


def test_article_48_the_decision_rests_on_the_record(refused, hearing):
    cast.take(hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)
    cast.take(hearing, "review", "2026-10-20")
    refusal = refused("not-on-the-record", cast.take, hearing, "grant", "2026-10-21")
    assert refusal.article == "行政许可法 第四十八条第二款"
    cast.take(hearing, "grant", "2026-10-21", values=ON_RECORD)


def test_article_46_a_hearing_the_organ_announced_cannot_be_called_off_by_the_applicant(refused):
    case = cast.walked(cast.submitted(), "accept")
    cast.take(
        case, "announce-hearing", by="zhao", values={"ground": "public-interest", "announcement": "云市监告〔2026〕3号"}
    )
    refused("not-yours-to-call-off", cast.take, case, "call-off-hearing", by=cast.lin(), values={})
    cast.take(case, "call-hearing", "2026-09-28", by="zhao", values=CALL)


def test_article_47_whoever_asked_may_give_up_and_the_clocks_go_on(hearing):
    cast.take(hearing, "call-off-hearing", "2026-10-08", by=cast.lin("2026-10-08"), values={})
    assert clock(hearing, "legal").due_on is not None
    assert clock(hearing, "hearing").stopped_on is not None


def test_the_words_of_the_record_are_not_in_the_ledger(hearing):
    cast.take(hearing, "hold-hearing", "2026-10-20", by="ruan", values=RECORD)
    bodies = "".join(
        LedgerEntry.objects.filter(subject=f"matter:{hearing.matter.reference}").values_list("body", flat=True)
    )
    assert "油烟影响" not in bodies
