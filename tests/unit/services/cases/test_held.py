"""What the government holds: shown as there, asked for only on a lawful ground, counted in public, mended by its owner."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Organ
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.services.cases import actions
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held import queries, rules, words
from yiwang.services.cases.held.rules import Facts, Ground
from yiwang.services.cases.models import CaseMaterial, HeldAsk, Shortcoming
from yiwang.services.catalogue.models import Guide, Item
from yiwang.services.certificates.models import Certificate

WANT = "请交验新的营业执照原件"


def certified(number="YX-ZZ-0001", until=None):
    """林's shop has a business licence on record."""
    return Certificate.objects.create(
        number=number,
        name="营业执照",
        type_id="business-licence",
        item=Item.objects.get(code=cast.FOOD),
        organ_id=Organ.objects.get(code="market").pk,
        party_id=cast.noodle_shop(),
        issued_on=cast.at("2024-03-01").date(),
        valid_from=cast.at("2024-03-01").date(),
        valid_until=until,
    )


def wanted(ground="", **demanded):
    """周 asks for the licence in a notice, on this ground."""
    case = cast.submitted()
    return case, cast.asked(case, grounds={"licence": ground}, **demanded or {"licence": WANT})


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "facts", "code"),
    [
        ("", Facts("营业执照"), "already-held"),
        ("because", Facts("营业执照"), "ground-unknown"),
        ("original-by-law", Facts("营业执照"), "ground-not-in-guide"),
        ("hand-back-old", Facts("营业执照", paper_ground="original-by-law"), "ground-not-in-guide"),
        ("not-issued", Facts("营业执照", number="1"), "ground-untrue"),
        ("expired", Facts("营业执照", number="1"), "ground-untrue"),
    ],
)
def test_a_ground_the_law_the_guide_or_the_record_contradicts_is_refused(ground, facts, code):
    assert rules.refuse_asking("licence", "营业执照", ground, facts).code == code


@pytest.mark.parametrize("ground", Ground.values)
def test_every_ground_of_the_law_is_allowed_where_it_holds(ground):
    paper = ground if ground in rules.BY_LAW else ""
    assert rules.refuse_asking("licence", "营业执照", ground, Facts("营业执照", paper_ground=paper)) is None


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("请在布局图上标明消毒区，并提供营业执照复印件", True),
        ("请补交 营业执照", True),
        ("请附上法定代表人身份证", True),
        ("身份证的复印件请一并带来", True),
        ("请按营业执照上的名称重新填写", False),
        ("请提交与营业执照名称一致的布局图", False),
        ("请填写身份证号码", False),
        ("请在布局图上标明消毒区", False),
    ],
)
def test_asking_for_something_held_in_the_words_about_another_material_is_told_from_speaking_of_it(said, refused):
    held = {"营业执照": "营业执照", "身份证": "居民身份证", "法定代表人身份证": "居民身份证"}
    assert bool(rules.refuse_smuggled({"layout": said}, {"layout": "布局图"}, held)) == refused


HELD = {
    "营业执照": "营业执照",
    "身份证": "居民身份证",
    "法定代表人身份证": "居民身份证",
    "房产证": "不动产权证书",
}


@pytest.mark.parametrize(
    ("said", "alias"),
    [
        ("请补交营业执照复印件。", "营业执照"),
        ("材料不全，应当提供租赁合同、营业 执照", "营业执照"),
        ("请于3日内提供法定代表人身份证", "法定代表人身份证"),
        ("要求申请人携带房产证原件", "房产证"),
        ("请申请人尽快把身份证的复印件送来", "身份证"),
        ("请标明消毒区，并提交营业执照", ""),  # 标明 is no bringing: the notice's own rule finds this one
        ("请提交布局图，并提交营业执照", "营业执照"),
        ("申请人提交的营业执照、身份证齐全，同意", ""),
        ("申请人已填写申请表并提交身份证", ""),
        ("经查，申请人提供了营业执照，无须再提交", ""),
        ("不得要求申请人提交营业执照", ""),
        ("请携带身份证到窗口领取", ""),
        ("请按营业执照上的名称填写", ""),
        ("请提交与营业执照名称一致的布局图", ""),
    ],
)
def test_words_that_tell_somebody_to_bring_something_held_are_told_from_words_about_it(said, alias):
    assert rules.held_in(rules.demands(said), HELD) == alias


