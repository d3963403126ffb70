"""What may be said in a rating, what names a person, what a figure is."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.conf import settings

from yiwang.kernel.refusal import Refusal
from yiwang.services.ratings import queries, rules


@pytest.fixture(scope="module")
def rule():
    """The rule as the national pack declares it."""
    text = (settings.ROOT / "packs/national/ratings/ratings.rating.toml").read_text()
    return rules.RatingRule.model_validate(tomllib.loads(text))


@pytest.mark.parametrize(
    ("level", "labels", "text", "field"),
    [
        (0, [], "", "level"),
        (6, [], "", "level"),
        (1, ["rude"], "", "labels"),  # a label of the worst levels on the best one
        (5, ["fast"], "", "labels"),
        (4, ["guide-wrong"], "", "labels"),  # online only
        (2, ["no-such"], "", "labels"),
        (3, [], "字" * 501, "text"),
        (3, [], "a\0b", "text"),
    ],
)
def test_a_rating_with_a_level_label_or_text_the_rule_does_not_have_is_refused(rule, level, labels, text, field):
    with pytest.raises(Refusal) as caught:
        rules.checked(rule, mode="on-site", level=level, labels=labels, text=text)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_labels_stand_once_and_in_the_order_of_the_rule(rule):
    chosen, words = rules.checked(rule, mode="on-site", level=5, labels=["rude", "slow", "rude"], text=" 等了三小时 ")
    assert (chosen, words) == (["slow", "rude"], "等了三小时")


def test_more_labels_than_the_rule_allows_are_refused(rule):
    every = [one.code for one in rule.labels_for(5, "on-site")]
    with pytest.raises(Refusal):
        rules.checked(rule, mode="on-site", level=5, labels=every[: rule.most_labels + 1], text="")


def test_every_level_of_each_mode_has_labels_and_four_is_the_first_bad_one(rule):
    assert all(rule.labels_for(level, mode) for level in range(1, 6) for mode in rules.MODES)
    assert [rules.bad(level) for level in range(1, 6)] == [False, False, False, True, True]
    assert rules.STARS[1] == "★★★★★"
    assert rules.STARS[5] == "★☆☆☆☆"


@pytest.mark.parametrize(
    "text",
    ["请联系13800001111", "电话 １３８ 0000 1111", "0700-3312345", "身份证449931199105200223", "44993119910520022x"],
)
def test_a_telephone_or_identity_number_is_found_however_it_is_written(text):
    assert rules.names_a_person(text)


@pytest.mark.parametrize("text", ["已在5个工作日内整改", "投诉编号2026-000123", "办件编号20260924000123456"])
def test_other_numbers_are_no_persons(text):
    assert not rules.names_a_person(text)


def test_texts_that_say_the_same_are_alike():
    assert rules.alike("非常好，Ｇood！") == rules.alike("非常 好 good")
    assert rules.alike("非常好") != rules.alike("很好")


def test_a_share_is_cut_and_never_rounded_up_to_a_hundred():
    assert rules.Figure("good", "好评率", 56542, 56547, "").shown == "99.99%"
    assert rules.Figure("good", "好评率", 99999, 100000, "").shown == "99.99%"
    assert rules.Figure("coverage", "评价覆盖率", 56547, 58072, "").shown == "97.37%"
    assert rules.Figure("called", "回访率", 0, 0, "").shown == ""


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("", date(2026, 1, 1), date(2027, 1, 1)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-01", date(2026, 1, 1), date(2026, 2, 1)),
    ],
)
def test_a_period_is_a_year_or_a_month(text, since, until):
    assert queries.period(text, date(2026, 9, 24)) == (since, until)


def test_a_period_that_is_none_is_refused():
    for text in ("26", "2026-13", "0000", "2026-1-1", "九月"):
        with pytest.raises(Refusal):
            queries.period(text, date(2026, 9, 24))


ZHENG = {"step": 0, "organ": 7, "role": "head", "account": 1, "from": "2020-01-06", "until": None}
GONE = {"step": 0, "organ": 7, "role": "leader", "account": 2, "from": "2020-01-06", "until": "2026-09-24"}
LU = {"step": 1, "organ": 3, "role": "government-head", "account": 9, "from": "2020-01-06", "until": None}


@pytest.mark.parametrize(
    ("barred", "posts", "signs"),
    [
        (set(), [ZHENG, LU], {}),
        ({"staff:5"}, [ZHENG, LU], {}),
        ({"staff:1"}, [ZHENG, LU], {"above-government": 3}),
        ({"staff:1"}, [ZHENG, GONE, LU], {"above-government": 3}),  # the other leader has left that day
        ({"staff:1"}, [ZHENG, GONE | {"until": "2026-09-25"}, LU], {}),
        ({"staff:1", "staff:9"}, [ZHENG, LU], {}),  # nobody above either: the seat stays with the unit's deputies
        ({"staff:1"}, [ZHENG, LU | {"role": "head"}, LU | {"step": 2}], {"above": 3}),
    ],
)
def test_the_leader_above_signs_where_every_leader_of_the_unit_was_rated_or_mended(barred, posts, signs):
    assert rules.signs_above(posts, barred, date(2026, 9, 24)) == signs
