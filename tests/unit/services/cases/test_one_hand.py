"""即办件: one pair of hands accepts and decides in one sitting. 公共服务: no decision, it is done or it is said why not."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Account, CounterAuthorisation, Post
from yiwang.services.cases import actions
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.certificates.models import Certificate

FILING = "511A0074300005"  # 个体工商户登记, on the spot
MARKET = "YX-ZS-0001"  # 中介超市入驻, a public service of the bureau itself, two hands


def plausible(item):
    """Answers and a form for an item, taken from its own declaration."""
    from yiwang.config.lively import _plausible
    from yiwang.foundation.people.models import Person

    declaration = declaration_of(catalogue.guide_in_force(item, cast.at().date()))
    answers = {question.id: next(iter(question.choices)) for question in declaration.questions}
    said = _plausible(declaration, answers, Person.objects.get(name="林小满"), cast.DAY)
    uploads = tuple(
        one.id
        for one in declaration.materials_for(answers)
        if one.need == "required" and (not one.source or one.source.of == "applicant")
    )
    return answers, said, uploads


def submitted(item, **how):
    answers, said, uploads = plausible(item)
    return cast.submitted(item=item, answers=answers, said=said, uploads=uploads, **how)


def received(item):
    answers, said, uploads = plausible(item)
    return cast.received(item_code=item, answers=answers, form=said, brought=uploads)


@pytest.fixture
def filing():
    return submitted(FILING)


@pytest.fixture
def entry():
    return submitted(MARKET)


# -- on the spot -------------------------------------------------------------------------------------------------------


def test_the_guide_s_own_procedure_is_run(filing):
    assert (filing.matter.process_id, filing.matter.chain) == ("services.on-the-spot", "on-the-spot")


def test_only_the_acceptor_decides_on_the_spot(refused, filing):
    for who in ("zhao", "sun", "zheng", "luo"):
        refused("not-allowed", cast.take, filing, "grant-on-the-spot", by=who)


def test_nothing_incomplete_is_granted_on_the_spot(refused, filing):
    code = next(iter(cast.materials(filing)))
    cast.checked(filing, **{code: "照片看不清，请重拍"})
    refused("material-wanting", cast.take, filing, "grant-on-the-spot", by="zhou")


def test_articles_34_and_56_one_pair_of_hands_decides_makes_and_hands_over(filing):
    for step in ("grant-on-the-spot", "issue", "hand-over"):
        words = cast.WORDS.get(step, {"receiver": "applicant"} if step == "hand-over" else {})
        cast.take(filing, step, by="zhou", values=words)
    case = Case.objects.select_related("matter").get(pk=filing.pk)
    assert (case.outcome, case.matter.state) == ("granted", "delivered")
    assert {letter.kind for letter in Letter.objects.all()} == {
        "material-receipt",
        "grant-decision",
        "service-receipt",
    }
    assert Certificate.objects.get(matter_reference=case.matter.reference).name == "营业执照"  # the paper as well
    assert Letter.objects.get(kind="service-receipt").data["how"] == "当场领取"


def test_a_denial_on_the_spot_needs_reasons_and_remedies_too(refused, filing):
    words = cast.WORDS["deny"] | {"reason": "不行"}
    refused("no-reasons", cast.take, filing, "deny", by="zhou", values=words)
    cast.take(filing, "deny", by="zhou")


def test_a_counter_decides_only_with_the_power_to_decide(refused):
    case = received(FILING)
    assert case.matter.settings["organs"]["accepting"] == cast.counter().place.organ_id
    refusal = refused("counter-not-authorised", cast.take, case, "grant-on-the-spot", by="chen")
    assert refusal.article == "行政许可法 第二十六条"
    authorised = CounterAuthorisation.objects.filter(counter=cast.counter(), organ__code="market")
    authorised.update(powers=["receive", "accept", "decide"])
    cast.take(case, "grant-on-the-spot", by="chen")


def test_a_counter_that_may_not_decide_hands_the_case_to_the_department(refused):
    case = received(FILING)
    cast.take(case, "to-department", by="chen", values={})
    seat = case.matter.seats.get(closed_at=None)
    assert (seat.organ_id, seat.holder_id) == (case.organ_id, None)
    refused("not-allowed", cast.take, case, "grant-on-the-spot", by="chen")
    refused("at-the-department", cast.take, case, "to-department", by="zhou", values={})
    cast.take(case, "grant-on-the-spot", by="zhou")


# -- public services ---------------------------------------------------------------------------------------------------


def test_a_public_service_asks_for_material_in_its_own_words_and_by_its_own_organ(entry):
    bureau = cast.staff("chen")
    code = next(code for code, row in cast.materials(entry).items() if row.state == "uploaded")
    actions.check(reference=entry.matter.reference, findings={code: ("wrong", "印章看不清")}, by=bureau, at=cast.at())
    cast.take(entry, "ask-correction", by="chen", shortcomings={code: "印章看不清，请重新扫描"})
    letter = Letter.objects.get(kind="public-service-notice")
    assert letter.organ_id == entry.organ_id
    assert "一次告知" in letter.data["says"]


def test_a_public_service_that_cannot_be_done_says_why(refused, entry):
    refused("no-reasons", cast.take, entry, "not-done", by="chen", values={"reason": "办不了"})
    reason = "您单位已在省中介超市入驻，不需要在本县重复办理。"
    cast.take(entry, "not-done", by="chen", values={"reason": reason})
    assert Letter.objects.get(kind="public-service-notice").data["reason"] == reason
    entry.refresh_from_db()
    assert (entry.outcome, entry.matter.state) == ("denied", "not-done")


def test_a_public_service_under_two_hands_is_done_by_one_and_checked_by_another(refused, entry):
    bureau = Account.objects.get(username="chen").organ
    reviewer = Account.objects.filter(
        organ=bureau, pk__in=Post.objects.filter(role="reviewer").values("account")
    ).first()
    Post.objects.create(
        account=Account.objects.get(username="chen"), organ=bureau, role="reviewer", from_on="2026-01-01"
    )
    cast.take(entry, "accept", by="chen", values={})
    words = {"opinion": "资料齐全，已完成入驻登记。"}
    refused("same-hands", cast.take, entry, "finish", by="chen", values=words)
    cast.take(entry, "finish", by=reviewer.username, values=words)
    entry.refresh_from_db()
    assert (entry.outcome, entry.matter.state) == ("granted", "issued")
