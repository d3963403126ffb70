"""An order through its life: limits by kind, returns with grounds, rulings, merging, parts, the reply, the call-back, 研判."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import ANSWER, CITY, DAY, DISPATCHER, HOUSING, OPERATOR, RULER, VISITOR, order, take
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.models import Order, Part, Ruling
from yiwang.governance.supervision import actions as supervision
from yiwang.governance.supervision.models import Card
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as matters_asked
from yiwang.matters.models import Matter, MatterClock
from yiwang.services.ratings.models import Occasion


@pytest.fixture(autouse=True)
def _county(county):
    """The hotline's office, departments with handlers of orders."""


def due(reference, clock="handle"):
    return MatterClock.objects.get(matter__reference=reference, clock=clock).due_on


def state(reference):
    return Matter.objects.get(reference=reference).state


def refused(code, step, reference, who, day=DAY, hour=11, **values):
    with pytest.raises(Refusal) as caught:
        take(reference, step, who, day, hour, **values)
    assert caught.value.code == code


def drained(day=DAY):
    matters.drain(at=cast.at(day, 18))


# -- limits -------------------------------------------------------------------------------------------------------------


def test_each_kind_has_its_limit_and_a_firm_and_an_urgent_order_shorter_ones():
    assert due(hotline.recorded(kind="enquiry")) == date(2026, 9, 23)
    assert due(hotline.recorded(kind="help")) == date(2026, 10, 12)  # ten working days around 国庆
    assert due(hotline.recorded(kind="complaint")) == date(2026, 10, 19)
    firm = hotline.recorded(kind="complaint", firm=True)
    assert due(firm) == date(2026, 9, 28)  # the Sunday before 国庆 is no working day, the 25th is 中秋
    assert order(firm).respond_by_at == cast.at(DAY, 11)  # one working hour after ten
    assert due(hotline.recorded(urgent=True)) == date(2026, 9, 22)


def test_an_urgent_order_and_its_parts_stand_first_in_everybodys_inbox():
    hotline.recorded(kind="enquiry")
    reference = hotline.recorded(urgent=True)
    row = matters_asked.inbox(cast.staff(DISPATCHER, DAY), date.fromisoformat(DAY)).rows[0]
    assert (row.reference, row.urgent) == (reference, True)
    part = actions.split(
        reference=reference, organ="housing", task="请核查路灯。", by=cast.staff(DISPATCHER, DAY), at=cast.at(DAY, 11)
    )
    row = matters_asked.inbox(cast.staff(HOUSING, DAY), date.fromisoformat(DAY)).rows[0]
    assert (row.reference, row.urgent) == (part.reference, True)


def test_an_order_satisfied_at_the_call_back_is_closed_and_says_what_was_answered():
    reference = hotline.calling_back()
    refused("not-allowed", "judge-close", reference, RULER, verdict="done", opinion="已依法办理，处置到位。")
    take(reference, "satisfied", VISITOR, "2026-09-22", level="good", contacted="on", solved="on")
    found = order(reference)
    assert (found.matter.state, found.satisfaction, found.first_satisfaction) == ("closed-satisfied",) + (
        "satisfied",
    ) * 2
    assert found.answer == ANSWER
    assert found.solved is True
    assert not MatterClock.objects.filter(matter=found.matter, stopped_on=None).exists()


def test_a_step_that_looks_at_nothing_beside_asks_three_queries(django_assert_num_queries):
    """Whether the viewer sees it, the engine's read, the engine's write; a rule of the day is asked only where it bounds."""
    reference, city = hotline.dispatched(), cast.staff(CITY, DAY)
    take(hotline.handling(), "contact", CITY)  # what each step needs is known once it was taken
    for step in ("sign", "contact"):
        with django_assert_num_queries(3):
            actions.take(reference=reference, step=step, by=city, at=cast.at(DAY, 11))


def test_both_satisfactions_are_kept_with_who_judged_and_why():
    reference = hotline.calling_back()
    take(reference, "unsatisfied", VISITOR, "2026-09-22", level="worst", opinion="垃圾桶第二天又满了。")
    refused("values", "judge-close", reference, RULER, "2026-09-23", verdict="done", opinion="同意")
    take(
        reference,
        "judge-close",
        RULER,
        "2026-09-23",
        verdict="done",
        opinion="单位已依法清运，增设垃圾桶不在法定职责内。",
    )
    found = order(reference)
    assert (found.satisfaction, found.verdict, found.matter.state) == ("unsatisfied", "done", "closed-judged")
    assert found.judged_by == cast.staff(RULER, DAY).account_id
    again = hotline.calling_back()
    take(again, "unsatisfied", VISITOR, "2026-09-22", level="poor", opinion="没有人来过。")
    take(again, "judge-redo", RULER, "2026-09-23", opinion="单位没有到现场，诉求合理，退回重办。")
    take(again, "reply", CITY, "2026-09-24", answer=ANSWER, result="solved")
    take(again, "pass", DISPATCHER, "2026-09-24", 14)
    take(again, "satisfied", VISITOR, "2026-09-24", 15, level="good")
    found = order(again)
    assert (found.first_satisfaction, found.satisfaction, found.redone) == ("unsatisfied", "satisfied", 1)


