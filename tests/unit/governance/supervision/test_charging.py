"""Whom a signal is charged to, what falls with an upheld appeal, and which rule a clock calls by its kind."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from tests.factories import matters as cast
from tests.factories.matters import ORGAN, SUN, WU, ZHAO, at, walked
from tests.factories.supervision import swept
from yiwang.governance.supervision import rules
from yiwang.governance.supervision.kinds import SupervisionRule
from yiwang.governance.supervision.models import Card
from yiwang.matters import actions
from yiwang.matters import queries as matters
from yiwang.matters.models import Seat

RULES = sorted((cast.NATIONAL / "supervision").glob("*.toml"))
OTHER = 33


def sitting(organ_id, seat="reviewer", clock="", since="2026-08-03", until=None):
    return rules.Sitting(
        seat, organ_id, "reviewer", None, clock, at(since), at(until, 17) if until is not None else None
    )


def units(sittings, clock="legal", last_on=date(2026, 8, 31)):
    return [one.organ_id for one in rules.all_charged(sittings, clock, last_on, 7)]


def test_in_parallel_review_every_unit_that_had_not_finished_is_charged_and_the_others_are_not():
    assert units([sitting(1), sitting(2), sitting(3, until="2026-08-28"), sitting(4, since="2026-09-01")]) == [1, 2]


def test_a_unit_with_several_seats_is_charged_once_and_a_stage_only_through_its_own_seat():
    assert units([sitting(1), sitting(1, "chief"), sitting(2)]) == [1, 2]
    assert units([sitting(1), sitting(2, clock="stage-b")], clock="stage-b") == [2]
    assert units([]) == [7]


def test_rules_leave_to_another_what_the_other_speaks_about():
    declared = {path.stem.partition(".")[2]: tomllib.loads(path.read_text(encoding="utf-8")) for path in RULES}
    found = {name: SupervisionRule.model_validate(one) for name, one in declared.items()}

    def speaking(process, clock, kind):
        covering = {one.code for one in found.values() if one.signal != "warning" and one.covers(process, clock, kind)}
        warning = {one.code for one in found.values() if one.signal == "warning" and one.covers(process, clock, kind)}
        return covering, warning

    assert speaking("services.rating", "mend", "stage") == ({"R13"}, {"R03"})
    assert speaking("services.rating", "call", "callback") == ({"R13"}, {"R03"})
    assert speaking("governance.hotline", "handle", "order") == ({"R13"}, {"R03"})
    assert speaking("governance.anything-new", "handle", "order") == ({"R13"}, {"R03"})  # no code, no rule of its own
    assert speaking("services.licence", "promised", "promised") == ({"R04"}, {"R03"})


def inspected_by_two_units():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    actions.take(
        reference=matter.reference,
        step="assign-inspectors",
        by=ZHAO,
        at=at("2026-08-04"),
        values={"matters": "经营场所与布局图是否一致。"},
    )
    Seat.objects.filter(matter_id=matter.id, seat="inspector-b").update(organ_id=OTHER)
    return matter


@pytest.mark.usefixtures("house")
def test_both_units_are_warned_and_both_get_the_card_each_once():
    matter = inspected_by_two_units()
    assert swept("2026-08-11").warnings == 2
    assert swept("2026-08-17").yellow == 2
    assert swept("2026-08-18").yellow == 0
    found = Card.objects.filter(about_id=matter.id, code="R04")
    assert sorted(found.values_list("organ_id", "seat", "warned")) == [
        (ORGAN, "inspector-a", True),
        (OTHER, "inspector-b", True),
    ]


@pytest.mark.usefixtures("house")
def test_supervisors_see_a_matter_once_a_unit_however_many_of_its_people_sit_on_it():
    matter = inspected_by_two_units()
    swept("2026-08-17")
    seats = Seat.objects.filter(closed_at=None)
    page = matters.open_by_due(WU, date(2026, 8, 17))
    assert [(row.reference, row.organ_id) for row in page.rows].count((matter.reference, ORGAN)) == 1
    assert len(page.rows) == len({(seat.matter_id, seat.organ_id) for seat in seats}) < seats.count()
    first = matters.open_by_due(WU, date(2026, 8, 17), size=2)
    second = matters.open_by_due(WU, date(2026, 8, 17), size=2, cursor=first.next)
    assert [row.seat for row in first.rows + second.rows] == [row.seat for row in page.rows]


@pytest.mark.usefixtures("house")
def test_a_charge_outside_the_list_is_red_and_one_on_it_is_not():
    matter = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-04"), day="2026-08-03")

    def sent_back(day, **detail):
        words = {"opinion": "请补充现场核查情况后再报。"}
        take = actions.take(
            reference=matter.reference, step="send-back", by=SUN, at=at(day), values=words, also=lambda ctx: detail
        )
        actions.take(reference=matter.reference, step="review", by=ZHAO, at=at(day, 14), values=cast.WORDS["review"])
        return take

    sent_back("2026-08-05")
    assert swept("2026-08-05").red == 0
    sent_back("2026-08-06", fees_outside=["no-published-fee"])
    assert swept("2026-08-06").red == 1
    card = Card.objects.get(code="R10")
    assert (card.proof, card.holder_id) == (["向申请人收费：办事指南没有公布收费。"], SUN.account_id)
