"""Seats: claimed, assigned, put back, handed over; joins of parallel reviews."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.factories import matters as cast
from tests.factories import organs as people
from tests.factories.matters import LI, LIN, ORGAN, OTHER, QIAN, SUN, WORDS, WU, ZHAO, ZHENG, at, opened, staff
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed, Refusal, Stale
from yiwang.matters import actions, queries
from yiwang.matters.models import Matter, Seat, StepText

pytestmark = pytest.mark.usefixtures("house")
JOINT = tomllib.loads((Path(__file__).parent / "joint.toml").read_text(encoding="utf-8"))
A, B = staff(21, "reviewer"), staff(22, "reviewer", organ_id=OTHER)
DAY = at("2026-09-25")


def joint(chain="two"):
    cast.store(JOINT)
    matter = actions.open(
        process="test.joint",
        organ_id=ORGAN,
        title="并联",
        party_id=9,
        chain=chain,
        organs={"second": OTHER},
        by=LIN,
        at=at("2026-09-24"),
    )
    return actions.take(reference=matter.reference, step="accept", by=ZHAO, at=DAY)


def test_a_claimed_seat_is_nobody_elses():
    matter = opened()
    with pytest.raises(NotAllowed):
        actions.claim(reference=matter.reference, seat="acceptor", by=ZHENG, at=DAY)
    actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY)
    with pytest.raises(NotAllowed) as refused:
        actions.claim(reference=matter.reference, seat="acceptor", by=ZHAO, at=DAY)
    assert refused.value.code == "held-by-other"
    with pytest.raises(NotAllowed) as held:
        actions.take(reference=matter.reference, step="accept", by=ZHAO, at=DAY)
    assert held.value.code == "held-by-other"
    again = actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY)
    assert again.version == 2  # claiming what one holds changes nothing
    assert actions.take(reference=matter.reference, step="accept", by=QIAN, at=DAY).state == "under-review"


def test_a_seat_goes_back_to_the_queue_by_its_holder_or_whoever_assigns():
    matter = opened()
    with pytest.raises(Refusal) as nobody:
        actions.release(reference=matter.reference, seat="acceptor", by=SUN, at=DAY)
    assert nobody.value.code == "not-held"
    actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY)
    with pytest.raises(NotAllowed):
        actions.release(reference=matter.reference, seat="acceptor", by=ZHAO, at=DAY)
    actions.release(reference=matter.reference, seat="acceptor", by=SUN, at=DAY)
    assert Seat.objects.get(matter_id=matter.id, closed_at=None).holder_id is None
    events = LedgerEntry.objects.filter(subject=matter.subject).order_by("ordinal").values_list("event", flat=True)
    assert list(events)[1:] == ["matters.claimed", "matters.released"]


def test_a_seat_is_assigned_only_to_somebody_with_the_post():
    organ = people.organ()
    fit, unfit = people.staff(organ), people.staff(organ)
    people.post(fit, "acceptor")
    chief = staff(31, "decider", organ_id=organ.pk)
    matter = opened(organ_id=organ.pk, organs={"accepting": organ.pk})
    with pytest.raises(NotAllowed):
        actions.assign(
            reference=matter.reference,
            seat="acceptor",
            to_account_id=fit.pk,
            by=staff(32, "acceptor", organ_id=organ.pk),
            at=DAY,
        )
    with pytest.raises(Refusal) as refused:
        actions.assign(reference=matter.reference, seat="acceptor", to_account_id=unfit.pk, by=chief, at=DAY)
    assert refused.value.code == "no-such-post"
    actions.assign(reference=matter.reference, seat="acceptor", to_account_id=fit.pk, by=chief, at=DAY)
    assert Seat.objects.get(matter_id=matter.id, closed_at=None).holder_id == fit.pk
    assert [each.reference for each in names.hook["organs.seats-held"](account_id=fit.pk)] == [matter.reference]


def test_a_matter_goes_to_another_organ_with_its_reason_and_its_clocks():
    matter = opened(organs={})
    with pytest.raises(Refusal) as silent:
        actions.transfer(reference=matter.reference, to_organ_id=OTHER, reason=" ", by=SUN, at=DAY)
    assert silent.value.code == "reason"
    with pytest.raises(NotAllowed):
        actions.transfer(reference=matter.reference, to_organ_id=OTHER, reason="属其职责", by=ZHAO, at=DAY)
    moved = actions.transfer(reference=matter.reference, to_organ_id=OTHER, reason="属其职责", by=SUN, at=DAY)
    assert (moved.organ_id, [seat.organ_id for seat in moved.seats]) == (OTHER, [OTHER])
    assert [row.due_on for row in moved.clocks] == [row.due_on for row in matter.clocks]


def test_parallel_reviews_join_before_the_decision():
    matter = joint()
    assert sorted(seat.seat for seat in matter.seats) == ["review-a", "review-b"]
    with pytest.raises(NotAllowed):
        actions.take(reference=matter.reference, step="grant", by=SUN, at=DAY)
    with pytest.raises(NotAllowed):
        actions.take(reference=matter.reference, step="review-b", by=A, at=DAY, values=WORDS["review-b"])
    matter = actions.take(reference=matter.reference, step="review-b", by=B, at=DAY, values=WORDS["review-b"])
    assert [seat.seat for seat in matter.seats] == ["review-a"]
    with pytest.raises(Refusal):
        actions.take(reference=matter.reference, step="review-b", by=B, at=DAY, values=WORDS["review-b"])
    matter = actions.take(reference=matter.reference, step="review-a", by=A, at=DAY, values=WORDS["review-a"])
    assert [seat.seat for seat in matter.seats] == ["decider"]
    assert actions.take(reference=matter.reference, step="grant", by=SUN, at=DAY).state == "done"


def test_three_pairs_of_hands_where_the_guide_wants_three():
    matter = joint("three")
    actions.take(reference=matter.reference, step="review-a", by=A, at=DAY, values=WORDS["review-a"])
    matter = actions.take(reference=matter.reference, step="review-b", by=B, at=DAY, values=WORDS["review-b"])
    assert [seat.seat for seat in matter.seats] == ["checker"]
    for early in (SUN, LI):
        with pytest.raises(NotAllowed):
            actions.take(reference=matter.reference, step="grant", by=early, at=DAY)
    matter = actions.take(reference=matter.reference, step="check", by=SUN, at=DAY)
    assert [seat.seat for seat in matter.seats] == ["signer"]
    with pytest.raises(NotAllowed):
        actions.take(reference=matter.reference, step="grant", by=SUN, at=DAY)
    assert actions.take(reference=matter.reference, step="grant", by=LI, at=DAY).state == "done"


def test_a_round_that_goes_on_keeps_what_was_given_and_a_new_round_does_not():
    matter = joint()
    actions.take(reference=matter.reference, step="review-a", by=A, at=DAY, values=WORDS["review-a"])
    actions.take(reference=matter.reference, step="pause", by=B, at=DAY)
    matter = actions.take(reference=matter.reference, step="go-on", by=ZHAO, at=DAY)
    assert [seat.seat for seat in matter.seats] == ["review-b"]
    actions.take(reference=matter.reference, step="pause", by=B, at=DAY)
    matter = actions.take(reference=matter.reference, step="start-over", by=ZHAO, at=DAY)
    assert sorted(seat.seat for seat in matter.seats) == ["review-a", "review-b"]


def test_a_clock_stands_still_outside_its_states():
    matter = joint()
    matter = actions.take(reference=matter.reference, step="pause", by=B, at=at("2026-09-28"))
    days = {row.clock: row.due_on for row in matter.clocks}
    assert days["stage"] is None
    assert days["legal"] is not None
    matter = actions.take(reference=matter.reference, step="go-on", by=ZHAO, at=at("2026-10-12"))
    assert {row.clock: row.due_on for row in matter.clocks}["stage"] == date(2026, 10, 14)


def test_a_child_is_opened_only_where_the_process_says_so_and_while_the_parent_is_open():
    parent = joint()
    child = {"process": "services.licence", "organ_id": ORGAN, "title": "子件", "party_id": 9, "chain": "two-hands"}
    with pytest.raises(Refusal) as refused:
        actions.open(**child, parent=parent.reference, by=LIN, at=DAY)
    assert refused.value.code == "cannot-open-here"
    joined = child | {"process": "test.joint", "chain": "two"}
    born = actions.open(**joined, parent=parent.reference, by=LIN, at=DAY)
    assert Matter.objects.get(pk=born.id).parent_id == parent.id
    actions.take(reference=parent.reference, step="drop", by=LIN, at=DAY)
    with pytest.raises(Refusal):
        actions.open(**joined, parent=parent.reference, by=LIN, at=DAY)


def test_who_leaves_gives_the_seats_back_or_names_a_successor():
    first, second = opened(), opened()
    for matter in (first, second):
        actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY)
    release = names.hook["organs.release-seats"]
    assert release(account_id=QIAN.account_id, successor_id=ZHAO.account_id, by=SYSTEM, at=DAY) == 2
    assert set(Seat.objects.filter(closed_at=None).values_list("holder_id", flat=True)) == {ZHAO.account_id}
    release(account_id=ZHAO.account_id, successor_id=None, by=SYSTEM, at=DAY)
    assert set(Seat.objects.filter(closed_at=None).values_list("holder_id", flat=True)) == {None}


def test_a_merged_organ_hands_its_open_matters_on_and_keeps_its_past():
    past, present = opened(organs={}), opened(organs={})
    actions.take(reference=past.reference, step="withdraw", by=LIN, at=DAY)
    hook = names.hook["organs.succeeded.matters"]
    moved = hook(
        old_id=ORGAN, new_id=OTHER, from_day=date(2026, 9, 25), kind="merger", account_ids=[], by=SYSTEM, at=DAY
    )
    assert moved == 1
    assert Matter.objects.get(pk=past.id).organ_id == ORGAN
    assert Matter.objects.get(pk=present.id).organ_id == OTHER
    assert Seat.objects.get(matter_id=present.id).organ_id == OTHER


def test_a_supervisor_urges_and_those_whose_turn_it_is_are_told():
    matter = opened()
    with pytest.raises(NotAllowed):
        actions.urge(reference=matter.reference, text="请抓紧", by=ZHAO, at=DAY)
    actions.urge(reference=matter.reference, text="还剩一天，请抓紧办理", by=WU, at=DAY)
    assert [row.urged for row in queries.inbox(ZHAO, date(2026, 9, 25)).rows] == [True]
    assert StepText.objects.get(matter_id=matter.id).text == "还剩一天，请抓紧办理"


def test_a_stale_page_neither_claims_nor_assigns():
    matter = opened()
    actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY)
    with pytest.raises(Stale):
        actions.release(reference=matter.reference, seat="acceptor", by=QIAN, at=DAY, version=1)
