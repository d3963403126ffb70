"""林 applies for her noodle shop online: the draft, what a draft refuses, what submitting refuses, the receipt."""

from dataclasses import replace

import pytest

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.people.models import Mandate
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import Refusal
from yiwang.matters.models import Matter
from yiwang.services.cases import actions
from yiwang.services.cases.actions.drafts import owned
from yiwang.services.cases.models import Case, CaseMaterial, Draft, HeldAsk
from yiwang.services.cases.sealing import open_form
from yiwang.services.catalogue.models import Guide


def attach(draft, code="layout", content=None, name="布局图.png", by=None):
    by = by or cast.lin()
    return actions.attach(
        draft=draft,
        code=code,
        content=documents.png() if content is None else content,
        name=name,
        by=by,
        at=cast.at(hour=9),
    )


def submit(draft, by=None, delivery="collect"):
    return actions.submit(draft_id=draft.pk, delivery=delivery, by=by or cast.lin(), at=cast.at())


# -- the draft ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["stranger", "staff", "unverified"])
def test_only_a_verified_citizen_begins_a_draft(refused, who):
    by = {"stranger": STRANGER, "staff": cast.staff("chen"), "unverified": replace(cast.lin(), person_id=None)}[who]
    refused("not-verified", actions.start, item_code=cast.FOOD, party_id=cast.noodle_shop(), by=by, at=cast.at())


def test_nobody_begins_a_draft_for_a_firm_that_is_not_theirs(refused):
    by = cast.citizen("王建国")
    refused("no-mandate", actions.start, item_code=cast.FOOD, party_id=cast.noodle_shop(), by=by, at=cast.at())


def test_an_item_without_a_guide_in_force_takes_no_draft(refused):
    party = cast.noodle_shop()
    refused("no-guide", actions.start, item_code="NO-SUCH", party_id=party, by=cast.lin(), at=cast.at())
    refused("no-guide", actions.start, item_code=cast.FOOD, party_id=party, by=cast.lin(), at=cast.at("2025-12-31"))


def test_a_draft_begun_on_the_phone_is_taken_up_again_elsewhere():
    first = cast.draft()
    again = actions.start(item_code=cast.FOOD, party_id=cast.noodle_shop(), by=cast.lin(), at=cast.at(hour=20))
    assert again.pk == first.pk
    assert again.page == 9
    assert open_form(again.form, about=f"draft:{again.pk}")["premises"].startswith("云溪县")
    assert again.uploads.count() == len(cast.UPLOADED)


def test_the_form_of_a_draft_cannot_be_read_in_the_table():
    assert "小满".encode() not in bytes(cast.draft().form)


def test_a_draft_of_another_does_not_exist(refused):
    draft = cast.draft()
    for by in (cast.citizen("王建国"), cast.staff("chen"), STRANGER):
        refused("no-such-draft", owned, draft.pk, by)
        refused("no-such-draft", submit, draft, by)


def test_paper_offered_freely_for_what_the_government_holds_is_taken_and_asks_nobody():
    case = cast.submitted(uploads=(*cast.UPLOADED, "licence"))
    row = cast.materials(case)["licence"]
    assert (row.state, row.required, row.ground, row.wanting) == ("uploaded", False, "", False)
    assert not HeldAsk.objects.exists()


@pytest.mark.parametrize("code", ["cold-room", "nothing-like-it"])
def test_a_material_the_situation_does_not_ask_is_not_taken(refused, code):
    refused("not-in-guide", attach, cast.draft(uploads=()), code)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00 this is a program", "布局图.png"),
        (b"", "空.pdf"),
        (documents.packed(a="x"), "布局图.pdf"),
        (documents.pdf(script=True), "带脚本.pdf"),
        (documents.xlsx(macro=True), "带宏.xlsx"),
    ],
)
def test_what_is_not_what_it_says_is_refused_by_its_content(content, name):
    draft = cast.draft(uploads=())
    with pytest.raises(Refusal) as caught:
        attach(draft, content=content, name=name)
    assert caught.value.status == 422
    assert caught.value.faults[0].field == "layout"
    assert not draft.uploads.exists()


def test_a_file_too_large_is_refused(refused):
    refused(
        "file-too-large", attach, cast.draft(uploads=()), content=documents.pdf() + b"\n" * 21_000_000, name="图.pdf"
    )


def test_the_eleventh_file_of_one_material_is_refused(refused):
    draft = cast.draft(uploads=("layout",) * 10)
    refused("too-many-files", attach, draft)


def test_a_file_taken_out_of_a_draft_leaves_the_others():
    draft = cast.draft()
    actions.detach(draft=draft, upload_id=draft.uploads.get(code="rules").pk, at=cast.at())
    assert set(draft.uploads.values_list("code", flat=True)) == {"layout", "lease"}


def test_a_file_of_another_draft_cannot_be_taken_out():
    draft, other = cast.draft(), cast.draft(cast.citizen("王建国"), party=cast.person("王建国"))
    actions.detach(draft=draft, upload_id=other.uploads.first().pk, at=cast.at())
    assert other.uploads.count() == 3


def test_a_discarded_draft_is_gone():
    draft = cast.draft()
    actions.discard(draft=draft)
    assert not Draft.objects.exists()


# -- submitting --------------------------------------------------------------------------------------------------------


