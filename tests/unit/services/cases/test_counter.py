"""陈 takes applications in at counter A02, within what the bureaus have authorised the counter to do."""

import pytest

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import CounterAuthorisation, Post
from yiwang.foundation.people.models import Mandate
from yiwang.kernel.refusal import Refusal
from yiwang.matters.models import Matter
from yiwang.services.cases.actions.counter import Scan


def authorised(counter="A02"):
    return CounterAuthorisation.objects.filter(counter=cast.counter(counter), organ__code="market")


@pytest.mark.parametrize("who", ["liang", "zhao", "wu", "luo"])
def test_whoever_does_not_sit_at_the_counter_cannot_receive_there(refused, who):
    refused("not-at-counter", cast.received, by=cast.staff(who))
    assert not Matter.objects.exists()


def test_a_citizen_cannot_receive(refused):
    refused("not-at-counter", cast.received, by=cast.lin())


def test_article_26_a_counter_without_the_bureau_s_authorisation_receives_nothing_of_it(refused):
    authorised().delete()
    refused("counter-not-authorised", cast.received)
    assert not Matter.objects.exists()


def test_an_authorisation_ends_on_its_day(refused):
    authorised().update(until_on="2026-09-24")
    refused("counter-not-authorised", cast.received)


def test_an_authorisation_for_other_items_does_not_cover_this_one(refused):
    authorised().update(all_items=False, item_codes=["511A0074300005"])
    refused("counter-not-authorised", cast.received)


def test_article_29_an_agent_without_a_mandate_is_refused(refused):
    refusal = refused("no-mandate", cast.received, agent_id=cast.person("王建国"))
    assert refusal.article == "行政许可法 第二十九条"
    assert not Matter.objects.exists()


def test_an_agent_whose_mandate_is_revoked_is_refused(refused):
    Mandate.objects.update(revoked_at=cast.at("2026-09-01"), revoked_by="person:1")
    refused("no-mandate", cast.received, party_id=cast.person("陈阿婆"), agent_id=cast.person("王建国"))


def test_an_agent_with_a_mandate_is_named_in_the_case():
    case = cast.received(party_id=cast.person("陈阿婆"), agent_id=cast.person("王建国"))
    assert case.agent_id == cast.person("王建国")
    assert case.mandate_id is not None


def test_a_firm_s_own_representative_needs_no_mandate():
    case = cast.received(agent_id=cast.person("林小满"))
    assert (case.agent_id, case.mandate_id) == (cast.person("林小满"), None)


def test_a_faulty_form_is_refused_with_every_fault_and_no_file_is_kept(refused):
    scans = {"layout": Scan(documents.png(), "布局图.png")}
    refusal = refused("application-incomplete", cast.received, form=cast.form(premises=None, workers=-1), scans=scans)
    assert {fault.field for fault in refusal.faults} == {"premises", "workers"}
    assert not StoredFile.objects.filter(name__startswith="布局图").exists()
    assert not Letter.objects.exists()


def test_a_way_of_taking_in_that_does_not_exist_is_refused(refused):
    refused("choice", cast.received, states={"layout": "held"})


def test_a_material_that_may_not_wait_cannot_be_deferred(refused):
    refused("not-deferrable", cast.received, states={"layout": "deferred"})


def test_a_material_the_situation_does_not_ask_is_not_taken_in(refused):
    refused("not-in-guide", cast.received, states={"cold-room": "original"})
    refused("not-in-guide", cast.received, scans={"cold-room": Scan(documents.png(), "专间.png")})


def test_a_scan_of_what_the_government_holds_is_not_asked_but_taken_when_offered():
    case = cast.received(scans={"licence": Scan(documents.png(), "营业执照.png")})
    row = cast.materials(case)["licence"]
    assert row.state == "uploaded"
    assert row.files.count() == 1


def test_a_scan_that_is_no_document_is_refused():
    with pytest.raises(Refusal) as caught:
        cast.received(scans={"layout": Scan(b"MZ\x90\x00", "布局图.exe")})
    assert caught.value.status == 422
    assert caught.value.faults[0].field == "scan-layout"
    assert not Matter.objects.exists()


def test_an_incomplete_application_is_received_all_the_same_and_the_receipt_names_what_came():
    case = cast.received(states={"rules": "missing"})
    assert cast.materials(case)["rules"].state == "missing"
    receipt = Letter.objects.get(kind="material-receipt")
    assert "食品安全规章制度目录清单" not in "".join(receipt.data["materials"])
    assert "场所使用证明" in "".join(receipt.data["materials"])


def test_an_original_seen_makes_the_scan_trusted():
    scans = {"lease": Scan(documents.png(), "租赁合同.png"), "rules": Scan(documents.png(), "制度.png")}
    case = cast.received(scans=scans, states={"lease": "original", "rules": "missing"})
    rows = cast.materials(case)
    assert rows["lease"].files.get().trust == StoredFile.Trust.CHECKED
    assert (rows["rules"].state, rows["rules"].files.get().trust) == ("uploaded", StoredFile.Trust.UPLOADED)


def test_results_come_out_at_the_hall_that_received():
    case = cast.received()
    assert case.channel == "counter"
    assert case.hall_id == cast.counter().place.organ_id
    assert case.counter_id == cast.counter().pk


def test_where_the_bureau_lets_the_counter_accept_the_seat_stands_in_the_hall():
    case = cast.received()
    seat = case.matter.seats.get()
    assert seat.organ_id == cast.counter().place.organ_id
    cast.take(case, "accept", by="chen")
    case.refresh_from_db()
    assert case.matter.state == "under-review"
    assert case.matter.seats.get(closed_at=None).organ_id == case.organ_id


def test_where_the_bureau_only_lets_the_counter_receive_the_department_accepts(refused):
    authorised().update(powers=["receive"])
    case = cast.received()
    assert case.matter.seats.get().organ_id == case.organ_id
    refused("not-allowed", cast.take, case, "accept", by="chen")
    cast.take(case, "accept", by="zhou")


def test_a_counter_let_to_accept_but_not_to_refuse_does_not_refuse(refused):
    authorised().update(powers=["receive", "accept"])
    case = cast.received()
    refused("counter-not-authorised", cast.take, case, "refuse-acceptance", by="chen")


def test_an_authorisation_withdrawn_after_receipt_no_longer_lets_the_counter_accept(refused):
    case = cast.received()
    authorised().delete()
    refused("counter-not-authorised", cast.take, case, "accept", by="chen")


def test_nobody_at_the_hall_accepts_then_the_department_does():
    Post.objects.filter(organ__code="data-bureau", role="acceptor").delete()
    assert cast.received().matter.seats.get().organ_id == cast.received().organ_id
