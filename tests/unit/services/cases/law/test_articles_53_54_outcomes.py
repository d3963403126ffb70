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
