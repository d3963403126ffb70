"""A year's plan meets every stated total by construction, is the same for the same seed, and refuses what cannot be."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from yiwang.config.year import profile, rhythm
from yiwang.config.year.apportion import apportion, within
from yiwang.config.year.plan import Offer, draft
from yiwang.config.year.profile import ON_THE_SPOT, PROMISED, BadProfile
from yiwang.foundation.calendar import documents, rules
from yiwang.kernel.refusal import Refusal

YUANCHENG = settings.ROOT / "yiwang" / "config" / "year" / "profiles" / "yuancheng-2023.toml"

SMALL = """
id = "small"
title = "小县"
source = "虚构"
from = 2025-01-01
until = 2026-01-01
seed = 7

[totals]
accepted = 3001
closed = 2990
corrected = 0.03
paused = 0.01
denied = 0.01

[types]
on-the-spot = 1801
promised = 1200

[[department]]
organ = "a"
accepted = 2000
cards = 3
guides = { quick = 3, slow = 1 }

[[department]]
organ = "b"
accepted = 1001
cards = 1
guides = { slower = 1, other = 1 }

[channels]
counter = 2000
portal = 1001
"""
OFFERS = {
    "quick": Offer("quick", "a", ON_THE_SPOT),
    "slow": Offer("slow", "a", PROMISED, room=True, slow=True, pausable=True, correctable=True),
    "slower": Offer("slower", "b", PROMISED, deemable=True, slow=True, pausable=True, correctable=True),
    "other": Offer("other", "b", ON_THE_SPOT),
}


@pytest.fixture(scope="module")
def table():
    return rules.build(documents.read_all([settings.ROOT / "packs" / "national"]))


def small(**changes):
    data = tomllib.loads(SMALL, parse_float=Fraction)
    for key, value in changes.items():
        data["totals"][key] = value
    return profile.parse(data)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_a_total_is_split_without_losing_one(total, given_weights):
    weights = dict(enumerate(given_weights))
    found = apportion(total, weights)
    assert sum(found.values()) == total
    whole = sum(weights.values())
    assert all(abs(found[key] - Fraction(total * weight, whole)) < 1 for key, weight in weights.items())


def test_weights_that_add_up_come_out_as_they_are():
    assert apportion(17, {"health": 9, "market": 7, "housing": 1}) == {"health": 9, "market": 7, "housing": 1}
    assert apportion(3, {"a": 1, "b": 1}) == {"a": 2, "b": 1}  # the earlier key gets what is left
    with pytest.raises(Refusal):
        apportion(1, {"a": 0})


def test_rows_and_columns_are_met_together_or_refused():
    both = {ON_THE_SPOT, PROMISED}
    found = within(
        {"x": 10, "y": 5, "z": 5}, {ON_THE_SPOT: 12, PROMISED: 8}, {"x": both, "y": {ON_THE_SPOT}, "z": {PROMISED}}
    )
    assert {row: sum(cells.values()) for row, cells in found.items()} == {"x": 10, "y": 5, "z": 5}
    assert sum(cells.get(PROMISED, 0) for cells in found.values()) == 8
    with pytest.raises(Refusal):
        within({"y": 5}, {PROMISED: 5}, {"y": {ON_THE_SPOT}})


def test_the_published_year_is_what_was_published():
    found = profile.read(YUANCHENG)
    assert (found.accepted, found.closed, found.cards) == (159524, 159138, 17)
    assert {one.organ: one.cards for one in found.departments if one.cards} == {"health": 9, "market": 7, "housing": 1}


def test_a_twentieth_is_a_twentieth_of_every_total():
    part = profile.read(YUANCHENG).part(Fraction(1, 20))
    assert (part.accepted, part.closed, part.cards) == (7976, 7957, 1)
    with pytest.raises(BadProfile):
        part.part(Fraction(3, 2))


def test_a_year_can_be_moved_to_end_with_a_day():
    moved = profile.read(YUANCHENG).ending(date(2026, 9, 23))
    assert (moved.since, moved.until) == (date(2025, 9, 24), date(2026, 9, 24))


def test_every_total_of_the_plan_is_the_stated_one(table):
    found = small()
    drafts = draft(found, OFFERS, table)
    assert len(drafts) == 3001
    assert Counter(one.organ for one in drafts) == {"a": 2000, "b": 1001}
    assert Counter(one.kind for one in drafts) == {ON_THE_SPOT: 1801, PROMISED: 1200}
    assert Counter(one.channel for one in drafts) == {"counter": 2000, "portal": 1001}
    assert Counter(one.organ for one in drafts if one.late) == {"a": 3, "b": 1}
    assert sum(one.open for one in drafts) == 11
    assert sum(one.corrected for one in drafts) == 36
    assert sum(one.paused for one in drafts) == 12
    assert sum(one.denied for one in drafts) == 12
    assert {one.deemed for one in drafts if one.late and one.organ == "b"} == {True}
    assert min(one.received_at for one in drafts if one.open).date() >= date(2025, 12, 29)
    assert {one.received_at.year for one in drafts} == {2025}


def test_the_same_seed_tells_the_same_year_and_another_seed_another(table):
    assert draft(small(), OFFERS, table) == draft(small(), OFFERS, table)
    other = profile.parse(tomllib.loads(SMALL.replace("seed = 7", "seed = 8"), parse_float=Fraction))
    assert draft(other, OFFERS, table) != draft(small(), OFFERS, table)


def test_nobody_comes_on_a_rest_day_unless_the_profile_says_so(table):
    days = rhythm.days(small(), table)
    assert sum(days.values()) == 3001
    assert not any(count for day, count in days.items() if not table.is_workday(day))
    assert days[date(2025, 1, 26)] > 0  # a working Sunday before the Spring Festival


def test_a_county_without_on_the_spot_cases_decides_its_last_ones_on_the_day_they_come(table):
    text = SMALL.replace("guides = { quick = 3, slow = 1 }", "guides = { slow = 1 }")
    text = text.replace("guides = { slower = 1, other = 1 }", "guides = { slower = 1 }")
    text = text.replace("[types]\non-the-spot = 1801\npromised = 1200\n", "")
    drafts = draft(profile.parse(tomllib.loads(text, parse_float=Fraction)), OFFERS, table)
    swift = [one for one in drafts if one.swift]
    assert len(drafts) == 3001
    assert sum(one.open for one in drafts) == 11
    assert max(one.received_at.date() for one in swift) == date(2025, 12, 31)
    assert all(one.received_at.hour < 12 and table.is_workday(one.received_at.date()) for one in swift)
    late = [one for one in drafts if one.received_at.date() >= date(2025, 12, 1)]
    assert late
    assert all(one.open or one.swift for one in late)  # nothing that takes its days begins where they no longer fit


@pytest.mark.parametrize(
    ("totals", "code"),
    [({"closed": 2000}, "year-end"), ({"corrected": Fraction(1)}, "year-shares"), ({"closed": 1}, "year-shares")],
)
def test_totals_that_cannot_be_met_together_are_refused(table, totals, code):
    with pytest.raises(Refusal) as refused:
        draft(small(**totals), OFFERS, table)
    assert refused.value.code == code


def test_an_on_time_share_that_contradicts_the_cards_is_refused():
    assert small(on_time=Fraction(2986, 2990)).cards == 4
    with pytest.raises(BadProfile) as refused:
        small(on_time=Fraction(99, 100))
    assert [fault.field for fault in refused.value.faults] == ["totals.on_time"]


RATED = (
    SMALL
    + """