def test_no_opinion_reason_or_note_asks_for_something_held_whichever_way_it_comes(refused, client):
    case = cast.submitted()
    smuggled = "请申请人另行提供营业执照复印件。"
    says = refused(
        "already-held",
        cast.take,
        case,
        "refuse-acceptance",
        values={"reason": smuggled, "competent": "云溪县卫生健康局"},
    ).says
    assert all(str(ground.label) in says for ground in Ground), "the lawful grounds are named"
    refused("already-held", cast.checked, case, layout=f"没有消毒区。{smuggled}")
    cast.take(case, "accept")
    case.matter.refresh_from_db()
    client.force_login(Account.objects.get(username="zhao"))
    body = {"values": cast.WORDS["review"] | {"opinion": smuggled}}
    sent = client.post(
        f"/api/v1/cases/{case.matter.reference}/steps/review",
        body,
        content_type="application/json",
        headers={"If-Match": f'"{case.matter.version}"'},
    )
    assert (sent.status_code, sent.json()["code"]) == (422, "already-held")
    cast.take(
        case,
        "review",
        values={"opinion": "申请人提交的营业执照复印件齐全，符合条件，建议准予许可。", "recommendation": "grant"},
    )


def test_what_was_asked_for_on_a_lawful_ground_may_be_spoken_of():
    case, _ = wanted("mismatch")
    thing = HeldAsk.objects.get().thing
    assert words.refuse_notes({"layout": f"请提交{thing}"}, case.pk, cast.at().date()) is None
    assert words.refuse_notes({"layout": f"请提交{thing}"}, 0, cast.at().date()) is not None


def test_a_notice_without_a_ground_is_refused_though_the_clerk_found_the_record_wrong(refused):
    case = cast.submitted()
    cast.checked(case, licence="地址与申请地址不一致")
    refusal = refused("already-held", cast.asked, case, licence=WANT)
    assert [fault.field for fault in refusal.faults] == ["licence"]
    assert not HeldAsk.objects.exists()
    assert not Shortcoming.objects.exists()


def test_nobody_asks_because_nothing_was_found_for_a_certificate_on_record(refused):
    certified()
    refusal = refused("ground-untrue", wanted, "not-issued")
    assert "YX-ZZ-0001" in refusal.faults[0].says


def test_asking_smuggled_into_another_line_of_the_notice_is_refused(refused):
    case = cast.submitted()
    refused("already-held", cast.asked, case, layout="请重新提交布局图，并附营业执照复印件")


def test_a_ground_for_what_only_the_applicant_has_is_refused(refused):
    refused("ground-pointless", cast.asked, cast.submitted(), grounds={"layout": "absent"}, layout="请标明消毒区")


@pytest.mark.parametrize("state", ["missing", "deferred", "promised"])
def test_the_counter_cannot_leave_a_held_material_to_the_applicant_without_a_ground(state):
    from yiwang.kernel.refusal import Refusal

    with pytest.raises(Refusal):
        cast.received(states={"licence": state}, signed=True)
    assert not CaseMaterial.objects.filter(source="held", state__in=rules.ASKED).exists()


@pytest.mark.parametrize("row", [{"state": "missing"}, {"required": True}, {"ground": "because"}])
def test_the_table_itself_refuses_a_held_material_asked_for_without_a_ground(row):
    case = cast.submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMaterial.objects.filter(matter=case.matter, code="licence").update(**row)


