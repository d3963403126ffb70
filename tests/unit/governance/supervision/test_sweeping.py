"""When a signal falls, on whom, once; and where none may fall."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import matters as cast
from tests.factories.matters import HALL, LIN, ORGAN, SUN, WU, ZHAO, at, opened, walked
from tests.factories.supervision import swept
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.supervision.models import Card, Clue, LateMark
from yiwang.governance.supervision.queries import evidence
from yiwang.matters import actions, queries
from yiwang.matters.models import Matter, MatterClock, Reprojection, Seat

pytestmark = pytest.mark.usefixtures("house")


def codes(**where):
    return sorted(Card.objects.filter(**where).values_list("code", flat=True))


def test_acceptance_warns_on_the_third_day_and_not_before():
    opened(day="2026-09-14")  # Monday; due on Sunday the 20th, a worked day
    assert swept("2026-09-16").warnings == 0
    assert swept("2026-09-17").warnings == 1
    assert codes() == ["R01"]


def test_acceptance_not_done_in_five_days_gets_a_yellow_card_although_the_system_accepted_meanwhile():
    matter = opened(day="2026-09-14")
    swept("2026-09-17")
    due = MatterClock.objects.get(matter_id=matter.id, clock="acceptance").due_on
    assert swept(due.isoformat()).yellow == 0
    actions.sweep(at=at("2026-09-21"))  # 视同受理 stops the clock before supervision looks
    assert MatterClock.objects.get(matter_id=matter.id, clock="acceptance").stopped_on == date(2026, 9, 21)
    assert swept("2026-09-21").yellow == 1
    card = Card.objects.get(code="R02")
    assert (card.organ_id, card.role, card.due_on, card.fell_on) == (ORGAN, "acceptor", due, date(2026, 9, 21))
    assert card.warned
    assert card.matter.process_id == "governance.card"
    assert any("届满" in sentence for sentence in card.proof)


def test_a_promise_warns_before_it_turns_yellow_and_the_law_turns_red_last():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    clocks = {row.clock: row.due_on for row in MatterClock.objects.filter(matter_id=matter.id)}
    seen = []
    for day in ("2026-08-10", "2026-08-11", "2026-08-12", "2026-08-13", "2026-08-31", "2026-09-01"):
        raised = swept(day)
        seen.append((raised.warnings, raised.yellow, raised.red))
    assert clocks["promised"] == date(2026, 8, 12)
    assert clocks["legal"] == date(2026, 8, 31)
    assert seen == [(0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1)]
    assert Card.objects.filter(signal__gt=1, warned=True).count() == 2
    assert codes(signal__gt=1) == ["R04", "R05"]


def test_a_second_sweep_raises_nothing_and_writes_no_line():
    walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    swept("2026-09-24")
    lines, cards = LedgerEntry.objects.count(), Card.objects.count()
    again = swept("2026-09-24")
    assert (again.warnings, again.yellow, again.red, again.clues) == (0, 0, 0, 0)
    assert (LedgerEntry.objects.count(), Card.objects.count()) == (lines, cards)


def test_where_promise_and_law_end_on_one_day_the_graver_speaks_alone():
    budgets = cast.BUDGETS | {"guide.promised_days": 20}
    walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03", budgets=budgets)
    swept("2026-09-01")
    assert codes(signal__gt=1) == ["R05"]


def test_history_and_what_was_written_down_late_is_marked_and_never_gets_a_card():
    matter = actions.open(
        process="services.licence",
        by=LIN,
        at=at("2026-08-03"),
        recorded_at=at("2026-09-20"),
        organ_id=ORGAN,
        title="食品经营许可 核发",
        party_id=9,
        chain="two-hands",
        budgets=cast.BUDGETS,
        organs={"hall": HALL, "accepting": ORGAN},
    )
    raised = swept("2026-09-24")
    assert (raised.yellow, raised.late) == (0, 1)
    assert LateMark.objects.get().about_id == matter.id
    assert Card.objects.count() == 0
    assert swept("2026-09-24").late == 0


def test_a_day_that_is_only_provisional_is_never_the_ground_of_a_card():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    MatterClock.objects.filter(matter_id=matter.id).update(provisional=True)
    raised = swept("2026-09-24")
    assert (raised.warnings, raised.yellow, raised.red) == (0, 0, 0)


def test_no_card_falls_while_clocks_are_projected_anew():
    walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    Reprojection.objects.create(revision=9, clocks=1, digest="", started_at=at("2026-09-24"))
    assert swept("2026-09-24").waiting
    assert Card.objects.count() == 0


def test_a_paused_clock_raises_nothing():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    actions.take(
        reference=matter.reference,
        step="begin-special",
        by=ZHAO,
        at=at("2026-08-04"),
        values=cast.WORDS["begin-special"] | {"expected-days": 60},
        also=cast.noticed,
    )
    raised = swept("2026-09-24")
    assert (raised.warnings, raised.yellow, raised.red) == (0, 0, 0)


def test_a_special_procedure_longer_than_its_notice_said_is_red():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    actions.take(
        reference=matter.reference,
        step="begin-special",
        by=ZHAO,
        at=at("2026-08-04"),
        values=cast.WORDS["begin-special"],  # eight working days: until 14 August
        also=cast.noticed,
    )
    assert swept("2026-08-14").red == 0
    assert swept("2026-08-17").red == 1
    assert swept("2026-08-18").red == 0
    card = Card.objects.get(signal=3)
    assert (card.code, card.due_on) == ("R05", date(2026, 8, 14))


def test_the_unit_that_held_the_step_on_the_last_day_is_charged_not_the_one_that_has_it_now():
    matter = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-14"), day="2026-08-03")
    Seat.objects.filter(matter_id=matter.id, seat="reviewer").update(organ_id=33, holder_id=1002)
    swept("2026-08-17")
    card = Card.objects.get(code="R04")
    assert (card.organ_id, card.role, card.holder_id) == (33, "reviewer", 1002)
    assert Matter.objects.get(pk=card.matter_id).organ_id == 33


def test_a_limit_exceeded_and_closed_between_two_sweeps_is_found():
    matter = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-05"), day="2026-08-03")
    swept("2026-08-05")
    actions.take(reference=matter.reference, step="grant", by=SUN, at=at("2026-08-20"), values=cast.WORDS["grant"])
    assert swept("2026-08-20").yellow == 1
    assert swept("2026-08-20").yellow == 0


def test_article_72_a_second_notice_with_a_new_demand_is_yellow_and_the_same_demand_again_is_not():
    def asked(codes_, day):
        actions.take(
            reference=matter.reference,
            step="ask-correction",
            by=ZHAO,
            at=at(day),
            also=lambda ctx: {"materials": codes_},
        )

    matter = opened(day="2026-09-14")
    asked(["layout"], "2026-09-14")
    actions.take(reference=matter.reference, step="hand-in-correction", by=LIN, at=at("2026-09-15"))
    asked(["layout"], "2026-09-15")
    assert swept("2026-09-15").yellow == 0
    actions.take(reference=matter.reference, step="hand-in-correction", by=LIN, at=at("2026-09-16"))
    asked(["layout", "lease"], "2026-09-16")
    assert swept("2026-09-16").yellow == 1
    card = Card.objects.get(code="R07")
    assert "lease" in card.proof[0]
    assert card.holder_id == 1002


def test_a_refusal_without_remedies_is_red():
    matter = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-04"), day="2026-08-03")
    values = {"opinion": "不同意发证，请看理由。", "reason": "经营场所不符合要求。", "remedies": "可以申请行政复议。"}
    actions.take(reference=matter.reference, step="deny", by=SUN, at=at("2026-08-05"), values=values)
    assert swept("2026-08-05").red == 0
    bad = cast.licence(version="2026.2", in_force={"from": date(2026, 8, 6)})
    for step in bad["step"]:
        if step["name"] == "deny":
            step["field"] = [field for field in step["field"] if field["name"] != "remedies"]
    cast.store(bad)
    matter = walked(("accept", ZHAO, "2026-08-10"), ("review", ZHAO, "2026-08-11"), day="2026-08-10")
    del values["remedies"]
    actions.take(reference=matter.reference, step="deny", by=SUN, at=at("2026-08-12"), values=values)
    assert swept("2026-08-12").red == 1
    assert "救济途径" in Card.objects.get(code="R08").proof[0]


def test_ways_of_keeping_the_clock_quiet_are_clues_and_no_cards():
    matter = walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    actions.take(
        reference=matter.reference,
        step="begin-special",
        by=ZHAO,
        at=at("2026-08-11"),  # promised until the 12th
        values=cast.WORDS["begin-special"],
        also=cast.noticed,
    )
    late = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-04"), day="2026-08-03")
    actions.take(
        reference=late.reference,
        step="grant",
        by=SUN,
        at=at("2026-08-12"),
        recorded_at=at("2026-08-14"),
        values=cast.WORDS["grant"],
    )
    loop = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-04"), day="2026-08-03")
    for day in ("2026-08-05", "2026-08-06", "2026-08-07"):
        words = {"opinion": "请补充现场核查情况后再报。"}
        actions.take(reference=loop.reference, step="send-back", by=SUN, at=at(day), values=words)
        actions.take(reference=loop.reference, step="review", by=ZHAO, at=at(day, 14), values=cast.WORDS["review"])
    swept("2026-08-14")
    assert sorted(Clue.objects.values_list("code", "about_id")) == [
        ("C01", matter.id),
        ("C03", loop.id),
        ("C04", late.id),
    ]
    shown = {clue.code: evidence(WU, clue) for clue in Clue.objects.all()}
    assert {code: proof.lines[-1].is_it for code, proof in shown.items()} == dict.fromkeys(("C01", "C03", "C04"), True)
    assert [line.late for line in shown["C04"].lines] == [False, False, False, True]
    assert shown["C03"].closed == []  # that is a burst's evidence


def test_twenty_matters_closed_in_ten_minutes_are_one_clue():
    for number in range(21):
        matter = walked(("accept", ZHAO, "2026-08-03"), ("review", ZHAO, "2026-08-04"), day="2026-08-03")
        actions.take(
            reference=matter.reference,
            step="terminate",
            by=SUN,
            at=at("2026-08-05", 16, number // 3),
            values={"opinion": "申请人死亡，依法终止。", "reason": "许可事项不再存在。"},
        )
        if number == 9:
            swept("2026-08-05", 16)  # a burst may reach over two sweeps
    swept("2026-08-05")
    clue = Clue.objects.get(code="C02")
    assert (clue.actor, clue.says) == (SUN.reference, "10分钟内连续办结20件。")
    assert len(evidence(WU, clue).closed) == 21  # three a minute: the twentieth and the one after it fell together


def test_sweeping_costs_the_same_number_of_questions_however_many_cases_there_are(django_assert_max_num_queries):
    for _ in range(12):
        walked(("accept", ZHAO, "2026-08-03"), day="2026-08-03")
    queries.inbox(ZHAO, date(2026, 9, 24))
    with django_assert_max_num_queries(60):
        assert swept("2026-08-11").warnings == 12
