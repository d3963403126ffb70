"""开饭店 is a question, not an item: a few answers lead to what somebody needs, and what not."""

from __future__ import annotations

import tomllib

import pytest

from tests.unit.services.catalogue.guide_parts import DEMO, all_demo
from yiwang.kernel import packs
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue import questions
from yiwang.services.catalogue.questions import Guidance, lead

GUIDES = {guide.item_code: guide for guide in all_demo()}
FILE = DEMO / "questions" / "open-restaurant.toml"
SMALL = {"licence": "no", "what": "catering", "area": "small", "cold": "no"}


def declared(**changes):
    value, faults = packs.validate(Guidance, tomllib.loads(FILE.read_text()) | changes, lambda *path: str(path))
    return faults or value


def way(answers, guides=GUIDES):
    return lead(declared(), answers, guides)


def test_an_answer_nobody_offers_is_refused():
    with pytest.raises(Refusal) as refused:
        way({"licence": "maybe"})
    assert refused.value.faults[0].field == "licence"


def test_questions_come_one_after_another_and_only_those_that_matter():
    assert way({}).next.id == "licence"
    assert way({"licence": "no"}).next.id == "what"
    assert way({"licence": "no", "what": "catering"}).next.id == "area"
    assert way({"licence": "no", "what": "prepacked"}).complete  # the size of a shop without kitchen does not matter
    assert way({"licence": "no"}).legs == ()


def test_a_small_restaurant_needs_three_things_in_order():
    route = way(SMALL)
    assert [leg.need.id for leg in route.legs] == ["register", "food-licence", "sewer"]
    assert [leg.promised.days for leg in route.legs] == [0, 10, 5]
    assert (route.days, route.days_open, list(route.fees)) == (10, False, [])
    assert {one.title for one in route.not_needed} >= {"公共场所卫生许可", "仅销售预包装食品备案"}


def test_whoever_has_a_licence_and_sells_only_packed_food_needs_a_filing_alone():
    route = way({"licence": "yes", "what": "prepacked"})
    assert [leg.need.id for leg in route.legs] == ["prepacked"]
    assert route.days == 0
    assert "食品经营许可（核发）" in {one.title for one in route.not_needed}


def test_whoever_sells_vegetables_needs_nothing_for_food():
    assert way({"licence": "yes", "what": "produce"}).legs == []


def test_materials_are_merged_and_what_the_first_step_makes_is_not_asked_for():
    by_name = {one.material.name: one for one in way(SMALL).materials}
    licence = by_name["营业执照"]
    assert (licence.by, licence.items) == ("result", ("食品经营许可（核发）", "城镇污水排入排水管网许可"))
    lease = by_name["场所使用证明（租赁合同或借用协议）"]
    assert len(lease.items) == 2
    assert lease.depends  # only for whoever rents, which nobody has asked yet
    assert len(by_name) == len(way(SMALL).materials)


def test_with_a_licence_in_hand_it_is_fetched_not_asked_for():
    by_name = {one.material.name: one for one in way(SMALL | {"licence": "yes"}).materials}
    assert by_name["营业执照"].by == "held"


def test_cold_dishes_add_a_material_to_the_food_licence():
    names = {one.material.id for one in way(SMALL | {"cold": "yes"}).materials}
    assert names - {one.material.id for one in way(SMALL).materials} == {"cold-room"}


def test_a_large_restaurant_needs_the_fire_check_whose_guide_is_still_missing():
    route = way(SMALL | {"area": "large"})
    fire = next(leg for leg in route.legs if leg.need.id == "fire")
    assert fire.guide is None
    assert fire.days_says == "以办事指南为准"
    assert route.days_open


def test_answers_to_questions_not_on_this_way_are_dropped():
    route = way({"licence": "yes", "what": "prepacked", "area": "large"})
    assert route.answers == {"licence": "yes", "what": "prepacked"}


def test_every_need_with_a_guide_answers_questions_that_guide_asks():
    for need in declared().need:
        if need.item in GUIDES:
            asked = {question.id: question.choices for question in GUIDES[need.item].questions}
            assert set(need.answers) <= set(asked), need.id


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("question", [{"id": "a", "asks": "问？", "choices": {"x": "甲", "y": "乙"}, "when": {"b": ["x"]}}]),
        ("need", [{"id": "n", "item": "1", "title": "事", "when": {"licence": ["perhaps"]}}]),
        ("need", [{"id": "n", "item": "1", "title": "事", "after": ["later"]}]),
        ("need", [{"id": "n", "item": "1", "title": "事", "answers": {"q": "@unasked"}}]),
    ],
)
def test_a_guidance_that_does_not_hang_together_is_refused(part, value):
    assert isinstance(declared(**{part: value}), list)


def test_a_leg_waits_for_what_it_comes_after():
    days, still_open = questions.longest(way(SMALL).legs)
    assert (days, still_open) == (10, False)
