"""One way through the demo county's guides: asked once, filled once, brought once, and how long the whole takes."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from tests.factories.calendar import announced_table
from tests.unit.services.catalogue.guide_parts import DEMO, all_demo
from yiwang.kernel import packs
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue.questions import Guidance
from yiwang.services.themes import composing, rules
from yiwang.services.themes.declarations import Theme

GUIDES = {one.item_code: one for one in all_demo()}
ANSWERS = {"licence": "no", "what": "catering", "area": "medium", "cold": "no"}
OWN = {"place": "rent", "family": "single", "agent": "self"}


def read(schema, folder, **changes):
    data = tomllib.loads((DEMO / folder / "open-restaurant.toml").read_text(encoding="utf-8"))
    return packs.validate(schema, data | changes, lambda *path: ".".join(map(str, path)))


GUIDANCE = read(Guidance, "questions")[0]
THEME = read(Theme, "themes")[0]


def way(**answers):
    return composing.compose(THEME, GUIDANCE, ANSWERS | OWN | answers, GUIDES)


def test_an_answer_nobody_offers_is_refused():
    with pytest.raises(Refusal) as caught:
        way(place="castle")
    assert caught.value.code == "no-such-answer"


def test_the_theme_fits_the_guides_in_force():
    assert composing.faults_of(THEME, GUIDANCE, GUIDES) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"same": [{"fields": ["register.premises", "food-licence.floor_area"]}]}, {"kind"}),
        ({"same": [{"fields": ["register.premises", "food-licence.castle"]}]}, {"unknown"}),
        ({"ask": []}, {"unanswered"}),
        (
            {"ask": [{"id": "what", "asks": "卖什么？", "choices": {"a": "甲", "b": "乙"}, "fills": {"moon": "x"}}]},
            {"duplicate", "unknown", "unanswered"},
        ),
    ],
)
def test_a_theme_that_does_not_fit_is_named_fault_by_fault(changes, codes):
    broken, faults = read(Theme, "themes", **changes)
    assert not faults
    assert {one.code for one in composing.faults_of(broken, GUIDANCE, GUIDES)} == codes


@pytest.mark.parametrize(
    "changes",
    [
        {"castle": 1},
        {"same": [{"fields": ["register.premises"]}]},
        {"same": [{"fields": ["a.x", "b.x"]}, {"fields": ["b.x", "c.x"]}]},
        {"also": [{"title": "招牌", "why": "要", "basis": "条例", "mark": "大概"}]},
    ],
)
def test_a_malformed_theme_is_refused(changes):
    value, faults = read(Theme, "themes", **changes)
    assert value is None
    assert faults


def test_the_items_follow_from_the_answers():
    assert [part.id for part in way().parts] == ["register", "food-licence", "sewer"]
    assert [part.id for part in way(licence="yes").parts] == ["food-licence", "sewer"]
    assert [part.id for part in way(what="prepacked", online="no").parts] == ["register", "prepacked"]
    assert way(what="produce", licence="yes").parts == ()
    assert way().parts[1].after == ("register",)
    assert way(licence="yes").parts[0].after == ()


def test_an_item_without_a_published_guide_is_said_and_not_opened():
    assert [need.id for need in way(area="large").elsewhere] == ["fire"]


def test_every_question_of_every_guide_is_answered_by_the_one_set():
    for part in way().parts:
        assert {question.id for question in part.guide.questions} == set(part.answers)


def test_the_way_is_not_complete_while_a_question_is_open():
    found = composing.compose(THEME, GUIDANCE, ANSWERS, GUIDES)
    assert [one.id for one in found.asks] == ["place", "family", "agent"]
    assert not found.complete
    assert way().complete


def test_what_means_the_same_is_asked_once_and_reaches_every_item():
    found = way()
    asked = [field.id for group in composing.form(found) for field in group.fields]
    assert len(asked) == len(set(asked))
    assert "register__premises" in asked
    assert not {"food_licence__premises", "sewer__premises", "sewer__mobile", "sewer__contact"} & set(asked)
    filled = composing.shares(
        found,
        {
            "register__premises": "人民路16号",
            "food_licence__contact_name": "王建国",
            "food_licence__floor_area": 120,
            "sewer__volume": 3,
        },
    )
    assert [filled[id]["premises"] for id in ("register", "food-licence", "sewer")] == ["人民路16号"] * 3
    assert filled["sewer"]["contact_name"] == filled["food-licence"]["contact_name"] == "王建国"
    assert "volume" not in filled["food-licence"]
    assert "floor_area" not in filled["sewer"]


def test_without_the_first_item_the_next_one_asks():
    asked = {field.id for group in composing.form(way(licence="yes")) for field in group.fields}
    assert "food_licence__premises" in asked


def test_a_material_is_brought_once_and_what_an_item_makes_is_not_asked_for():
    papers = {paper.material.name: paper for paper in composing.papers(way())}
    lease = papers["场所使用证明（租赁合同或借用协议）"]
    assert lease.uses == (("register", "lease"), ("food-licence", "lease"))
    assert lease.wanted
    assert papers["营业执照"].by == "result"
    assert {paper.by for paper in composing.papers(way(licence="yes")) if paper.material.name == "营业执照"} == {"held"}
    assert composing.files_for(way(), {lease.key: [7]}) == {
        "register": {"lease": [7]},
        "food-licence": {"lease": [7]},
        "sewer": {},
    }


def test_identity_cards_of_several_people_are_one_line_and_each_item_is_named_once():
    answers = {"place": "rent", "family": "family", "agent": "agent"}
    cards = [paper for paper in composing.papers(way(**answers)) if "身份证" in paper.name]
    assert [(paper.name, paper.by) for paper in cards] == [("居民身份证", "held")]
    assert all(len(set(paper.titles)) == len(paper.titles) for paper in composing.papers(way(**answers)))
    assert len(cards[0].uses) > len(cards[0].titles)


# -- the whole and its bottleneck ----------------------------------------------------------------------------------------

ON = date(2026, 9, 21)  # a Monday; 25 to 27 September are Mid-Autumn


def whole(*stretches, on=ON):
    return rules.forecast(stretches, on=on, table=announced_table())


REGISTER = rules.Stretch("register", days=1)
FOOD = rules.Stretch("food", ("register",), days=8)
SEWER = rules.Stretch("sewer", ("register",), days=3)


def test_the_whole_is_the_longest_chain_and_not_the_sum():
    found = whole(REGISTER, FOOD, SEWER)
    assert (found.days, found.bottleneck) == (9, "food")
    assert found.spans["food"].critical
    assert found.spans["register"].critical
    assert not found.spans["sewer"].critical
    assert found.spans["sewer"].begins_on == found.spans["food"].begins_on == date(2026, 9, 22)


def test_what_runs_on_the_longest_chain_holds_up_the_rest():
    running = rules.Stretch("register", days=1, state="open", started_on=ON, due_on=date(2026, 9, 22))
    assert whole(running, FOOD, SEWER).bottleneck == "register"
    done = rules.Stretch("register", days=1, state="done", started_on=ON, ended_on=ON)
    assert whole(done, FOOD, SEWER).bottleneck == "food"


def test_an_item_past_its_day_moves_everything_behind_it_to_today():
    late = rules.Stretch("register", days=1, state="open", started_on=ON, due_on=date(2026, 9, 22))
    found = whole(late, SEWER, on=date(2026, 9, 24))
    assert found.spans["register"].late
    assert found.spans["sewer"].begins_on == date(2026, 9, 24)
    assert found.spans["sewer"].ends_on == date(2026, 9, 30)


def test_what_failed_or_fell_away_takes_no_time():
    failed = rules.Stretch("register", days=30, state="failed", started_on=ON)
    assert whole(failed, rules.Stretch("food", ("register",), days=8, state="dropped")) is None


def test_what_nobody_promised_is_said_to_be_uncounted():
    assert whole(rules.Stretch("food", days=None), SEWER).uncounted == ("food",)


@pytest.mark.parametrize(
    ("states", "becomes"),
    [
        ({"register": "open"}, "waiting"),
        ({"register": "waiting"}, "waiting"),
        ({"register": "done"}, "open"),
        ({"register": "failed"}, "dropped"),
        ({"register": "dropped"}, "dropped"),
        ({}, "open"),
    ],
)
def test_an_item_waits_opens_or_falls_away_with_what_it_waits_for(states, becomes):
    assert rules.next_state(FOOD, states) == becomes
