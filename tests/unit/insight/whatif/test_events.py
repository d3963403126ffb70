"""The simulation itself, on offices small enough to reckon by hand, and what must hold whatever the office."""

from __future__ import annotations

import numpy as np
import pytest

from yiwang.insight.whatif.rules import events, measuring, scenarios
from yiwang.insight.whatif.rules.events import NOBODY, Hands, Path
from yiwang.kernel.refusal import Refusal

DAY = 390.0  # 08:30–12:00 and 14:30–17:30


def path(*tasks):
    """Steps one after the other, each ``(queue, days it lies, minute, work)``."""
    return Path(tuple(((*task, number),) for number, task in enumerate(tasks, 1)))


def run(arrivals, hands, queues=1):
    return events.run([(at, way, True) for at, way in arrivals], Hands(hands), queues, day=DAY)


def test_one_clerk_works_on_what_came_first_and_the_next_case_waits():
    way = path((0, 0, 0.0, 20.0))
    ran = run([(10.0, way), (15.0, way), (100.0, way)], ((0,),))
    assert [case[1] for case in ran.done] == [30.0, 50.0, 120.0]
    waits = ran.waits[0]
    assert (waits.tasks, waits.queued, waits.worked, ran.busy) == (3, 15.0, 60.0, [60.0])


def test_a_second_clerk_takes_the_waiting_case_at_once():
    way = path((0, 0, 0.0, 20.0))
    ran = run([(10.0, way), (15.0, way)], ((0,), (0,)))
    assert [case[1] for case in ran.done] == [30.0, 35.0]


def test_a_clerk_of_two_steps_takes_whatever_has_waited_longest():
    ran = run(
        [(0.0, path((0, 0, 0.0, 30.0))), (5.0, path((1, 0, 0.0, 10.0))), (1.0, path((0, 0, 0.0, 10.0)))], ((0, 1),), 2
    )
    assert [case[1] for case in ran.done] == [30.0, 50.0, 40.0]


def test_a_task_lies_until_a_minute_of_a_later_day_and_what_is_done_the_same_day_stays_on_it():
    later, same = (0, 2, 60.0, 5.0, 1), (0, 0, 0.5, 5.0, 1)
    assert events.ready(100.0, later, DAY) == 2 * DAY + 60
    assert events.ready(100.0, same, DAY) == 100 + (DAY - 5 - 100) / 2
    assert (
        events.ready(350.0, same, DAY) == 350 + (DAY - 5 - 350) / 2
    )  # half of what is left: before closing, not overnight
    assert events.ready(DAY, later, DAY) == 2 * DAY + 60  # closing time still belongs to the day


def test_what_nobody_works_on_waits_for_nobody():
    ran = run([(1.0, path((NOBODY, 0, 50 / 389, 0.0), (0, 0, 0.0, 10.0)))] * 2, ((0,),))
    assert [[round(at, 6) for at in case[1:]] for case in ran.done] == [[51.0, 61.0], [51.0, 71.0]]


def test_a_joint_stage_waits_for_both_and_two_steps_become_one():
    one_after_the_other = path((0, 1, 30.0, 10.0), (1, 1, 30.0, 10.0))
    beside, numbers = scenarios.beside(one_after_the_other, ("submit", "review", "inspect"), "review", "inspect")
    assert numbers == (1, 2)
    assert run([(0.0, one_after_the_other)], ((0,), (1,)), 2).done == [[0.0, DAY * 0 + 40, DAY + 40]]
    assert run([(0.0, beside)], ((0,), (1,)), 2).done == [[0.0, 40.0, 40.0]]
    assert scenarios.beside(one_after_the_other, ("submit", "review", "inspect"), "inspect", "review")[1] is None


def office(seed, many=400, clerks=4):
    """A busy invented office: two steps, ``clerks`` who do the first and two who do the second."""
    chance = np.random.default_rng(seed)
    arrivals = []
    for at in np.sort(chance.uniform(0, 20 * DAY, many)):
        tasks = [
            (
                queue,
                days := int(chance.integers(0, 3)),
                float(chance.uniform(0, 300 if days else 1)),
                float(chance.exponential(work)),
            )
            for queue, work in ((0, 70), (1, 30))
        ]
        arrivals.append((float(at), path(*tasks)))
    return arrivals, Hands((*[(0,)] * clerks, (1,), (1,)))


def mean_days(arrivals, hands):
    ran = run(arrivals, hands.serves, 2)
    return float(np.mean([max(case) - case[0] for case in ran.done])) / DAY


def test_more_clerks_are_never_worse_and_one_gone_is_never_better_in_expectation():
    before, more, fewer = [], [], []
    for seed in range(5):
        arrivals, hands = office(seed)
        chance = np.random.default_rng(seed)
        before.append(mean_days(arrivals, hands))
        more.append(mean_days(arrivals, scenarios.staffed(hands, [0], 1, chance)))
        fewer.append(mean_days(arrivals, scenarios.staffed(hands, [0], -1, chance)))
    assert np.mean(more) <= np.mean(before) < np.mean(fewer)
    assert np.mean(fewer) > 1.1 * np.mean(before)  # one of four clerks of a busy office is felt