def test_nobody_who_had_a_hand_in_it_calls_back():
    reference = hotline.calling_back()
    with pytest.raises(Refusal):
        take(reference, "satisfied", DISPATCHER, level="good")
    with pytest.raises(Refusal):
        take(reference, "satisfied", CITY, level="good")


# -- whose duty ---------------------------------------------------------------------------------------------------------


def test_a_return_needs_its_ground_and_the_second_goes_to_a_ruling_within_hours():
    reference = hotline.dispatched()
    refused("values", "return", reference, CITY, opinion="不归我们管，请转其他单位。")
    take(reference, "return", CITY, ground="duty", opinion="道路清扫由住建局负责。", basis="三定方案")
    refused("same-unit", "redispatch", reference, DISPATCHER, organ="urban-management", opinion="重新派出。")
    take(reference, "redispatch", DISPATCHER, organ="housing", opinion="同意退单，改派住建局。")
    with pytest.raises(NotFound):  # what it gave back is no longer its business
        queries.order(cast.staff("urban-management-2", DAY), reference)
    refused(
        "goes-to-ruling", "return", reference, HOUSING, ground="duty", opinion="环卫职责已划转城管。", basis="划转文件"
    )
    take(reference, "return-again", HOUSING, ground="duty", opinion="环卫职责已划转城管。", basis="划转文件")
    assert order(reference).rule_by_at == cast.at(DAY, 17).replace(
        minute=30
    )  # four working hours after eleven, lunch left out
    take(
        reference,
        "designate",
        RULER,
        hour=16,
        organ="urban-management",
        opinion="环卫职责2019年已划转。",
        basis="云委发〔2019〕2号",
    )
    found, ruled = order(reference), Ruling.objects.get()
    assert (found.designated, found.returns, found.dispatches) == (True, 2, 3)
    named = {"urban-management": found.handling_organ_id, "housing": cast.staff(HOUSING, DAY).organ_id}
    assert ruled.organ_id == named["urban-management"]
    assert ruled.against == list(named.values())
    refused(
        "designated",
        "return-again",
        reference,
        CITY,
        hour=17,
        ground="duty",
        opinion="仍认为不是本单位职责。",
        basis="无",
    )
    assert found.first_organ_id == found.handling_organ_id


def test_whoever_decides_reads_what_was_chosen_and_begins_with_what_was_asked(client):
    returned = hotline.dispatched()
    take(returned, "return", CITY, ground="place", whose="housing", basis="职责清单", opinion="不在我局管辖区域。")
    client.force_login(Account.objects.get(username=DISPATCHER))
    page = client.get(f"/desk/orders/{returned}/").content.decode()
    assert "退单理由：</span>不在本单位管辖区域" in page
    assert "应由云溪县住房和城乡建设局承办" in page
    assert '<option value="housing" selected>' in page
    extending = hotline.handling()
    take(extending, "ask-extension", CITY, hour=15, days=4, opinion="需要检测。")
    take(extending, "supplement", OPERATOR, hour=15, text="来电人又说了一遍。")
    client.force_login(Account.objects.get(username=RULER))
    assert 'name="f-days" value="4"' in client.get(f"/desk/orders/{extending}/").content.decode()


def test_a_unit_returns_within_the_days_of_the_pack_only():
    reference = hotline.dispatched("2026-09-21")
    refused(
        "too-late-to-return",
        "return",
        reference,
        CITY,
        "2026-09-23",
        ground="duty",
        opinion="不属于本单位。",
        basis="三定方案",
    )


def test_a_matter_without_a_listed_power_is_collected_for_the_establishment_office():
    reference = hotline.recorded()
    refused("no-such-unit", "dispatch", reference, OPERATOR, organ="county-government")
    take(reference, "dispatch", OPERATOR, organ="urban-management")
    take(reference, "return", CITY, ground="duty", opinion="权责清单没有列出。", basis="权责清单")
    take(reference, "to-ruling", DISPATCHER, opinion="各单位清单均未列出，提请裁定。")
    take(
        reference,
        "designate",
        RULER,
        organ="housing",
        opinion="暂由住建局牵头。",
        basis="属地和行业相近",
        no_power="on",
    )
    establishment = cast.staff("bian", DAY)
    (gap,) = queries.gaps(establishment)
    with pytest.raises(Refusal):
        actions.settle(
            ruling_id=gap.pk, settlement="已列入住建局权责清单。", by=cast.staff(RULER, DAY), at=cast.at(DAY)
        )
    actions.settle(ruling_id=gap.pk, settlement="已列入住建局权责清单。", by=establishment, at=cast.at(DAY))
    assert queries.gaps(establishment) == []
    other = hotline.recorded(title="垃圾房臭味")
    take(other, "dispatch", OPERATOR, organ="housing", precedent=str(gap.pk))
    assert order(other).precedent == gap
    assert gap.reused.count() == 1


