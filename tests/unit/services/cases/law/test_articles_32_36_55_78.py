"""行政许可法 第三十二条第一款第三项: what can be mended on the spot is mended on the spot; 第三十六条: who states is heard; 第五十五条第三款: the
standard is named; 第七十八条: false material is refused at acceptance too."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.services.cases import actions, mending
from yiwang.services.cases.rules import MaterialStanding
from yiwang.services.certificates.models import Bar


def standing(code="lease", state="uploaded", verdict="unchecked"):
    return MaterialStanding(code, "租赁合同", True, state, verdict)


def test_article_32_3_a_notice_that_sends_people_home_for_a_slip_is_asked_why():
    refusal = mending.refuse_sent_away([standing()], {"lease": "租赁合同漏写签订日期，请补写"}, None)
    assert (refusal.code, refusal.article) == ("mend-on-the-spot", "行政许可法 第三十二条第一款第三项")
    assert mending.refuse_sent_away([standing()], {"lease": "租赁合同漏写签订日期，请补写"}, "impossible") is None


def test_article_32_3_what_is_missing_or_really_wrong_may_be_asked_for():
    assert mending.refuse_sent_away([standing(state="missing")], {"lease": "请提交合同并填写日期"}, None) is None
    assert mending.refuse_sent_away([standing(verdict="wrong")], {"lease": "请提交与产权证一致的合同"}, None) is None


def test_article_32_3_what_the_clerk_found_mendable_is_not_called_impossible():
    found = [standing(verdict="mendable")]
    assert mending.refuse_sent_away(found, {"lease": "出租人姓名写错"}, None).code == "mend-on-the-spot"
    assert mending.refuse_sent_away(found, {"lease": "出租人姓名写错"}, "impossible").code == "mendable"
    assert mending.refuse_sent_away(found, {"lease": "出租人姓名写错"}, "declined") is None


@pytest.fixture
def slip():
    """陈 received it, 周's check finds a slip the applicant can put right at the counter."""
    case = cast.received()
    actions.check(
        reference=case.matter.reference,
        findings={"layout": ("mendable", "漏写绘制日期")},
        by=cast.staff("chen"),
        at=cast.at(minute=30),
    )
    return case


def test_article_32_3_the_counter_lets_it_be_mended_before_anybody_is_sent_home(refused, slip):
    demanded = {"layout": "布局图漏写绘制日期，请补写"}
    refusal = refused(
        "mend-on-the-spot", cast.take, slip, "ask-correction", by="chen", values={}, shortcomings=demanded
    )
    assert refusal.article == "行政许可法 第三十二条第一款第三项"
    refused("materials-incomplete counter-not-authorised", cast.take, slip, "accept", by="chen")
    cast.take(slip, "correct-on-the-spot", by="tan", shortcomings={"layout": "申请人当场补写日期2026年9月24日"})
    cast.take(slip, "accept", by="chen")


def test_article_32_3_who_prefers_to_take_it_home_may_and_it_is_on_record(slip):
    demanded = {"layout": "布局图漏写绘制日期，请补写"}
    cast.take(slip, "ask-correction", by="chen", values={"mend": "declined"}, shortcomings=demanded)
    slip.refresh_from_db()
    assert slip.matter.state == "awaiting-correction"


# -- 第七十八条 ----------------------------------------------------------------------------------------------------------

FALSE = {"falsehood": "safety", "reason": "健康证明系伪造，发证机构书面证明没有签发过。"}


def test_article_78_false_material_found_before_acceptance_is_refused_with_a_warning_and_bars_for_a_year(refused):
    case = cast.submitted()
    refused("no-reasons", cast.take, case, "refuse-as-false", by="zhou", values=FALSE | {"reason": "假的"})
    cast.take(case, "refuse-as-false", "2026-10-09", by="zhou", values=FALSE)  # not tied to the day of receipt
    case.refresh_from_db()
    assert case.matter.closed_at is not None
    assert "一年内不得再次申请" in Letter.objects.get(kind="falsehood-refusal").data["warning"]
    assert str(Bar.objects.get().until_on) == "2027-10-10"
    assert refused("barred", cast.submitted, "2026-10-12").article == "行政许可法 第七十八条"


def test_article_78_falsehood_in_an_ordinary_matter_is_refused_and_bars_nobody():
    case = cast.submitted()
    cast.take(case, "refuse-as-false", by="zhou", values=FALSE | {"falsehood": "false"})
    assert not Bar.objects.exists()
    cast.submitted()


# -- 第三十六条、第五十五条 --------------------------------------------------------------------------------------------------


def test_article_36_who_stated_is_heard_and_the_decision_says_so(refused):
    case = cast.walked(cast.submitted(), "accept")
    words = {"who": "applicant", "statement": "排烟管道已改到屋顶，附照片。"}
    cast.take(case, "make-statement", by=cast.lin(), values=words)
    cast.take(case, "review")
    refusal = refused("statement-unheard", cast.take, case, "grant")
    assert refusal.article == "行政许可法 第三十六条"
    refused("statement-unheard", cast.take, case, "deny")
    cast.take(case, "grant", values={"opinion": "采纳申请人陈述，排烟已整改，准予许可。"})


def test_article_55_an_inspector_who_finds_a_fault_names_the_standard_and_the_denial_repeats_it(refused):
    case = cast.walked(cast.submitted(), "accept")
    cast.take(case, "assign-inspectors", by="zhao", values={"matters": "清洗消毒设施"})
    fails = {"opinion": "没有专用清洗消毒水池。", "finding": "fails"}
    assert refused("no-standard", cast.take, case, "inspect-a", by="xie", values=fails).article.startswith(
        "行政许可法 第五十五条"
    )
    cast.take(case, "inspect-a", by="xie", values=fails | {"standard": "GB 31654-2021 第4.2条"})
    cast.take(case, "inspect-b", by="mai", values={"opinion": "通道符合要求。", "finding": "fits"})
    cast.take(case, "end-inspection", by="zhao", values={})
    cast.walked(case, "review", "deny")
    assert "GB 31654-2021 第4.2条" in Letter.objects.get(kind="denial-decision").data["reason"]
