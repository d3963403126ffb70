"""营商环境投诉: a firm complains of a unit, which never handles it; what everybody may read of such complaints."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

import pytest

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import CITY, DAY, DISPATCHER, OPERATOR, order, take
from yiwang.foundation.organs.models import Account, Organ
from yiwang.foundation.people.models import Firm
from yiwang.governance.hotline import actions, queries, rules
from yiwang.governance.hotline.duty.queries import proposals
from yiwang.governance.hotline.queries import business
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as matter_queries
from yiwang.matters.models import MatterClock

ASKED = {"kinds": frozenset({"business", "help"}), "topics": frozenset({"waste", "fees"}), "towns": frozenset()}
SAID = replace(hotline.SAID, kind="business", topic="fees", town="", against="market")


def faults(**changed):
    with pytest.raises(Refusal) as caught:
        rules.checked(replace(SAID, **changed), **ASKED, units=frozenset({"market"}), business=frozenset({"fees"}))
    return {one.field for one in caught.value.faults}


def test_a_complaint_names_a_unit_and_one_of_the_published_kinds_and_nothing_else_names_a_unit():
    assert faults(against="") == {"against"} == faults(against="no-such")
    assert faults(topic="waste") == {"topic"}
    assert faults(kind="help", topic="waste") == {"against"}
    given = {**ASKED, "units": frozenset({"market"}), "business": frozenset({"fees"})}
    assert rules.checked(replace(SAID, against=rules.UNLISTED), **given).firm


@pytest.fixture
def complained(county):
    return hotline.recorded(kind="business", topic="business-fees", against="urban-management", town="")


def test_the_unit_complained_of_is_given_nothing_of_the_complaint(complained):
    refusals = []
    for step, who, values in (
        ("dispatch", OPERATOR, {"organ": "urban-management"}),
        ("dispatch", OPERATOR, {"organ": "market", "co-organs": "urban-management"}),
        ("merge", DISPATCHER, {"lead": order(hotline.handling()).number}),
    ):
        with pytest.raises(Refusal) as caught:
            take(complained, step, who, **values)
        refusals.append(caught.value.code)
    assert refusals == ["accused"] * 3
    city = Organ.objects.get(code="urban-management").pk
    named = proposals(cast.staff(DISPATCHER, DAY), order(complained), on=cast.at(DAY).date())
    assert "urban-management" not in [one.code for one in named.found]
    take(complained, "dispatch", OPERATOR, organ="market")
    for step, who, organ in (("split", DISPATCHER, "urban-management"),):
        with pytest.raises(Refusal) as caught:
            actions.split(reference=complained, organ=organ, task="请说明。", by=cast.staff(who, DAY), at=cast.at(DAY))
        assert caught.value.code == "accused", step
    with pytest.raises(Refusal):
        queries.order(cast.staff(CITY, DAY), complained)
    assert order(complained).against_organ_id == city
    assert MatterClock.objects.get(matter__reference=complained, clock="handle").due_on == date(2026, 10, 19)


def test_a_whole_complaint_is_not_handed_to_the_unit_it_complains_of(complained):
    head, city = cast.staff("hotline-4", DAY), Organ.objects.get(code="urban-management").pk
    standing = matter_queries.matter(head, complained)
    assert city not in dict(matter_queries.moves(head, standing, cast.at(DAY).date()).organs)
    moved = {"reference": complained, "reason": "归口管理", "by": head, "at": cast.at(DAY)}
    with pytest.raises(Refusal) as caught:
        matters.transfer(**moved, to_organ_id=city)
    assert caught.value.code == "barred"
    matters.transfer(**moved, to_organ_id=Organ.objects.get(code="market").pk)


def test_the_hotline_does_not_end_a_complaint_of_its_own_organ(county):
    mine = hotline.recorded(kind="business", topic="business-approval", against="data-bureau", town="")
    for step, values in (
        ("answer", {"answer": "没有问题。"}),
        ("not-accept", {"ground": "civil", "opinion": "不受理"}),
    ):
        with pytest.raises(Refusal) as caught:
            take(mine, step, OPERATOR, **values)
        assert caught.value.code == "accused", step


def test_a_complaint_of_the_hotline_is_reviewed_called_back_and_judged_by_the_overseer_alone(county):
    mine = hotline.recorded(kind="complaint", topic="hotline-service")
    assert order(mine).against_organ_id == order(mine).organ_id
    with pytest.raises(Refusal) as caught:
        take(mine, "merge", DISPATCHER, lead=order(hotline.handling()).number)
    assert caught.value.code == "accused"
    take(mine, "dispatch", OPERATOR, organ="data-bureau")
    take(mine, "sign", "deng")
    with pytest.raises(Refusal) as caught:
        take(mine, "withdraw", OPERATOR)
    assert caught.value.code == "accused"
    take(mine, "reply", "deng", answer=hotline.ANSWER, result="solved")
    with pytest.raises(Refusal) as caught:
        take(mine, "pass", DISPATCHER)
    assert (caught.value.code, "回避" in caught.value.says) == ("accused", True)
    reviewer, visitor = "government-office-2", "government-office-3"
    take(mine, "pass", reviewer)
    asked = {"reference": mine, "field": "phone", "purpose": "call-back", "at": cast.at(DAY, 15)}
    assert actions.read_caller(**asked, by=cast.staff(visitor, DAY)) == hotline.PHONE
    assert actions.read_caller(**asked, by=cast.staff(OPERATOR, DAY)) == hotline.PHONE  # who wrote it down
    for own in (DISPATCHER, "hotline-3", "hotline-4"):
        with pytest.raises(NotAllowed):
            actions.read_caller(**asked, by=cast.staff(own, DAY))
        shown = queries.caller_of(cast.staff(own, DAY), order(mine))
        assert (shown.readable, shown.phone == hotline.PHONE) == (False, False), own
    with pytest.raises(Refusal) as caught:
        take(mine, "satisfied", "hotline-3", level="good")
    assert caught.value.code == "accused"
    take(mine, "unsatisfied", visitor, level="poor", opinion="仍然没有人接听。")
    with pytest.raises(Refusal) as caught:
        take(mine, "judge-close", "hotline-4", verdict="done", opinion="话务量大，已加派人员。")
    assert caught.value.code == "accused"
    take(mine, "judge-redo", reviewer, opinion="没有核实接听记录，退回重办。")
    help_asked = hotline.recorded(
        kind="help", topic="hotline-service"
    )  # who asks the hotline for help complains of nobody
    assert order(help_asked).overseer_organ_id is None


def test_an_order_that_complains_of_nobody_asks_nothing_about_the_overseer(county, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.overseer(None, 1, cast.at(DAY).date()) is None


def named(monkeypatch, code):
    """The rule names that organ to stand in the hotline's place."""
    rule = queries.rule(cast.at(DAY).date()).model_copy(update={"overseer": code})
    monkeypatch.setattr(sys.modules["yiwang.governance.hotline.queries.order"], "rule", lambda on: rule)


