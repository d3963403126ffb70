"""行政许可法 第三十四条第三款、第五十五条第二款: facts are checked by two, named within five days."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.organs.models import Account, Post
from yiwang.services.cases.actions.submitting import inspection_budget
from yiwang.services.cases.declared import declaration_of

FOUND = {"opinion": "经现场核查，布局与图纸一致，设施齐备。", "finding": "fits"}


@pytest.fixture
def inspecting():
    case = cast.walked(cast.submitted(), "accept")
    cast.take(case, "assign-inspectors", by="zhao", values={"matters": "经营场所布局、清洗消毒设施"})
    return case


def test_article_34_one_inspector_is_not_two(refused, inspecting):
    cast.take(inspecting, "inspect-a", by="xie", values=FOUND)
    refused("not-yet not-allowed", cast.take, inspecting, "end-inspection", by="zhao", values={})
    refused("same-hands", cast.take, inspecting, "inspect-b", by="xie", values=FOUND)


def test_two_inspectors_and_then_the_review_goes_on(refused, inspecting):
    refused("not-allowed", cast.take, inspecting, "review")
    cast.take(inspecting, "inspect-b", by="mai", values=FOUND)
    cast.take(inspecting, "inspect-a", by="xie", values=FOUND)
    cast.take(inspecting, "end-inspection", by="zhao", values={})
    cast.take(inspecting, "review")


def test_only_inspectors_inspect(refused, inspecting):
    for who in ("zhao", "sun", "zhou"):
        refused("not-allowed", cast.take, inspecting, "inspect-a", by=who, values=FOUND)


def test_the_clocks_run_on_while_two_people_look(inspecting):
    legal = inspecting.matter.clocks.get(clock="legal")
    assert (legal.pauses, legal.stopped_on) == ([], None)


def test_two_are_named_within_five_days_where_the_guide_has_a_test_or_quarantine():
    declaration = declaration_of(cast.submitted().guide)
    assert inspection_budget(declaration.model_copy(update={"specials": ()})) == {}
    special = {"ground": "testing", "title": "水质检测", "basis": "《中华人民共和国行政许可法》第五十五条"}
    asked = type(declaration).model_validate({**declaration.as_data(), "specials": [special]})
    assert inspection_budget(asked) == {"law.assignment_days": 5}


def test_a_colleague_without_the_post_of_inspector_may_be_given_it_and_then_inspects(inspecting):
    account = Account.objects.get(username="zhou")
    Post.objects.create(account=account, organ=account.organ, role="inspector", from_on="2026-01-01")
    cast.take(inspecting, "inspect-a", by="zhou", values=FOUND)
