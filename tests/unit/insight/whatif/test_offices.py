"""Whole studies over an invented office: a steady year is foretold, a broken one is called so, changes do what they must."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import whatif
from yiwang.insight.whatif.rules import rounds, scenarios
from yiwang.insight.whatif.rules.events import Hands, Path
from yiwang.insight.whatif.rules.histories import History, Queue, Way
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.insight.whatif.rules.reckoning import Limit, watches

CUT = {"kind": "limit", "clock": "promised", "days": 3}
BESIDE = {"kind": "parallel", "first": "accept", "second": "review"}
GONE = {"kind": "clerks", "step": "review", "number": -1}


@pytest.fixture(scope="module")
def busy():
    """Four clerks who review are at work some three quarters of their hours."""
    return whatif.office(a_day=24, work=48)


@pytest.fixture(scope="module")
def cut(busy):
    return whatif.played(whatif.study(busy, CUT, rounds=5))


def test_a_steady_half_year_is_foretold_from_the_half_before(cut):
    trial = cut["trial"]
    assert (trial["verdict"], [check["kept"] for check in trial["checks"]]) == ("good", [True] * 11)
    assert trial["promises"] == {"days": "good", "on_time": "good", "cards": "too-few", "warnings": "good"}
    assert trial["distance"] < 0.06


def test_as_things_are_the_model_gives_what_really_was(cut):
    real, today = cut["real"], cut["today"]
    assert abs(real["mean"] - today["mean"][0]) < 0.35
    assert abs(real["on_time"] - today["on_time"][0]) < 2
    assert real["median"] == pytest.approx(today["median"][0], abs=1)


def test_a_limit_cut_brings_cards_and_changes_nobodys_days(cut):
    assert cut["difference"]["cards"][1] > 0  # the whole interval
    assert cut["difference"]["on_time"][2] < 0
    assert cut["difference"]["mean"] == [0, 0, 0]
    assert cut["today"]["days"] == cut["changed"]["days"]


def test_one_of_four_clerks_gone_is_felt_where_he_worked(busy):
    found = whatif.played(whatif.study(busy, GONE, rounds=3), trial=False)
    assert found["difference"]["mean"][1] > 0
    queued = {name: found[name]["steps"]["review"][2] for name in ("today", "changed")}
    assert queued["changed"] > 2 * queued["today"]
    assert found["bottleneck"][1] == "review"


def test_two_steps_beside_each_other_save_days(busy):
    found = whatif.played(whatif.study(busy, BESIDE, rounds=3), trial=False)
    assert found["difference"]["mean"][2] < 0
    assert found["difference"]["cards"][2] <= 0


def test_an_acceptance_beside_a_long_review_is_no_later_for_it():
    tasks = ((0, 0, 0.1, 10.0, 1), (1, 7, 30.0, 10.0, 2), (2, 0, 0.1, 10.0, 3))
    way = Way(
        Path(tuple((task,) for task in tasks)),
        whatif.STEPS,
        3,
        (Limit("acceptance", "legal", 5, False, 0, 1), Limit("legal", "legal", 20, False, 1, 3)),
    )
    queues = tuple(Queue("market", step, 1, 10.0, 0) for step in whatif.STEPS[1:])
    hands = Hands(((0,), (1,), (2,)))
    table = whatif.calendar()
    time = WorkTime(table, whatif.declared()[("whatif", "whatif")].sessions, since=whatif.SINCE, until=whatif.UNTIL)
    watched = watches([whatif.declared()[("supervision-rule", "supervision.r02")]], "services.licence")
    stage = rounds.Stage(History((), queues, hands), time, watched)
    arrivals = [rounds.Arrival(time.opening(whatif.SINCE) + 60, way, counted=True, on=whatif.SINCE.toordinal())]
    beside = scenarios.change(BESIDE)
    today, changed = rounds.play(stage, arrivals, beside, np.random.default_rng(1))
    assert (today["signals"]["yellow"], changed["signals"]["yellow"]) == (0, 0)
    assert (today["days"], changed["days"]) == ({"7": 1}, {"7": 1})


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    office = whatif.office(a_day=1)
    first, again, other = (whatif.played(whatif.study(office, CUT, seed=seed, rounds=5)) for seed in (4, 4, 5))
    assert first == again
    assert first["today"] != other["today"]


def test_an_office_that_became_slower_in_between_is_not_foretold_and_the_page_is_told():
    found = whatif.played(whatif.study(whatif.office(a_day=3, slower=3), CUT, rounds=5))
    assert found["trial"]["verdict"] == "poor"
    assert found["trial"]["promises"]["days"] == "poor"
    assert "不可信：用时" in found["trial"]["says"]


def test_a_handful_of_cases_foretells_nothing():
    found = whatif.study(whatif.office(a_day=0.3), CUT, rounds=5)
    assert (found.tries, found.total) == (0, 5)
    assert whatif.played(found)["trial"]["verdict"] == "too-few"


def test_nothing_of_the_second_half_is_known_to_the_model_that_foretells_it():
    steady, slower = (whatif.study(whatif.office(a_day=1, slower=days), CUT, rounds=5) for days in (0, 3))
    assert steady.play(0) == slower.play(0)  # the first half is the same, so is what it foretells
    assert steady.real != slower.real


def test_an_office_that_is_never_busy_is_not_played_slower_than_it_was():
    found = whatif.played(whatif.study(whatif.office(a_day=3, work=10), CUT, rounds=5))
    assert abs(found["real"]["mean"] - found["today"]["mean"][0]) < 0.12
    assert found["trial"]["promises"]["days"] == "good"