# -- one matter, several orders; one order, several units ----------------------------------------------------------------


def test_merged_orders_get_the_lead_s_answer_and_each_its_own_call_back():
    lead, second, third = (
        hotline.handling(),
        hotline.recorded(phone="13900007712"),
        hotline.recorded(phone="13900007713"),
    )
    refused("no-lead", "merge", lead, OPERATOR, lead=order(lead).number)
    for one in (second, third):
        take(one, "merge", OPERATOR, lead=order(lead).number)
    refused("no-lead", "merge", lead, OPERATOR, lead=order(second).number)
    take(third, "unmerge", DISPATCHER, opinion="地点不同，单独办理。")
    assert state(third) == "recorded"
    assert order(third).merged_into is None
    take(lead, "reply", CITY, hour=15, answer=ANSWER, result="solved")
    take(lead, "pass", DISPATCHER, hour=16)
    drained()
    assert (state(second), order(second).answer, state(third)) == ("calling-back", ANSWER, "recorded")
    take(second, "unsatisfied", VISITOR, "2026-09-22", level="poor", opinion="我门口的没有清。")
    take(lead, "satisfied", VISITOR, "2026-09-22", level="best")
    assert (state(lead), state(second)) == ("closed-satisfied", "judging")


def test_what_was_merged_stands_alone_again_when_the_lead_ends_without_an_answer():
    lead, second = hotline.recorded(), hotline.recorded(phone="13900007712")
    take(second, "merge", OPERATOR, lead=order(lead).number)
    take(lead, "withdraw", OPERATOR, opinion="诉求人来电撤回。")
    drained()
    assert state(second) == "recorded"


def test_several_units_answer_their_parts_and_the_lead_joins_them_in_one_answer():
    reference = hotline.recorded()
    take(reference, "dispatch", OPERATOR, organ="urban-management", co_organs="housing health")
    take(reference, "sign", CITY, hour=12)
    refused("parts-open", "reply", reference, CITY, hour=13, answer=ANSWER, result="solved")
    housing = Part.objects.select_related("matter").get(organ_id=cast.staff(HOUSING, DAY).organ_id)
    health = Part.objects.select_related("matter").exclude(pk=housing.pk).get()
    given = {
        "at": cast.at(DAY, 14),
        "values": {"answer": "我局已修补破损路面，9月22日完工。", "overrule": "主办单位已看过现场，照此汇总。"},
    }
    with pytest.raises(Refusal):  # another unit's part
        actions.take_part(reference=health.matter.reference, step="answer-part", by=cast.staff(HOUSING, DAY), **given)
    actions.take_part(reference=housing.matter.reference, step="answer-part", by=cast.staff(HOUSING, DAY), **given)
    seen = queries.order(cast.staff(CITY, DAY), reference)
    assert "已修补破损路面" in queries.answers_of_parts(cast.staff(CITY, DAY), seen, date(2026, 9, 21))[0].answer
    recalled = {"at": cast.at(DAY, 15), "values": {"opinion": "与卫健部门无关，收回。"}}
    actions.take_part(reference=health.matter.reference, step="recall", by=cast.staff(DISPATCHER, DAY), **recalled)
    take(reference, "reply", CITY, hour=16, answer=ANSWER, result="solved")


# -- along the way ------------------------------------------------------------------------------------------------------


def test_extension_and_termination_need_the_office_and_a_stage_closure_is_a_closure_of_its_own():
    reference = hotline.handling()
    take(reference, "ask-extension", CITY, "2026-09-22", days="5", opinion="需等专业检测报告。")
    before = due(reference)
    take(reference, "extend", RULER, "2026-09-22", days="5", opinion="同意延期五个工作日。")
    assert due(reference) > before
    take(reference, "stage-close", CITY, "2026-09-23", answer="已清运，长期方案十月底前完成。", until="2026-10-30")
    found = order(reference)
    assert found.stage_closed_at is not None
    assert found.matter.closed_at is None
    take(reference, "ask-termination", CITY, "2026-09-24", opinion="诉求人已自行解决。")
    with pytest.raises(Refusal):
        take(reference, "terminate", CITY, "2026-09-24", answer="已终止。", opinion="诉求人已自行解决。")
    take(reference, "terminate", RULER, "2026-09-24", answer="您的诉求已解决，终止办理。", opinion="经核实同意终止。")
    assert state(reference) == "terminated"