[ratings]
cases = 1200
given = 1100
good = 1096
bad = 4
rectified = 3
levels = [8, 1, 1]
"""
)


def rated(text=RATED):
    return profile.parse(tomllib.loads(text, parse_float=Fraction))


def test_ratings_that_contradict_each_other_or_the_cases_are_refused_with_all_faults():
    text = RATED.replace("cases = 1200", "cases = 2991").replace("rectified = 3", "rectified = 5")
    with pytest.raises(BadProfile) as refused:
        rated(text.replace("given = 1100", "given = 3000"))
    fields = ["ratings.cases", "ratings.given", "ratings.good", "ratings.rectified"]
    assert [fault.field for fault in refused.value.faults] == fields
    with pytest.raises(BadProfile) as unread:
        rated(RATED.replace("[8, 1, 1]", "[0, 0, 0]").replace("bad = 4", "bda = 4"))
    assert len(unread.value.faults) == 3  # levels, bad missing, bda unknown


def test_ratings_of_the_plan_are_the_stated_ones_and_leave_the_cases_as_they_were(table):
    drafts = draft(rated(), OFFERS, table)
    counts = Counter(one.level for one in drafts if not one.open)
    assert counts[None] == 2990 - 1200
    assert counts[0] == 100
    assert [counts[level] for level in (1, 2, 3)] == [877, 110, 109]
    assert counts[4] + counts[5] == 4
    bad = [one for one in drafts if one.level in (4, 5)]
    assert sorted(one.mended for one in bad) == [False, True, True, True]
    assert {one.level for one in drafts if one.open} == {0}  # whoever still waits has nothing to rate yet
    waiting = next(one for one in bad if not one.mended)
    assert waiting.received_at.date() == date(2025, 12, 31)  # its first term runs beyond the year
    many = rated(RATED.replace("good = 1096\nbad = 4\nrectified = 3", "good = 797\nbad = 303\nrectified = 303"))
    mended = [one.received_at.date() for one in draft(many, OFFERS, table) if one.mended]
    assert len(mended) == 303
    assert max(mended) < date(2025, 11, 10)  # early enough to be mended within the year
    plain = draft(small(), OFFERS, table)
    assert [(one.luck, one.received_at) for one in plain] == [(one.luck, one.received_at) for one in drafts]
    with pytest.raises(Refusal) as refused:
        draft(rated(RATED.replace("good = 1096\nbad = 4", "good = 996\nbad = 104")), OFFERS, table)
    assert refused.value.code == "year-ratings"


def test_part_of_a_rated_year_still_adds_up():
    for share in (Fraction(1, 3), Fraction(1, 20), Fraction(1, 7)):
        part = rated().part(share).ratings
        assert part.good + part.bad == part.given <= part.cases
        assert part.rectified <= part.bad
    assert profile.read(YUANCHENG).ratings.totals == (58072, 56547, 56542, 5, 5)


def test_every_fault_of_a_profile_is_named_with_its_line(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        SMALL.replace("closed = 2990", "closed = 2990\nclosd = 1")
        .replace("seed = 7", "seed = -1")
        .replace("from = 2025-01-01", "from = 2025-01-01T08:00:00"),
        encoding="utf-8",
    )
    with pytest.raises(BadProfile) as refused:
        profile.read(path)
    assert {fault.field for fault in refused.value.faults} == {"p.toml:5", "p.toml:7", "p.toml:12"}
    with pytest.raises(BadProfile):
        profile.read(Path("/nowhere/at/all.toml"))