def test_everything_missing_is_named_at_once_and_nothing_is_written(refused):
    draft = cast.draft(
        answers={"business": "catering", "cold": "yes", "area": "small", "place": "rent"},
        said=cast.form(premises=None, mobile="12345", floor_area=0, manager_id_number="449931199001011234"),
        uploads=("layout",),
    )
    refusal = refused("application-incomplete", submit, draft)
    assert {fault.field for fault in refusal.faults} == {
        "agent",
        "premises",
        "mobile",
        "floor_area",
        "manager_id_number",
        "material-rules",
        "material-lease",
        "material-cold-room",
        "material-mandate",
    }
    assert all(fault.says for fault in refusal.faults)
    assert not Matter.objects.exists()
    assert not Letter.objects.exists()
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("floor_area", 10**30),
        ("floor_area", "NaN"),
        ("seats", 2**63),
        ("workers", "3.5"),
        ("lease_until", "9999-12-31"),
        ("lease_until", "2026-02-30"),
        ("operations", ["hot", "poison"]),
        ("online_sales", "maybe"),
        ("premises", "x" * 201),
        ("premises", "路\x00号"),
        ("applicant_number", "9244993"),
    ],
)
def test_a_value_out_of_its_range_is_refused_beside_its_field(refused, field, value):
    refusal = refused("application-incomplete", submit, cast.draft(said=cast.form(**{field: value})))
    assert [fault.field for fault in refusal.faults] == [field]


@pytest.mark.parametrize("delivery", ["", "pigeon"])
def test_a_way_of_delivery_that_is_not_offered_is_refused(refused, delivery):
    refused("choice", submit, cast.draft(), delivery=delivery)


def test_a_guide_replaced_since_the_draft_was_begun_asks_for_a_new_draft(refused):
    draft = cast.draft()
    guide = draft.guide
    old_end, guide.in_force = guide.in_force.lower, type(guide.in_force)(guide.in_force.lower, cast.at().date())
    guide.save(update_fields=["in_force"])
    newer = Guide.objects.get(pk=guide.pk)
    newer.pk, newer.version, newer.edition = None, guide.version + 1, "2026.2"
    newer.in_force = type(guide.in_force)(cast.at().date(), None)
    newer.save()
    assert old_end
    refused("guide-changed", submit, draft)


def test_a_citizen_who_may_not_apply_any_more_is_refused(refused):
    draft = cast.draft()
    revoked = replace(cast.lin(), delegations=frozenset())
    refused("not-allowed", submit, draft, by=revoked)
    assert not Matter.objects.exists()


def test_a_complete_application_becomes_a_case_with_its_receipt():
    case = submit(cast.draft(), delivery="post")
    matter = case.matter
    assert (matter.state, matter.chain, matter.item, matter.title) == (
        "received",
        "three-hands",
        cast.FOOD,
        "食品经营许可（核发）",
    )
    assert len(case.number) == 48
    assert case.delivery == "post"
    assert open_form(case.form, about=f"case:{matter.pk}")["floor_area"] == 45
    states = {code: row.state for code, row in cast.materials(case).items()}
    assert states == {
        "application": "step",
        "licence": "held",
        "layout": "uploaded",
        "rules": "uploaded",
        "lease": "uploaded",
    }
    assert all(row.files.count() == 1 for row in CaseMaterial.objects.filter(state="uploaded"))
    receipt = Letter.objects.get()
    assert receipt.kind == "material-receipt"
    assert receipt.data["enquiry_code"] == case.enquiry_code
    assert not Draft.objects.exists()


def test_the_seat_of_a_new_case_stands_with_the_department_and_the_clock_runs_from_the_day_of_receipt():
    case = cast.submitted()
    seat = case.matter.seats.get()
    assert (seat.role, seat.organ_id, seat.holder_id) == ("acceptor", case.organ_id, None)
    clock = case.matter.clocks.get()
    # 25 to 27 September are Mid-Autumn, 1 to 7 October the National Day: 28, 29, 30 September, 8, 9 October
    assert (clock.clock, clock.days, str(clock.due_on)) == ("acceptance", 5, "2026-10-09")


def test_the_promise_of_the_situation_counts_not_the_guide_s_general_one():
    selling = cast.ANSWERS | {"business": "selling"}
    said = cast.form(kitchen_area=None, central_kitchen=None)
    case = cast.submitted(answers=selling, said=said)
    assert case.matter.settings["budgets"]["guide.promised_days"] == [5, "working-day"]


def test_two_cases_have_two_numbers_and_two_codes():
    first = cast.submitted()
    second = cast.submitted(party=cast.person("林小满"))
    assert first.number != second.number
    assert first.enquiry_code != second.enquiry_code


# -- through somebody else ---------------------------------------------------------------------------------------------


def test_an_agent_with_a_whole_mandate_applies_and_is_named():
    agent, principal = cast.citizen("王建国"), cast.person("陈阿婆")
    case = cast.submitted(by=agent, party=principal)
    assert (case.party_id, case.agent_id) == (principal, agent.person_id)
    assert case.mandate_id == Mandate.objects.get(principal_id=principal).pk


def test_an_agent_whose_mandate_names_other_items_is_refused(refused):
    Mandate.objects.filter(agent_id=cast.person("王建国")).update(scope="items", item_codes=["511A0051300001"])
    by = cast.citizen("王建国")
    refused("no-mandate", actions.start, item_code=cast.FOOD, party_id=cast.person("陈阿婆"), by=by, at=cast.at())


def test_an_agent_with_a_mandate_for_this_item_applies():
    Mandate.objects.filter(agent_id=cast.person("王建国")).update(scope="items", item_codes=[cast.FOOD])
    case = cast.submitted(by=cast.citizen("王建国"), party=cast.person("陈阿婆"))
    assert case.agent_id == cast.person("王建国")


def test_a_mandate_that_ended_since_the_draft_was_begun_is_refused(refused):
    by = cast.citizen("王建国")
    draft = cast.draft(by, party=cast.person("陈阿婆"))
    Mandate.objects.filter(agent_id=by.person_id).update(until_on=cast.at().date())
    refused("not-allowed", submit, draft, by=cast.citizen("王建国"))
    assert not Case.objects.exists()