def test_urging_attaches_to_the_order_and_overseeing_has_a_reason_of_the_list():
    reference = hotline.handling()
    take(reference, "urged", OPERATOR, text="来电人催办，问什么时候清。")
    refused("values", "oversee", reference, RULER, reason="angry", way="written", opinion="请限期办理。")
    take(reference, "oversee", RULER, reason="unsolved", way="listed", opinion="请城管局三日内清理。")
    assert (order(reference).urges, order(reference).overseen, Order.objects.count()) == (1, 1, 1)


def test_what_is_not_accepted_says_on_which_ground_of_the_list():
    reference = hotline.recorded()
    refused("values", "not-accept", reference, OPERATOR, ground="busy", opinion="请拨打110。")
    take(reference, "not-accept", OPERATOR, ground="emergency", opinion="正在发生的治安案件请拨打110。")
    assert (state(reference), order(reference).ground) == ("not-accepted", "emergency")


def test_the_ledger_and_the_lists_say_nothing_a_caller_said():
    reference = hotline.calling_back(content="我是黄小燕，身份证449931199001011234，电话13900007711，垃圾没人清。")
    said = order(reference)
    assert "449931199001011234" not in said.content
    assert "13900007711" not in said.content
    lines = " ".join(LedgerEntry.objects.filter(subject=f"matter:{reference}").values_list("body", flat=True))
    assert not any(word in lines + said.matter.title for word in ("黄小燕", "文明路", "13900007711", "执法队"))
    assert json.loads(LedgerEntry.objects.filter(subject=f"matter:{reference}")[0].body)["detail"]["topic"] == "waste"


def test_an_order_past_its_limit_costs_the_handling_unit_a_yellow_card():
    reference = hotline.handling(kind="enquiry")
    supervision.sweep(at=cast.at("2026-09-23", 9))
    assert not Card.objects.filter(about__reference=reference, signal=Card.Signal.YELLOW, clock="handle").exists()
    supervision.sweep(at=cast.at("2026-09-24", 9))
    card = Card.objects.get(about__reference=reference, signal=Card.Signal.YELLOW, clock="handle")
    assert (card.code, card.organ_id) == ("R13", order(reference).handling_organ_id)


def minute_cards(reference):
    rows = Card.objects.filter(
        about__reference=reference, rule__in=["supervision.r13-contact", "supervision.r13-ruling"]
    )
    return [(card.code, card.organ_id, card.occasion, card.proof[-1]) for card in rows.order_by("pk")]


def test_an_urgent_order_s_caller_nobody_spoke_with_in_time_costs_whoever_had_it_a_card_once():
    missed, kept, merged = (hotline.dispatched(urgent=True) for _ in range(3))
    due = order(missed).respond_by_at
    take(kept, "contact", CITY, hour=9)
    take(merged, "merge", OPERATOR, lead=order(missed).number)
    supervision.sweep(at=due)
    assert minute_cards(missed) == []
    for minutes in (1, 20):
        supervision.sweep(at=due + timedelta(minutes=minutes))
    # at half past ten it still lay with the hotline, which gave it out at eleven
    late = [("R13", order(missed).organ_id, f"hotline.contact@{due.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}",
             "到发牌时还没有做到。")]  # fmt: skip
    assert minute_cards(missed) == late
    assert minute_cards(kept) == minute_cards(merged) == []


def test_a_ruling_the_office_did_not_give_in_its_hours_is_the_hotline_s_card():
    reference = hotline.dispatched()
    take(reference, "return", CITY, ground="duty", opinion="道路清扫由住建局负责。", basis="三定方案")
    take(reference, "redispatch", DISPATCHER, organ="housing", opinion="同意退单，改派住建局。")
    take(reference, "return-again", HOUSING, ground="duty", opinion="环卫职责已划转城管。", basis="划转文件")
    given = {"organ": "urban-management", "opinion": "环卫职责2019年已划转。", "basis": "云委发〔2019〕2号"}
    take(reference, "designate", RULER, hour=18, **given)
    supervision.sweep(at=cast.at(DAY, 19))
    found = minute_cards(reference)
    assert [(code, organ) for code, organ, *_ in found] == [("R13", order(reference).organ_id)]
    assert found[0][3] == "9月21日18:00才做到。"


def test_an_order_that_was_answered_may_be_rated_once_by_whoever_sent_it():
    lin = cast.lin(DAY)
    made = actions.file(intake=hotline.intake(party_id=lin.person_id), by=lin, at=cast.at(DAY)).reference
    take(made, "answer", OPERATOR, answer="文明路垃圾每日六点和十四点各清运一次，依据清运合同。")
    drained()
    drained()
    occasion = Occasion.objects.get(reference=order(made).number)
    assert (occasion.kind, occasion.guest.party_id) == ("consultation", lin.person_id)