def test_two_steps_beside_each_other_are_never_slower_in_expectation():
    names = ("submit", "review", "inspect")
    before, beside = [], []
    for seed in range(5):
        arrivals, hands = office(seed)
        before.append(mean_days(arrivals, hands))
        beside.append(
            mean_days([(at, scenarios.beside(way, names, "review", "inspect")[0]) for at, way in arrivals], hands)
        )
    assert np.mean(beside) < np.mean(before)
    assert all(one <= other + 0.05 for one, other in zip(beside, before, strict=True))


def test_whoever_goes_leaves_his_other_steps_to_those_who_stay_and_the_last_one_may_not_go():
    hands = Hands(((0, 1), (0,)))
    chance = np.random.default_rng(3)
    for _ in range(8):
        left = scenarios.staffed(hands, [0], -1, chance)
        assert left.of(0)
        assert left.of(1)
        assert sum(bool(serves) for serves in left.serves) == 1
    with pytest.raises(Refusal, match="没有人办了"):
        scenarios.staffed(hands, [0], -2, chance)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "kind"),
        ({"kind": "limit", "clock": "", "days": "3"}, "clock"),
        ({"kind": "limit", "clock": "promised", "days": "0"}, "days"),
        ({"kind": "limit", "clock": "promised", "days": "三"}, "days"),
        ({"kind": "limit", "clock": "promised", "days": "9999999"}, "days"),
        ({"kind": "parallel", "first": "review", "second": "review"}, "pair"),
        ({"kind": "clerks", "step": "review", "number": "0"}, "number"),
        ({"kind": "clerks", "step": "", "number": "-1"}, "step"),
        ({"kind": "clerks", "step": "review", "number": "-21"}, "number"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_its_field(given, field):
    with pytest.raises(Refusal) as refused:
        scenarios.change(given)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_change_is_kept_as_it_was_asked():
    for given in (
        {"kind": "limit", "clock": "promised", "days": 3},
        {"kind": "parallel", "first": "review", "second": "inspect"},
        {"kind": "clerks", "step": "review", "number": -1},
    ):
        assert scenarios.change(given).as_dict() == given


def measured(deeds, **more):
    """Deeds ``(case, minute, hand)`` of one queue."""
    case, minute, hand = (np.array(column) for column in zip(*deeds, strict=True))
    rule = measuring.Work(**{"most": 60.0, "few": 2, "usual": 20.0, **more})
    queue = np.where(hand < 0, -1, 0)
    return measuring.measure(case, minute.astype(float), hand, queue, day=DAY, queues=1, rule=rule)


def test_work_is_the_gap_between_two_tasks_of_one_hand_and_the_rest_is_queueing_or_lying():
    # three cases come at opening; one clerk finishes them at 100, 110 and 120; the gaps of ten minutes are his work
    found = measured([(0, 0.01, -1), (0, 100.0, 7), (1, 0.01, -1), (1, 110.0, 7), (2, 0.01, -1), (2, 120.0, 7)])
    assert (found.pace[0], found.own[0]) == (pytest.approx(10), 2)
    assert found.work[[1, 3, 5]].tolist() == pytest.approx([10, 10, 10])
    assert found.queued[[1, 3, 5]].tolist() == pytest.approx([0, 10, 20])
    assert found.minutes[[1, 3, 5]].tolist() == pytest.approx([89.99 / (DAY - 10.01)] * 3)


def test_where_too_few_gaps_were_seen_the_packs_minutes_are_taken():
    found = measured([(0, 0.01, -1), (0, 100.0, 7), (1, 0.01, -1), (1, 110.0, 7)], few=5)
    assert (found.pace[0], found.own[0]) == (20.0, 0)


def test_a_night_is_no_work_and_a_case_that_lay_over_it_lay_a_day():
    found = measured([(0, 100.0, -1), (0, DAY + 30.0, 7), (1, 100.0, -1), (1, DAY + 40.0, 7)])
    assert found.days.tolist() == [0, 1, 0, 1]
    assert found.work[1] <= 30.0


def test_what_is_measured_is_what_the_simulation_gives_back():
    """A history played again from its own measurements ends on the days it ended on."""
    arrivals, hands = office(1, many=200)
    ran = run(arrivals, hands.serves, 2)
    case, minute, hand, queue = [], [], [], []
    for number, done in enumerate(ran.done):
        for step, at in enumerate(done):
            case.append(number)
            minute.append(at)
            hand.append(-1 if step == 0 else step)  # one pair of hands a step: the ledger does not say more
            queue.append(step - 1)
    rule = measuring.Work(most=200, few=20, usual=20)
    found = measuring.measure(
        np.array(case), np.array(minute), np.array(hand), np.array(queue), day=DAY, queues=2, rule=rule
    )
    again = []
    for number, (at, way) in enumerate(arrivals):
        base = number * 3
        tasks = [
            (
                step,
                int(found.days[base + 1 + step]),
                float(found.minutes[base + 1 + step]),
                float(found.work[base + 1 + step]),
            )
            for step in range(2)
        ]
        again.append((at, path(*tasks)))
        assert len(way.stages) == 2
    replayed = run(again, ((0,), (1,)), 2)
    before = [np.ceil(done[-1] / DAY) - np.ceil(done[0] / DAY) for done in ran.done]
    after = [np.ceil(done[-1] / DAY) - np.ceil(done[0] / DAY) for done in replayed.done]
    assert abs(np.mean(after) - np.mean(before)) < 0.1
    assert np.mean(np.abs(np.array(after) - np.array(before)) <= 1) > 0.97
