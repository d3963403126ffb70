"""行政许可法: who acts in whose name (第二十二至二十四条), who extends (第四十二条), who is named (第三十二条), what is
put right at once (第三十二条第一款第三项)."""

from datetime import date

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Organ
from yiwang.services.cases import powers
from yiwang.services.cases.models import CaseMaterial
from yiwang.services.catalogue.models import Guide

ON = date(2026, 9, 24)
ENTRUSTED = {
    "organ": "health",
    "document": "云卫委〔2026〕1号 行政许可委托书",
    "announced_on": "2026-01-10",
    "from": "2026-02-01",
}


@pytest.fixture(autouse=True)
def _parsed_anew():
    """A guide changed by one story is read anew in the next."""
    yield
    from yiwang.services.cases import declared as kept

    kept._parsed.clear()


def declared(**changes):
    """The restaurant guide's document with these changes, as a published version would carry it."""
    from yiwang.services.cases import declared as kept

    guide = Guide.objects.filter(item__code=cast.FOOD, state="published").latest("version")
    Guide.objects.filter(pk=guide.pk).update(document={**guide.document, **changes})
    kept._parsed.clear()


# -- 第二十四条 ----------------------------------------------------------------------------------------------------------


def test_article_24_an_entrusted_organ_without_its_document_may_not_decide():
    assert powers.refuse_unentrusted("entrusted", None, ON).code == "not-entrusted"
    assert powers.refuse_unentrusted("authorised", None, ON) is None
    assert powers.refuse_unentrusted(None, None, ON) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from": "2026-10-01"}, "entrustment-ended"),
        ({"until": "2026-09-24"}, "entrustment-ended"),
        ({"announced_on": "2026-09-25"}, "entrustment-unannounced"),
    ],
)
def test_article_24_outside_its_term_or_unannounced_it_is_no_entrustment(changes, code):
    assert powers.refuse_unentrusted("entrusted", ENTRUSTED | changes, ON).code == code
    assert powers.refuse_unentrusted("entrusted", ENTRUSTED, ON) is None


def test_article_24_an_entrusted_organ_decides_in_the_entrusting_organ_s_name(refused):
    declared(body_kind="entrusted", entrustment=ENTRUSTED | {"until": "2026-09-30"})
    case = cast.walked(cast.submitted(), "accept", "review")
    refused("entrustment-ended", cast.take, case, "grant", "2026-10-09")
    cast.take(case, "grant")
    health = Organ.objects.get(code="health").pk
    assert Letter.objects.get(kind="grant-decision").organ_id == health
    assert health != case.organ_id
    declared()


# -- 第四十二条 ----------------------------------------------------------------------------------------------------------


def test_article_42_ten_days_and_fifteen_unless_another_law_says_more():
    law = "《中华人民共和国行政许可法》第四十二条第一款"
    assert powers.refuse_extension(11, law, joint=False).code == "clock-extension-days"
    assert powers.refuse_extension(10, law, joint=False) is None
    assert powers.refuse_extension(16, law, joint=True).article == "行政许可法 第四十二条第二款"
    assert powers.refuse_extension(15, law, joint=True) is None
    assert powers.refuse_extension(30, "《食品安全法》第三十五条", joint=False) is None


def test_article_42_what_several_organs_handle_is_extended_by_the_head_of_the_government(refused):
    declared(joint_organs=["云溪县消防救援大队"])
    case = cast.walked(cast.submitted(), "accept")
    words = cast.WORDS["extend"]
    refusal = refused("joint-handling", cast.take, case, "extend", values=words)
    assert refusal.article == "行政许可法 第四十二条第二款"
    refused("not-allowed", cast.take, case, "extend-joint", by="zheng", values=words)
    cast.take(case, "extend-joint", by="lu", values=words)
    assert Letter.objects.get(kind="extension-notice").data["approver"] == "本级人民政府负责人"


def test_article_42_what_one_organ_handles_is_not_extended_by_the_government(refused):
    case = cast.walked(cast.submitted(), "accept")
    refused(
        "no-such-matter not-allowed not-joint", cast.take, case, "extend-joint", by="lu", values=cast.WORDS["extend"]
    )
    cast.take(case, "extend")


# -- 第三十二条 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["有关部门", "主管部门", "请向有关部门申请", "县局"])
def test_article_32_a_refusal_that_names_no_organ_is_refused(refused, name):
    assert powers.refuse_unnamed(name).code == "organ-not-named"
    assert powers.refuse_unnamed("云溪县卫生健康局") is None


def test_article_32_the_clerk_reads_it_where_it_bites(refused):
    case = cast.submitted()
    words = cast.WORDS["refuse-acceptance"]
    refusal = refused("organ-not-named", cast.take, case, "refuse-acceptance", values=words | {"competent": "有关部门"})
    assert refusal.article == "行政许可法 第三十二条第一款第二项"
    cast.take(case, "refuse-acceptance", values=words)


def test_article_32_what_was_handed_in_wrong_is_put_right_there_and_then(refused):
    case = cast.received()
    cast.checked(case, by="chen", layout="漏写日期")
    refused("nothing-listed", cast.take, case, "correct-on-the-spot", by="chen", values={})
    refused("vague", cast.take, case, "correct-on-the-spot", by="chen", shortcomings={"layout": " "})
    cast.take(case, "correct-on-the-spot", by="chen", shortcomings={"layout": "补写日期2026年9月24日"})
    row = cast.materials(case)["layout"]
    assert (row.verdict, row.note) == (CaseMaterial.Verdict.RIGHT, "当场更正：补写日期2026年9月24日")
    cast.take(case, "accept", by="chen")


def test_article_32_what_was_not_handed_in_cannot_be_put_right_at_once(refused):
    case = cast.received(states={"rules": "missing"})
    refused("not-handed-in", cast.take, case, "correct-on-the-spot", by="chen", shortcomings={"rules": "当场写一份"})


# -- 第五十七条 ----------------------------------------------------------------------------------------------------------


def test_article_57_where_the_number_is_limited_whoever_was_accepted_first_is_decided_first(refused):
    declared(quota="全县限10家")
    first = cast.walked(cast.submitted(), "accept", "review")
    second = cast.walked(cast.submitted(party=cast.person("林小满")), "accept", "review")
    refusal = refused("out-of-order", cast.take, second, "grant")
    assert refusal.article == "行政许可法 第五十七条"
    assert first.matter.reference in refusal.says
    cast.take(first, "grant")
    cast.take(second, "grant")


def test_article_57_without_a_limit_the_order_does_not_matter():
    cast.walked(cast.submitted(), "accept", "review")
    second = cast.walked(cast.submitted(party=cast.person("林小满")), "accept", "review")
    cast.take(second, "grant")
