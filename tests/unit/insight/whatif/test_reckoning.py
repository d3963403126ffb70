"""Days, cards and verdicts: the calendar's working days, the pack's rules, and a model that is told when it is wrong."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from types import SimpleNamespace

import numpy as np
import pytest
from django.conf import settings

from yiwang.foundation.calendar import documents, rules
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.whatif.rules import judging, trial
from yiwang.insight.whatif.rules.events import Path
from yiwang.insight.whatif.rules.fitting import fitted
from yiwang.insight.whatif.rules.histories import Way
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.insight.whatif.rules.reckoning import Limit, Reckoner, due_natural, watches
from yiwang.insight.whatif.rules.trial import Demands, Past

SESSIONS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
TABLE = rules.build(documents.read_all([settings.ROOT / "packs" / "national"]))
DEMANDS = Demands(least=50, distance=0.08, points=0.5, days=1, cards=2, volume=20, few_cards=10)


def micros(*when):
    return int(datetime(*when, tzinfo=SHANGHAI).timestamp() * 1_000_000)


def hours(*moments):
    work = WorkTime(TABLE, SESSIONS, since=date(2025, 1, 1), until=date(2025, 12, 31))
    return work, work.minutes(np.array([micros(*one) for one in moments]))


def test_nights_weekends_and_holidays_take_no_working_time_and_a_make_up_sunday_does():
    work, at = hours(
        (2025, 1, 24, 17, 0),  # a Friday before the spring festival
        (2025, 1, 26, 9, 30),  # a Sunday worked in exchange for the festival
        (2025, 1, 29, 11, 0),  # the festival itself
        (2025, 2, 5, 8, 30),  # the first day after it
        (2025, 2, 5, 13, 0),  # lunch
    )
    assert (work.day, [round(float(b - a), 1) for a, b in itertools.pairwise(at)]) == (
        390.0,
        [90.0, 720.0, 0.0, 210.0],
    )
    assert np.diff(work.ordinals(at)).tolist() == [1, 1, 1, 0]
    assert work.opening(date(2025, 1, 29)) == work.opening(date(2025, 2, 5))


def rule(signal, **more):
    given = {"watches": "clock", "clocks": [], "kinds": [], "besides": [], "within": None, "long_from": 0, "long_percent": 0,
             "unless_kind": "", "within_reach": lambda process: True}  # fmt: skip
    return SimpleNamespace(signal=signal, **{**given, **more})


RULES = watches(
    [
        rule("warning", kinds=["promised"], within=1, long_from=20, long_percent=20),
        rule("yellow", clocks=["acceptance"]),
        rule("yellow", kinds=["promised"], unless_kind="legal"),
        rule("red", kinds=["legal"], besides=["acceptance"]),
        rule("clue", watches="line"),
        rule("yellow", kinds=["promised"], within_reach=lambda process: False),
    ],
    "services.licence",
)
ACCEPTANCE = Limit("acceptance", "legal", 5, False, 0, 1)
PROMISED, LEGAL = Limit("promised", "promised", 5, False, 1, 2), Limit("legal", "legal", 10, False, 1, 2)


@pytest.mark.parametrize(
    ("ordinals", "on_time", "signals"),
    [
        ((100, 101, 104), True, (0, 0, 0)),
        ((100, 101, 105), True, (1, 0, 0)),  # a day was left
        ((100, 101, 106), True, (1, 0, 0)),
        ((100, 101, 107), False, (1, 1, 0)),
        ((100, 106, 107), True, (0, 1, 0)),  # accepted too late
        ((100, 101, 112), False, (1, 1, 1)),  # the promise ended before the law's limit did: both speak
    ],
)
def test_cards_fall_as_the_packs_rules_say(ordinals, on_time, signals):
    found = Reckoner(TABLE, RULES).outcome(ordinals, 2, (ACCEPTANCE, PROMISED, LEGAL))
    assert (found.on_time, tuple(found.signals.values())) == (on_time, signals)
    assert found.days == ordinals[2] - ordinals[0]


def test_a_promise_is_silent_where_the_laws_own_limit_ended_no_later():
    same = Limit("legal", "legal", 5, False, 1, 2)
    found = Reckoner(TABLE, RULES).outcome((100, 101, 110), 2, (PROMISED, same))
    assert tuple(found.signals.values()) == (1, 0, 1)


def test_time_that_stood_still_is_not_counted_and_natural_days_roll_to_a_working_day():
    paused = Limit("promised", "promised", 5, False, 0, 3, pauses=((1, 2),))
    assert Reckoner(TABLE, RULES).outcome((100, 101, 104, 108), 3, (paused,)).on_time
    assert not Reckoner(TABLE, RULES).outcome((100, 101, 104, 109), 3, (paused,)).on_time
    friday = TABLE.ordinal(date(2025, 9, 26))
    natural = Limit("promised", "promised", 5, True, 0, 1)  # ends on 1 October: rolls to the 9th
    back = TABLE.ordinal(date(2025, 10, 9))
    assert Reckoner(TABLE, RULES).outcome((friday, back), 1, (natural,)).on_time
    assert not Reckoner(TABLE, RULES).outcome((friday, back + 1), 1, (natural,)).on_time


def test_a_limit_cut_never_lowers_cards_and_leaves_the_days_alone():
    chance = np.random.default_rng(5)
    cases = [(100, 100 + int(a), 100 + int(a) + int(b)) for a, b in chance.integers(0, 12, (300, 2))]
    before = None
    for days in (12, 8, 5, 3, 1):
        found = [
            Reckoner(TABLE, RULES, {"promised": days}).outcome(one, 2, (ACCEPTANCE, PROMISED, LEGAL)) for one in cases
        ]
        cards = sum(one.signals["yellow"] + one.signals["red"] for one in found)
        late = sum(not one.on_time for one in found)
        assert [one.days for one in found] == [one[2] - one[0] for one in cases]
        assert before is None or (cards >= before[0] and late >= before[1])
        before = cards, late
    assert before[0] > 100


def summary(days, yellow=0, on_time=None):
    counts = {str(value): list(days).count(value) for value in sorted(set(days))}
    many = len(days)
    return {"days": counts, "on_time": many if on_time is None else on_time,
            "signals": {"warning": 0, "yellow": yellow, "red": 0}, "steps": {"review": [many, 600.0, 60.0, 30.0, 0.4]}}  # fmt: skip


def drawn(seed, many=400, longer=0):
    return summary((np.random.default_rng(seed).poisson(4, many) + longer).tolist())


def judge(happened, **more):
    """Twenty rounds taught with the half before; the whole period is twice that half."""
    foretold = [drawn(seed) for seed in range(20)]
    given = {
        "half": happened,
        "whole": happened,
        "reckoned": happened,
        "undecided": 0,
        "learned": 400,
        "learned_cards": 0,
    }
    return trial.judged(foretold, more.pop("replayed", foretold), Past(**(given | more)), DEMANDS)


def test_a_model_that_foretells_what_happened_is_believed_and_no_cards_prove_nothing_about_cards():
    found = judge(drawn(99))
    assert (found["verdict"], len(found["checks"])) == ("good", 11)
    assert all(check["kept"] for check in found["checks"])
    assert "可以参考" in found["says"]
    assert found["promises"]["cards"] == "too-few"
    assert "黄牌和红牌样本不足" in found["says"]


def carded(happened, cards):
    return {**happened, "signals": {"warning": 0, "yellow": cards, "red": 0}}


@pytest.mark.parametrize(
    ("happened", "more", "promise", "named"),
    [
        (drawn(99, longer=3), {}, "days", "推算后半段：用时分布"),
        (drawn(99, longer=3), {}, "days", "推算后半段：用时中位数"),
        ({**drawn(99), "on_time": 300}, {}, "on_time", "推算后半段：按时办结率"),
        (carded(drawn(99), 9), {}, "cards", "推算后半段：黄牌"),
        (drawn(99), {"undecided": 300}, "days", "推算后半段：收件"),
        (drawn(99), {"reckoned": carded(drawn(99), 3)}, "cards", "按规则重算"),
        # the half is foretold, and the year played again brings cards nobody got
        (drawn(99), {"replayed": [carded(drawn(seed), 8) for seed in range(20)]}, "cards", "全年重演：黄牌"),
        (drawn(99), {"replayed": [{**drawn(seed), "on_time": 392} for seed in range(20)]}, "on_time", "全年重演：按时"),
    ],
)
def test_a_model_that_is_wrong_is_called_so_by_what_it_got_wrong(happened, more, promise, named):
    found = judge(happened, **more)
    assert (found["verdict"], found["promises"][promise]) == ("poor", "poor")
    assert any(named in check["title"] for check in found["checks"] if not check["kept"])
    assert f"不可信：{trial.PROMISES[promise]}" in found["says"]


def test_what_is_right_stays_believed_beside_what_is_wrong():
    found = judge(carded(drawn(99), 9))
    assert {name: found["promises"][name] for name in ("days", "on_time", "cards")} == {
        "days": "good", "on_time": "good", "cards": "poor"}  # fmt: skip


@pytest.mark.parametrize(("learned", "many"), [(49, 400), (400, 49)])
def test_too_few_cases_give_no_figure_that_pretends(learned, many):
    found = judge(drawn(99, many=many), learned=learned)
    assert (found["verdict"], found["checks"]) == ("too-few", [])
    assert set(found["promises"].values()) == {"too-few"}
    assert "样本不足" in found["says"]


# -- terms of natural days on other days ------------------------------------------------------------------------------------

TERM = Limit("promised", "promised", 5, True, 0, 1)


def way(came, days, *limits):
    """One step, done so many working days after the case came."""
    first = TABLE.ordinal(came)
    path = Path((((0, days, 60.0 if days else 0.5, 5.0, 1),),))
    return Way(path, ("accept", "grant"), 1, limits or (TERM,), came.toordinal(), first, (first, first + days))


def days_of(way):
    return way.path.stages[0][0][1]


@pytest.mark.parametrize(
    ("came", "took", "again", "takes"),
    [
        (date(2026, 6, 8), 5, date(2026, 6, 8), 5),  # Monday to the Monday after its Saturday
        (date(2026, 6, 8), 5, date(2026, 6, 10), 3),  # on its last day again: Wednesday to Monday
        (date(2026, 6, 10), 3, date(2026, 6, 8), 5),
        (date(2026, 6, 10), 4, date(2026, 6, 8), 6),  # late by a day there as well
        (date(2026, 6, 8), 0, date(2026, 6, 10), 0),
    ],
)
def test_a_way_uses_the_share_of_a_term_of_natural_days_that_it_used(came, took, again, takes):
    there = TABLE.ordinal(again)
    found = fitted(way(came, took), again.toordinal(), there, TABLE)
    assert days_of(found) == takes
    before = Reckoner(TABLE, RULES).outcome(
        (TABLE.ordinal(came), TABLE.ordinal(came) + took), 1, (TERM,), on=came.toordinal()
    )
    after = Reckoner(TABLE, RULES).outcome((there, there + takes), 1, (TERM,), on=again.toordinal())
    assert before.on_time == after.on_time


def test_of_two_terms_that_rolled_to_the_same_day_both_are_kept_again():
    legal = Limit("legal", "legal", 7, True, 0, 1)
    came, again = date(2025, 9, 30), date(2026, 6, 9)  # before the national days: both end when offices open again
    long = fitted(way(came, 1, legal, TERM), again.toordinal(), TABLE.ordinal(again), TABLE)
    assert TABLE.ordinal(again) + days_of(long) == due_natural(TABLE, 0, 5, again.toordinal())


def test_working_days_are_nobody_s_to_fit():
    plain = way(date(2026, 6, 8), 5, Limit("promised", "promised", 5, False, 0, 1))
    assert fitted(plain, date(2026, 6, 10).toordinal(), TABLE.ordinal(date(2026, 6, 10)), TABLE) is plain


def test_a_term_begun_by_what_came_on_a_rest_day_counts_from_that_day():
    saturday = date(2026, 6, 6)
    start = TABLE.ordinal(saturday)  # of the Friday before
    found = Reckoner(TABLE, RULES).outcome((start, start + 4), 1, (TERM,), on=saturday.toordinal())
    assert found.on_time  # Saturday + 5 is Thursday
    assert not Reckoner(TABLE, RULES).outcome((start, start + 4), 1, (TERM,)).on_time


def test_distances_of_two_distributions_are_what_a_hand_reckons():
    assert judging.distances({"1": 1, "2": 1}, {"1": 50, "2": 50}) == (0, 0)
    apart, days = judging.distances({"1": 1}, {"3": 1})
    assert (apart, days) == (1, 2)  # every case two days later


def test_an_interval_holds_its_mean_and_the_bottleneck_is_where_most_waiting_is():
    found = judging.described([drawn(seed) for seed in range(20)])
    for name in ("median", "mean", "on_time", "yellow"):
        mean, low, high = found[name]
        assert low <= mean <= high
    assert found["days"]
    assert abs(sum(found["days"].values()) - 100) < 0.1
    assert (
        judging.bottleneck({"accept": [5, 100, 900, 1, 0], "review": [5, 999, 0, 1, 0], "": [1, 9e9, 0, 0, 0]})
        == "accept"
    )
    assert judging.bottleneck({}) == ""


def test_no_change_gives_no_difference():
    rounds = [drawn(seed) for seed in range(5)]
    assert all(value == [0, 0, 0] for value in judging.differences(rounds, rounds).values())