def test_without_an_overseer_nobody_ends_a_complaint_of_the_hotline_until_the_rule_names_one(county, monkeypatch):
    named(monkeypatch, "no-such-organ")
    mine = hotline.recorded(kind="complaint", topic="hotline-service")
    with pytest.raises(Refusal) as caught:
        take(mine, "hand-over", DISPATCHER, ground="appeal", opinion="请按信访程序办理。")
    assert caught.value.code == "accused"
    take(mine, "dispatch", OPERATOR, organ="data-bureau")
    take(mine, "sign", "deng")
    take(mine, "reply", "deng", answer=hotline.ANSWER, result="solved")
    with pytest.raises(Refusal) as caught:
        take(mine, "pass", DISPATCHER)
    told = [word in caught.value.says for word in ("overseer", "请联系系统管理员")]
    assert (caught.value.code, told) == ("accused", [True, True])
    assert not queries.caller_of(cast.staff(DISPATCHER, DAY), order(mine)).readable
    assert actions.entrust(at=cast.at(DAY, 15)) == 0  # the rule is as wrong as it was
    named(monkeypatch, "government-office")
    assert actions.entrust(at=cast.at(DAY, 15)) == 1
    assert actions.entrust(at=cast.at(DAY, 16)) == 0
    take(mine, "pass", "government-office-2", hour=16)
    assert order(mine).matter.state == "calling-back"


