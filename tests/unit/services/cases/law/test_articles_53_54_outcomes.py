"""行政许可法 第五十三条: decided by tender or auction; 第五十四条: decided on an examination or assessment."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.services.cases import contests
from yiwang.services.catalogue.models import Guide

ENTER = {
    "ground": "auction",
    "announcement": "云自然拍告〔2026〕4号",
    "expected-days": 20,
    "reason": "采砂权一宗公开拍卖。",
}
WON = {"outcome": "won", "document": "云交易成〔2026〕11号"}
EXAM = {"kind": "examination", "announcement": "云卫考告〔2026〕2号", "document": "准考证2026-0031"}
AGREE = {"opinion": "结果公示无异议，依法准予。"}


def under(process):
    """The restaurant guide, decided under another process, and a case of it accepted."""
    Guide.objects.filter(item__code=cast.FOOD, state="published").update(process_id=process)


@pytest.fixture
def bidding():
    under("services.contest")

    def bidder(party=None):
        case = cast.walked(cast.submitted(party=party), "accept")
        cast.take(case, "enter-contest", by="zhao", values=ENTER)
        return case

    return bidder


def ended(case, outcome, day="2026-10-12"):
    cast.take(case, "record-contest", day, by="zhao", values=outcome)
    cast.take(case, "review", day)


def test_article_53_the_clock_rests_during_the_auction_with_the_notice_that_says_so(bidding):
    case = bidding()
    clock = case.matter.clocks.get(clock="legal")
    assert clock.pauses[0][2:] == ["auction", Letter.objects.get(kind="special-procedure-notice").number]


def test_article_53_only_the_winner_is_granted_and_the_winner_is(refused, bidding):
    case = bidding()
    refused("no-document", cast.take, case, "record-contest", "2026-10-12", by="zhao", values=WON | {"document": ""})
    ended(case, WON)
    refusal = refused("winner-denied", cast.take, case, "deny", "2026-10-13")
    assert refusal.article == "行政许可法 第五十三条第三款"
    cast.take(case, "grant", "2026-10-13", values=AGREE)


def test_article_53_who_did_not_win_is_refused_with_reasons_and_remedies(refused, bidding):
    case = bidding()
    ended(case, {"outcome": "lost"})
    assert refused("not-the-winner", cast.take, case, "grant", "2026-10-13", values=AGREE).article.endswith("五十三条")
    cast.take(case, "deny", "2026-10-13", values=cast.WORDS["deny"] | {"reason": "本次拍卖由其他竞买人竞得。"})


def test_article_53_one_announcement_has_one_winner(refused, bidding):
    first, second = bidding(), bidding(cast.person("林小满"))
    ended(first, WON)
    ended(second, WON | {"document": "云交易成〔2026〕12号"})
    cast.take(first, "grant", "2026-10-13", values=AGREE)
    refusal = refused("won-by-another", cast.take, second, "grant", "2026-10-13", values=AGREE)
    assert first.matter.reference in refusal.says


def test_article_53_without_a_contest_nothing_is_granted(refused, bidding):
    case = cast.walked(cast.submitted(), "accept", "review")
    refused("no-outcome", cast.take, case, "grant", values=AGREE)


def test_article_54_granted_on_the_result_and_nobody_refused_unexamined(refused):
    under("services.qualification")
    case = cast.walked(cast.submitted(), "accept", "review")
    assert refused("no-outcome", cast.take, case, "grant").article == "行政许可法 第五十四条"
    refused("no-outcome", cast.take, case, "deny")
    cast.take(case, "send-back")
    cast.take(case, "record-examination", by="zhao", values=EXAM | {"outcome": "failed"})
    cast.take(case, "review")
    refused("not-passed", cast.take, case, "grant")
    cast.take(case, "deny", values=cast.WORDS["deny"] | {"reason": "考试成绩未达到合格分数线。"})


def test_article_54_no_compulsory_course_before_the_examination():
    class Asked:
        needs = {"cases.materials": [{"name": "考前培训合格证明", "required": True}]}

    refusal = contests.training_not_forced(Asked)
    assert (refusal.code, refusal.article) == ("training-forced", "行政许可法 第五十四条第三款")
    Asked.needs = {"cases.materials": [{"name": "学历证明", "required": True}]}
    assert contests.training_not_forced(Asked) is None


# -- heard before it is decided, on the demo county's own guides ------------------------------------------------------------

WHO = {"applicant_name": "云溪县城关街道小满面馆", "applicant_number": "92449931MA0000001W", "mobile": "13800001111"}
WHO |= {"contact_name": "林小满", "contact_id_number": cast.LIN_NUMBER}
RIGHT = {"interests": "直接涉及沿河住户取水和出行。"}
CALL = {"ground": "hearing", "held-on": "2026-10-20", "place": "9时30分，局三楼会议室", "chair": "分管副局长"}
RECORD = {"record": "住户陈述作业时间的影响；申请人承诺夜间不作业。", "signed": "signed"}
DENY = cast.WORDS["deny"] | {"reason": "本次拍卖由其他竞买人竞得，依法不予许可。"}


def heard(case, reviewer, chair):
    """Told, asked for, called and held, with the clock standing still from the call to the record."""
    cast.take(case, "tell-hearing-right", by=reviewer, values=RIGHT)
    cast.served(case, kind="hearing-right-notice")
    cast.take(case, "request-hearing", by=cast.lin(), values={"who": "applicant"})
    cast.take(case, "call-hearing", "2026-09-28", by=reviewer, values=CALL)
    assert case.matter.clocks.get(clock="legal").due_on is None
    cast.take(case, "hold-hearing", "2026-10-20", by=chair, values=RECORD)


def test_articles_48_and_53_what_was_auctioned_after_a_hearing_is_decided_on_its_record(refused):
    said = WHO | {"announcement": "云水采告〔2026〕1号", "reach": "云溪河大桥以下三公里", "volume": 60000}
    case = cast.submitted(item="YX-SW-0002", answers={"bidder": "alone"}, said=said, uploads=("plan",))
    cast.take(case, "accept", by="water-1")
    heard(case, "water-2", "water-3")
    cast.take(case, "enter-contest", "2026-10-20", by="water-2", values=ENTER)
    cast.take(case, "record-contest", "2026-10-26", by="water-2", values={"outcome": "lost"})
    cast.take(case, "review", "2026-10-26", by="water-2")
    refused("not-on-the-record", cast.take, case, "deny", "2026-10-27", by="water-3", values=DENY)
    on_record = DENY | {"opinion": "听证笔录所载意见已经核实；拍卖由他人竞得，不予许可。"}
    cast.take(case, "deny", "2026-10-27", by="water-3", values=on_record)


def test_articles_48_and_54_an_examined_applicant_may_be_heard_too(refused):
    said = WHO | {"applicant_name": "林小满", "applicant_number": cast.LIN_NUMBER, "sitting": "2026年第三场"}
    case = cast.submitted(
        item="YX-SJ-0002",
        party=cast.person("林小满"),
        answers={"kind": "forklift"},
        said=said,
        uploads=("photo", "health"),
    )
    cast.take(case, "accept")
    cast.take(case, "record-examination", by="zhao", values=EXAM | {"outcome": "passed"})
    heard(case, "zhao", "ruan")
    cast.take(case, "review", "2026-10-20")
    refused("not-on-the-record", cast.take, case, "grant", "2026-10-20", values=AGREE)
    on_record = {"opinion": "考试合格，听证笔录所载事实不影响资格，准予许可。"}
    cast.take(case, "grant", "2026-10-20", values=on_record)