def test_the_table_itself_refuses_a_line_of_a_notice_without_a_ground():
    case = cast.submitted()
    given = {"organ_id": case.organ_id, "party_id": case.party_id, "notice": 1, "code": "licence", "name": "营业执照"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Shortcoming.objects.create(matter=case.matter, reason=WANT, held=True, **given)


# -- asked lawfully ----------------------------------------------------------------------------------------------------


def test_a_lawful_asking_is_kept_told_and_given_to_the_owner_of_the_data():
    case, _ = wanted("mismatch")
    row = HeldAsk.objects.get()
    owner = Organ.objects.get(code="market").pk
    assert (row.organ_id, row.owner_id, row.ground, row.place, row.thing) == (
        case.organ_id,
        owner,
        "mismatch",
        "notice",
        "营业执照",
    )
    line = LedgerEntry.objects.get(subject=f"held-ask:{row.pk}").body
    assert '"ground":"mismatch"' in line
    assert case.matter.reference in line
    assert WANT not in line
    said = Letter.objects.get(kind="correction-notice").data["shortcomings"][0]["reason"]
    assert said == f"{WANT}（政府已有这项材料，因与实际情况不一致请您提交）"
    task = Matter.objects.get(reference=row.task)
    assert (task.process_id, task.organ_id, task.state) == ("services.source-fault", owner, "to-check")
    ended = matters.take(
        reference=task.reference,
        step="mend",
        by=cast.staff("zhao"),
        at=cast.at(hour=15),
        values={"opinion": "已按登记档案更正经营场所地址。"},
    )
    assert ended.state == "mended"


def test_a_source_that_is_down_opens_one_task_for_all_cases():
    first, _ = wanted("source-down")
    second = cast.received(day="2026-09-24", hour=11, states={"licence": "missing"}, grounds={"licence": "source-down"})
    one, other = HeldAsk.objects.get(matter=first.matter), HeldAsk.objects.get(matter=second.matter)
    assert one.task == other.task != ""
    assert other.place == "counter"
    row = cast.materials(second)["licence"]
    assert (row.state, row.required, row.ground) == ("missing", True, "source-down")


def test_a_holder_who_refuses_consent_gives_the_owner_nothing_to_mend():
    wanted("consent-refused")
    assert HeldAsk.objects.get().task == ""
    assert not Matter.objects.filter(process_id="services.source-fault").exists()


def test_what_was_asked_at_the_counter_stands_in_the_notice_on_the_same_ground():
    case = cast.received(states={"licence": "missing"}, grounds={"licence": "absent"})
    cast.take(case, "ask-correction", by=acceptor(case), shortcomings={"licence": WANT})
    assert Shortcoming.objects.get().ground == "absent"
    assert HeldAsk.objects.count() == 1  # asked once, though said twice


def acceptor(case):
    seat = case.matter.seats.get(closed_at=None)
    return cast.staff("zhou" if seat.organ_id == case.organ_id else "chen")


# -- offered freely ----------------------------------------------------------------------------------------------------


def test_paper_offered_freely_at_the_counter_is_taken_and_is_no_override():
    case = cast.received(brought=(*cast.UPLOADED, "licence"))
    row = cast.materials(case)["licence"]
    assert (row.state, row.ground, row.required) == ("original", "", False)
    assert not HeldAsk.objects.exists()
    row.verdict = "wrong"
    assert not row.wanting  # the record counts, whatever the paper is worth


# -- shown -------------------------------------------------------------------------------------------------------------


def shown(party=None):
    guide = declaration_of(Guide.objects.get(item__code=cast.FOOD, state="published"))
    rows = guide.materials_for(cast.ANSWERS)
    return queries.there(rows, party or cast.noodle_shop(), cast.at().date())["licence"]


def test_a_held_certificate_is_shown_with_number_validity_and_issuer():
    certified(until=cast.at("2029-02-28").date())
    found = shown()
    assert found.found
    assert found.number == "YX-ZZ-0001"
    assert found.says.startswith("已有：营业执照 YX-ZZ-0001，有效期至2029年2月28日，云溪县市场监督管理局")


def test_an_expired_or_somebody_elses_certificate_is_not_shown_as_there():
    certified(until=cast.at("2026-09-23").date())
    assert shown().number == "92449931MA0000001W"  # the register of firms, not the expired paper
    assert not shown(cast.person("王建国")).found


# -- in public ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_how_often_each_department_asked_and_nobodys_name(monkeypatch):
    case, _ = wanted("mismatch")
    monkeypatch.setattr("yiwang.services.cases.held.views.now", cast.at)
    page = Client().get("/materials/asked/").content.decode()
    assert organs.organ_name(case.organ_id, cast.at().date()) in page
    assert "与实际情况不一致" in page
    assert "小满" not in page
    assert case.matter.reference not in page
    cast.submitted("2026-09-23")  # another of the same department, asked for nothing
    held = CaseMaterial.objects.filter(organ_id=case.organ_id, source="held").count()
    [row] = [one for one in queries.counted(2026, cast.at().date()) if one.times]
    assert (row.cases, row.materials, row.asked_cases, row.asked_materials) == (2, held, 1, 1)
    assert (row.times, row.by_ground["mismatch"], row.by_ground["absent"]) == (1, 1, 0)
    assert row.share == 100 / held
    assert queries.counted(2025, cast.at().date()) == []
    export = Client().get("/materials/asked/?format=xlsx")
    assert export["Content-Type"].startswith("application/vnd.openxmlformats")
    assert Client().get("/materials/asked/?year=9999").status_code == 422


# -- compared copies used again ----------------------------------------------------------------------------------------


@pytest.fixture
def compared():
    """An earlier case at the counter, whose lease was compared with the original (C became B)."""
    scan = actions.counter.Scan(documents.png(), "lease.png")
    case = cast.received(scans={"lease": scan})
    file = cast.materials(case)["lease"].files.get()
    assert file.trust == StoredFile.Trust.CHECKED
    return file


def again(draft, file, *, agrees=True, by=None, code="lease"):
    return actions.reuse(
        draft=draft, code=code, file_id=file.pk, agrees=agrees, by=by or cast.lin(), at=cast.at(hour=11)
    )


def test_a_compared_copy_is_used_again_with_consent_and_the_consent_is_kept(compared):
    draft = cast.draft(uploads=("layout", "rules"))
    again(draft, compared)
    case = actions.submit(draft_id=draft.pk, delivery="collect", by=cast.lin(), at=cast.at(hour=12))
    assert cast.materials(case)["lease"].files.get() == compared
    told = LedgerEntry.objects.get(subject=f"file:{compared.pk}", body__contains="cases.copy-reused")
    assert case.matter.reference in told.body
    assert '"basis":"consent"' in told.body


def test_a_compared_copy_is_not_used_without_consent_nor_by_others_nor_for_another_material(refused, compared):
    draft = cast.draft(uploads=())
    refused("no-consent", again, draft, compared, agrees=False)
    refused("no-such-copy", again, draft, compared, code="layout")
    refused("no-such-draft", again, draft, compared, by=cast.citizen("王建国"))
    other = cast.draft(by=cast.citizen("王建国"), party=cast.person("王建国"), uploads=(), said={})
    refused("no-such-copy", again, other, compared, by=cast.citizen("王建国"))


def test_an_upload_nobody_compared_is_not_offered_again(refused):
    case = cast.submitted()
    file = cast.materials(case)["lease"].files.get()
    refused("no-such-copy", again, cast.draft(uploads=()), file)


def test_at_the_counter_a_compared_copy_is_used_again_only_when_the_applicant_agrees(refused, compared):
    rest = {"brought": tuple(code for code in cast.UPLOADED if code != "lease"), "hour": 11}
    other = cast.materials(cast.received())["layout"].pk
    refused("no-consent", cast.received, **rest, reuses={"lease": [compared.pk]})
    refused("no-such-copy", cast.received, **rest, reuses={"layout": [compared.pk]}, agrees=True)
    refused("no-such-copy", cast.received, **rest, reuses={"lease": [other]}, agrees=True)
    refused(
        "no-such-copy",
        cast.received,
        **rest,
        reuses={"lease": [compared.pk]},
        agrees=True,
        party_id=cast.person("王建国"),
    )
    case = cast.received(**rest, reuses={"lease": [compared.pk]}, agrees=True)
    taken = cast.materials(case)["lease"]
    assert (taken.state, taken.files.get()) == ("copy", compared)
    told = LedgerEntry.objects.get(subject=f"file:{compared.pk}", body__contains="cases.copy-reused")
    assert '"given":"counter"' in told.body
    assert case.matter.reference in told.body


def test_pages_and_api_offer_a_compared_copy_and_take_it_with_consent(compared, client):
    client.force_login(Account.objects.get(username="chen"))
    number = cast.form()["applicant_number"]
    asked = {"item_code": cast.FOOD, "number": number, "answers": cast.ANSWERS}
    found = client.post("/api/v1/counter/copies", asked, content_type="application/json").json()
    assert [(one["id"], one["material"]) for one in found] == [(compared.pk, "lease")]
    typed = cast.ANSWERS | {"kind": "firm", "number": number, "go": "refresh", "reuse-lease": str(compared.pk)}
    page = client.post(f"/desk/counter/?item={cast.FOOD}", typed).content.decode()
    assert f'value="{compared.pk}" checked' in page
    assert "申请人当面同意使用以前核对过的材料" in page
    client.force_login(Account.objects.get(pk=cast.lin().account_id))
    draft = cast.draft(uploads=())
    assert [one["id"] for one in client.get(f"/api/v1/drafts/{draft.pk}").json()["copies"]] == [compared.pk]
    address = f"/api/v1/drafts/{draft.pk}/materials/lease/copies"
    sent = [
        client.post(address, {"file": compared.pk, "agrees": agrees}, content_type="application/json")
        for agrees in (False, True)
    ]
    assert [(one.status_code, one.json().get("code")) for one in sent] == [(422, "no-consent"), (201, None)]


def test_only_the_system_opens_a_task_for_the_owner(refused):
    organ = Organ.objects.get(code="market").pk
    refused(
        "not-allowed",
        matters.open,
        process="services.source-fault",
        by=cast.staff("zhao"),
        at=cast.at(),
        organ_id=organ,
        title="核查数据",
        values={"ground": "mismatch", "case": "x"},
    )
    assert SYSTEM.kind == "system"