def test_the_overseer_finds_its_orders_in_the_list_and_a_stranger_to_them_none(county, client):
    mine, on = hotline.recorded(kind="complaint", topic="hotline-service"), cast.at(DAY).date()
    take(mine, "dispatch", OPERATOR, organ="data-bureau")
    for who, sees in (("government-office-2", True), (CITY, False)):
        viewer = cast.staff(who, DAY)
        assert (mine in {row.reference for row in queries.board(viewer, on)[0]}) is sees, who
        assert ({key: count for key, _, count in queries.counts(viewer, on)}["sign"] == 1) is sees, who
    client.force_login(Account.objects.get(username="government-office-2"))
    assert "/desk/orders/new/" not in client.get("/desk/orders/").content.decode()  # it takes no calls


def test_what_is_always_refused_in_a_complaint_of_the_hotline_is_not_offered_there(county, client):
    mine = hotline.recorded(kind="complaint", topic="hotline-service")
    client.force_login(Account.objects.get(username=OPERATOR))
    page = client.get(f"/desk/orders/{mine}/").content.decode()
    assert [f"/steps/{step}/" in page for step in ("dispatch", "answer", "not-accept", "withdraw")] == [
        True,
        False,
        False,
        False,
    ]


def test_the_unit_that_handles_a_complaint_of_the_hotline_knows_the_caller_as_the_caller_chose_and_no_one_of_the_hotline(
    county,
):
    mine = hotline.recorded(kind="complaint", topic="hotline-service")
    secret = hotline.recorded(kind="complaint", topic="hotline-service", disclosure="confidential")
    for reference in (mine, secret):
        take(reference, "dispatch", OPERATOR, organ="data-bureau")
    asked = {"field": "phone", "purpose": "contact", "at": cast.at(DAY, 15)}
    handler = cast.staff("deng", DAY)
    both = replace(handler, posts=handler.posts | {(order(mine).organ_id, "hotline-visitor")})
    for by, reference in ((handler, secret), (both, mine)):
        with pytest.raises(NotAllowed):
            actions.read_caller(**asked, reference=reference, by=by)
    assert actions.read_caller(**asked, reference=mine, by=handler) == hotline.PHONE


def test_a_number_that_rings_again_does_not_tell_a_colleague_that_it_complained_of_the_hotline(county):
    mine, earlier = hotline.recorded(kind="complaint", topic="hotline-service"), hotline.recorded()
    for who, found in (("hotline-5", [earlier]), (OPERATOR, [earlier, mine])):
        by, at = cast.staff(who, DAY), cast.at(DAY, 12)
        call = actions.begin_call(phone=hotline.PHONE, by=by, at=at)
        assert [one.reference for one in actions.look_up(call_id=call.pk, by=by, at=at)] == found, who


def test_a_firm_s_own_people_complain_over_the_network_and_a_person_for_himself_does_not(county, client):
    lin = cast.lin(DAY)
    said = replace(hotline.SAID, kind="business", topic="business-fees", against="market", town="")
    with pytest.raises(NotAllowed):
        actions.file(intake=replace(said, party_id=lin.person_id), by=lin, at=cast.at(DAY))
    firm = Firm.objects.filter(status=Firm.Status.OPEN).order_by("pk").first()
    acting = replace(lin, delegations=frozenset({firm.pk}))
    assert business.firms_of(acting) == {firm.pk}
    made = actions.file(intake=replace(said, party_id=firm.pk, disclosure="confidential"), by=acting, at=cast.at(DAY))
    kept = order(made.reference)
    assert (kept.firm, kept.respond_by_at, kept.party_id) == (True, None, firm.pk)


def test_everybody_reads_the_procedure_and_the_counts_and_no_share_of_a_few(complained, client):
    others = [hotline.recorded(kind="business", topic="business-fees", against="market", town="") for _ in range(2)]
    take(others[0], "answer", OPERATOR, answer="已核实，收费依据已公示。")
    take(others[1], "not-accept", OPERATOR, ground="civil", opinion="属合同纠纷，可向法院起诉。")
    matters.drain(at=cast.at(DAY, 18))
    counted = business.figures(cast.at(DAY, 18)).total
    assert (counted.received, counted.refused, counted.closed, counted.due, counted.on_time) == (3, 1, 1, 1, 1)
    assert counted.rate is None
    late = business.figures(cast.at("2026-10-20", 18)).total
    assert (late.due, late.on_time) == (2, 1)  # the one nobody answered by 19 October
    page = client.get("/hotline/business/").content.decode()
    for said in ("15个工作日", "民事、商事纠纷", "件数少"):
        assert said in page
    assert hotline.SAID.title not in page
