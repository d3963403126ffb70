"""陈 receives at counter A02 for the invented neighbouring county: under the agreement, checked, handed on, followed, delivered."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import cases as cast
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Mandate
from yiwang.matters import actions as matters
from yiwang.matters.models import Job
from yiwang.services.relay import actions, queries, rules
from yiwang.services.relay.adapters import PLACES, Envelope, MockCounty
from yiwang.services.relay.models import AgreedItem, Agreement, RelayCase

DAY = "2026-09-21"
BROUGHT = {"个体工商户登记申请书": "original", "经营者身份证明": "copy"}
TRUE = {"identity": "on", "form": "on"}


@pytest.fixture(autouse=True)
def _county(county):
    """The agreement of the demo county, counters, people."""


def item(code="YB-SJ-0001"):
    return AgreedItem.objects.get(code=code)


def received(**changes):
    by = changes.pop("by", None) or cast.staff("chen", DAY)
    given = {"agreed_item_id": item().pk, "mode": "receive", "party_id": cast.person("王建国"), "materials": BROUGHT}
    return actions.receive(**given | changes, by=by, at=changes.pop("at", cast.at(DAY)))


def take(reference, step, day=DAY, who="chen", **how):
    return actions.take(reference=reference, step=step, by=cast.staff(who, day), at=cast.at(day, 11), **how)


def handed_on():
    reference = received().reference
    take(reference, "check", values=TRUE)
    take(reference, "hand-on")
    matters.drain(at=cast.at(DAY, 12))
    return reference


# -- the agreement ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "mode", "refused"),
    [
        (date(2025, 12, 31), "receive", True),
        (date(2026, 1, 1), "receive", False),
        (date(2027, 12, 31), "receive", False),
        (date(2028, 1, 1), "receive", True),
        (date(2026, 9, 21), "act", True),
    ],
)
def test_only_what_is_agreed_and_only_within_its_term(on, mode, refused):
    said = rules.refuse_outside(
        from_on=date(2026, 1, 1), until_on=date(2028, 1, 1), on=on, powers=["receive"], mode=mode
    )
    assert (said is not None) is refused


def test_an_agreement_is_registered_whole_or_not_at_all(refused):
    given = {
        "code": "nowhere", "place_name": "某县", "place_code": "449999", "competent": "某局", "document": " ",
        "organ_code": "castle", "adapter": "pigeon", "phone": "", "from_on": date(2026, 1, 1), "until_on": date(2026, 1, 1),
        "items": [{"code": "1", "name": "某事", "powers": ["decide"], "materials": ["表"]}],
    }  # fmt: skip
    refused("not-allowed", actions.register, **given, by=cast.staff("chen"), at=cast.at())
    refusal = refused("agreement", actions.register, **given, by=cast.staff("admin"), at=cast.at())
    assert {fault.field for fault in refusal.faults} == {"organ", "until", "adapter", "document", "items"}
    assert Agreement.objects.count() == 1


def test_once_ended_nothing_more_is_received_or_handed_on(refused):
    reference = received().reference
    take(reference, "check", values=TRUE)
    refused("not-allowed", actions.end, code="yunbei-2026", by=cast.staff("chen"), at=cast.at(DAY, 12))
    actions.end(code="yunbei-2026", by=cast.staff("admin"), at=cast.at(DAY, 12))
    refused("no-agreement", received)
    refused("no-agreement", take, reference, "hand-on")


# -- receiving ----------------------------------------------------------------------------------------------------------


def test_only_a_counter_of_the_agreeing_organ_receives(refused):
    refused("no-such-item", received, by=cast.staff("zhao", DAY))
    refused("no-such-item", received, by=cast.lin(DAY))


def test_only_the_materials_agreed_are_taken(refused):
    refused("not-agreed", received, materials={"户口簿": "original"})
    refused("not-agreed", received, materials={"经营者身份证明": "somehow"})
    refused("missing", received, materials={})


def test_acting_for_somebody_needs_that_persons_mandate(refused):
    refused("no-mandate", received, mode="act")
    agent = cast.person("李志强")
    of_another = Mandate.objects.exclude(principal_id=cast.person("王建国")).first()
    refused("no-mandate", received, mode="act", mandate_id=of_another.pk)
    given = Mandate.objects.create(
        principal_id=cast.person("王建国"), agent_id=agent, scope="items", item_codes=["YB-SJ-0001"],
        from_on=date(2026, 1, 1), until_on=date(2026, 9, 21), given_at=cast.at(DAY), given_by="test",
    )  # fmt: skip
    refused("no-mandate", received, mode="act", mandate_id=given.pk)  # its last day was yesterday
    Mandate.objects.filter(pk=given.pk).update(until_on=date(2026, 12, 31))
    row = RelayCase.objects.get(matter_id=received(mode="act", mandate_id=given.pk).id)
    assert (row.mode, row.mandate_id) == ("act", given.pk)


def test_what_may_only_be_received_is_not_acted_upon(refused):
    given = Mandate.objects.create(
        principal_id=cast.person("王建国"), agent_id=cast.person("李志强"), scope="all",
        from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), given_at=cast.at(DAY), given_by="test",
    )  # fmt: skip
    materials = {"食品经营许可申请书": "original"}
    how = {"agreed_item_id": item("YB-SJ-0002").pk, "mode": "act", "mandate_id": given.pk, "materials": materials}
    refused("no-agreement", received, **how)


def test_who_was_asked_first_is_kept_in_the_row_and_in_the_ledger(refused):
    refused("first-asked", received, first_asked="zhao")
    liang = Account.objects.get(username="liang")
    made = received(first_asked="liang")
    assert RelayCase.objects.get(matter_id=made.id).first_asked_id == liang.pk
    assert f'"first_asked":"staff:{liang.pk}"' in LedgerEntry.objects.get(subject=made.subject, ordinal=1).body
    own = received()
    assert RelayCase.objects.get(matter_id=own.id).first_asked.username == "chen"


# -- checking and handing on -----------------------------------------------------------------------------------------------


def test_the_voucher_is_given_only_after_identity_and_form_were_checked(refused):
    reference = received().reference
    refused("not-checked", take, reference, "check", values={"identity": "on", "form": "off"})
    refused("not-now", take, reference, "hand-on")
    assert not Letter.objects.filter(matter_reference=reference).exists()
    take(reference, "check", values=TRUE)
    letter = Letter.objects.get(matter_reference=reference)
    assert letter.kind == "materials-voucher"
    assert letter.data["competent"] == "云北县市场监督管理局（虚构）"
    assert letter.data["materials"] == ["个体工商户登记申请书（原件）", "经营者身份证明（复印件）"]


def test_a_stranger_neither_sees_nor_moves_it(refused):
    reference = received().reference
    refused("no-such-matter", queries.case, cast.staff("zhao"), reference)
    refused("no-such-matter not-allowed", take, reference, "check", who="zhao", values=TRUE)
    refused("no-such-matter", actions.track, reference=reference, by=cast.staff("zhao"), at=cast.at())


def test_handing_on_reaches_the_other_system_once_and_keeps_its_number():
    reference = handed_on()
    row = RelayCase.objects.get(matter__reference=reference)
    assert row.outer_number == f"MOCK-{reference}"
    assert row.handed_on_at == cast.at(DAY, 11)


def test_a_system_that_does_not_answer_leaves_the_job_waiting_for_another_try(monkeypatch):
    class Broken(MockCounty):
        def hand_on(self, envelope: Envelope) -> str:
            raise ConnectionError("对方系统没有响应")

    monkeypatch.setitem(PLACES, "mock-county", Broken())
    reference = handed_on()
    job = Job.objects.get(matter__reference=reference, effect="relay.send")
    assert job.status == "waiting"
    assert "没有响应" in job.error
    monkeypatch.setitem(PLACES, "mock-county", MockCounty())
    matters.drain(at=cast.at(DAY, 13))
    assert RelayCase.objects.get(matter__reference=reference).outer_number


# -- tracking and delivering -----------------------------------------------------------------------------------------------


def test_the_competent_place_accepts_and_only_its_word_moves_the_case(refused):
    reference = handed_on()
    refused("their-word", take, reference, "there-accepted")
    assert actions.track(reference=reference, by=cast.staff("chen"), at=cast.at(DAY, 15))[0] == "waiting"
    assert RelayCase.objects.get(matter__reference=reference).matter.state == "handed-on"
    actions.track(reference=reference, by=cast.staff("chen"), at=cast.at("2026-09-22", 15))
    row = RelayCase.objects.get(matter__reference=reference)
    assert (row.matter.state, row.outer_says) == ("accepted-there", "已受理（模拟）")


def test_a_result_nobody_asked_for_in_between_counts_as_accepted_first():
    reference = handed_on()
    actions.track(reference=reference, by=cast.staff("chen"), at=cast.at("2026-09-28", 15))
    row = RelayCase.objects.get(matter__reference=reference)
    assert row.matter.state == "result-here"
    assert [line.partition("=")[0] for line in row.matter.steps.split()][-2:] == ["there-accepted", "result-arrived"]
    take(reference, "deliver", "2026-09-29", values={"receiver": "applicant"})
    row.matter.refresh_from_db()
    assert row.matter.state == "delivered"


def test_what_is_not_with_them_is_not_asked_about(refused):
    refused("not-with-them", actions.track, reference=received().reference, by=cast.staff("chen"), at=cast.at(DAY, 12))


def test_a_correction_asked_for_there_is_handed_on_again():
    reference = handed_on()
    take(reference, "there-correction", words="请补经营场所使用证明")
    assert take(reference, "hand-on").state == "handed-on"


# -- pages ----------------------------------------------------------------------------------------------------------------


def test_the_desk_receives_checks_and_sees_the_register(client):
    client.force_login(Account.objects.get(username="chen"))
    assert "云北县" in client.get("/desk/relay/new/").content.decode()
    page = f"/desk/relay/new/?item={item().pk}"
    said = {"name": "王建国", "id_number": "449931196802030115", "mode": "receive", "idempotency_key": "k" * 12}
    assert client.post(page, said | {"id_number": ""}).status_code == 422
    assert client.post(page, said).status_code == 422  # no material
    made = client.post(page, said | {"material-0": "original", "idempotency_key": "m" * 12})
    case = made.headers["Location"]
    shown = client.get(case).content.decode()
    assert "首问责任人" in shown
    assert "没有收" in shown  # of the materials agreed, those that did not come
    unticked = client.post(f"{case}steps/check/", {"identity": "on", "version": "1"}).content.decode()
    assert "请勾选“材料形式齐全”" in unticked
    assert client.post(f"{case}steps/check/", {"identity": "on"}).status_code == 422
    assert client.post(f"{case}steps/check/", TRUE).status_code == 302
    assert "收凭" in client.get(case).content.decode()
    assert case in client.get("/desk/relay/").content.decode()
    assert "协议文件" in client.get("/desk/relay/agreements/").content.decode()
    assert client.post("/desk/relay/agreements/yunbei-2026/end/").status_code == 422  # the register is kept elsewhere
    assert Agreement.objects.get().until_on == date(2028, 1, 1)
