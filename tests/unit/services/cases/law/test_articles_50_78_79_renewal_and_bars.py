"""行政许可法 第五十条: asked in time, decided before expiry, silence renews; 第七十八条: false material bars for a year."""

from datetime import date

import pytest

from tests.factories import cases as cast
from tests.unit.services.cases.test_one_hand import plausible
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.refusal import NotFound
from yiwang.matters import actions as matters
from yiwang.services.cases.queries import known
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates import actions as certificates
from yiwang.services.certificates.models import Bar, Certificate

WATER = "511A0079400005"  # 取水许可证延续: forty-five natural days before expiry


def old(until, number="取水（云溪）字〔2021〕第7号", party=None):
    """林's water permit, issued before this system, recorded by the water bureau."""
    return certificates.record_existing(
        number=number,
        name="取水许可证",
        item_code=WATER,
        party_id=party or cast.person("林小满"),
        valid_from=date(2021, 11, 21),
        valid_until=until,
        by=cast.staff("water-2"),
        at=cast.at(hour=8),
    )


def renewal(number="取水（云溪）字〔2021〕第7号", **how):
    answers, said, uploads = plausible(WATER)
    said = said | {"permit_number": number}
    return cast.submitted(item=WATER, answers=answers, said=said, uploads=uploads, party=cast.person("林小满"), **how)


def test_article_50_asked_too_late_it_is_no_renewal_and_the_guide_says_what_follows(refused):
    old(date(2026, 11, 7))  # forty-five days before: 23 September
    refusal = refused("renewal-too-late", renewal)
    assert refusal.article == "行政许可法 第五十条"
    assert "按新办" in refusal.says


def test_article_50_the_organ_decides_before_the_certificate_expires():
    certificate = old(date(2026, 11, 20))
    case = renewal()
    assert case.matter.renewal.certificate == certificate
    clock = case.matter.clocks.get(clock="before-expiry")
    assert str(clock.due_on) == "2026-11-20"


def test_article_50_silence_renews_for_the_same_length(monkeypatch, refused):
    certificate = old(date(2026, 11, 20))
    case = renewal()
    monkeypatch.setattr("yiwang.services.cases.after.now", lambda: cast.at("2026-11-21", 1))
    cast.take(case, "accept", by="water-1")
    assert matters.sweep(at=cast.at("2026-11-20", 23)).taken == 0
    assert matters.sweep(at=cast.at("2026-11-21", 1)).taken == 1
    matters.drain(at=cast.at("2026-11-21", 2))
    case.refresh_from_db()
    assert (case.matter.state, case.outcome, str(case.valid_until)) == ("granted", "granted", "2031-11-20")
    letter = Letter.objects.get(kind="grant-decision")
    assert "第五十条第二款" in letter.data["basis"]
    cast.take(case, "issue", "2026-11-24", by="water-1")
    made = Certificate.objects.get(matter_reference=case.matter.reference)
    certificate.refresh_from_db()
    assert (made.previous, str(made.valid_from), str(made.valid_until)) == (certificate, "2026-11-21", "2031-11-20")
    assert certificate.status == Certificate.Status.RENEWED


def test_article_50_a_misprinted_number_does_not_cost_the_right_to_silence(refused):
    certificate = old(date(2026, 11, 20))
    assert certificate.type_id == "water-permit"
    refusal = refused("not-that-certificate", renewal, number="取水（云溪）字〔2021〕第1号")
    assert [fault.field for fault in refusal.faults] == ["permit_number"]
    assert certificate.number in refusal.says


def test_article_50_the_form_of_a_renewal_begins_with_what_is_registered():
    old(date(2026, 11, 20))
    found = known(cast.lin(), cast.person("林小满"))
    assert found["certificate.water-permit.number"] == "取水（云溪）字〔2021〕第7号"
    assert found["certificate.water-permit.until"] == "2026-11-20"
    with pytest.raises(NotFound):
        known(cast.citizen("王建国"), cast.person("林小满"))


def test_article_50_somebody_else_s_certificate_renews_nothing():
    old(date(2026, 11, 20), party=cast.person("王建国"))
    case = renewal()
    assert not case.matter.clocks.filter(clock="before-expiry").exists()


def test_article_39_what_is_made_stands_in_the_register():
    case = cast.walked(cast.submitted(), "accept", "review", "grant", "issue")
    made = Certificate.objects.get(matter_reference=case.matter.reference)
    assert made.number == "云市监许证〔2026〕1号"
    assert (made.party_id, made.organ_id, made.status) == (case.party_id, case.organ_id, "valid")


# -- 第七十八条 ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def deceived():
    case = cast.walked(cast.submitted(), "accept", "review")
    cast.take(case, "deny", values=cast.WORDS["deny"] | {"falsehood": "safety"})
    return case


def test_article_78_false_material_in_a_matter_of_safety_bars_for_a_year(refused, deceived):
    bar = Bar.objects.get()
    assert (str(bar.from_on), str(bar.until_on)) == ("2026-09-24", "2027-09-25")
    refusal = refused("barred", cast.submitted)
    assert refusal.article == "行政许可法 第七十八条"
    assert "2027年9月25日" in refusal.says
    assert "一年内不得再次申请" in Letter.objects.get(kind="denial-decision").data["warning"]


def test_article_78_the_counter_refuses_it_too(refused, deceived):
    refused("barred", cast.received)


def test_article_78_only_this_applicant_and_this_item_are_barred(deceived):
    cast.submitted(party=cast.person("林小满"))


def test_article_78_other_falsehood_is_warned_of_and_bars_nobody():
    case = cast.walked(cast.submitted(), "accept", "review")
    cast.take(case, "deny", values=cast.WORDS["deny"] | {"falsehood": "false"})
    assert not Bar.objects.exists()
    assert "警告" in Letter.objects.get(kind="denial-decision").data["warning"]


# -- 第六十九、七十九条 ----------------------------------------------------------------------------------------------------


def test_article_79_fraud_is_revoked_and_bars_for_three_years(refused):
    case = cast.walked(cast.submitted(), "accept", "review", "grant", "issue")
    made = Certificate.objects.get(matter_reference=case.matter.reference)
    opened = certificates.propose(
        certificate_id=made.pk,
        process="certificates.revocation",
        values={"ground": "fraud", "facts": "提交的租赁合同系伪造，出租人已书面证明。", "safety": True},
        by=cast.staff("zhao"),
        at=cast.at(),
    )
    refused(
        "ending-open",
        certificates.propose,
        certificate_id=made.pk,
        process="certificates.withdrawal",
        values={"ground": "law-changed", "facts": "依据已经废止。"},
        by=cast.staff("zhao"),
        at=cast.at(),
    )
    assert Letter.objects.get(kind="ending-notice").data["what"] == "撤销"
    words = {"opinion": "事实清楚，证据确凿，同意撤销。", "reason": "以欺骗手段取得许可。"}
    decide = {"reference": opened.reference, "step": "decide", "by": cast.staff("sun"), "at": cast.at("2026-10-09")}
    refused("not-allowed", matters.take, **decide, values=words)
    matters.take(
        reference=opened.reference,
        step="state",
        by=cast.staff("zhao"),
        at=cast.at("2026-09-28"),
        values={"statement": "承认合同不是房东签的。", "weighed": "陈述不影响撤销。"},
    )
    matters.take(**decide, values=words)
    for _ in range(2):  # the job may run twice
        certificates.carry_out(matter_id=opened.id, ordinal=3)
    made.refresh_from_db()
    assert (made.status, str(made.ended_on)) == ("revoked", "2026-10-09")
    assert str(Bar.objects.get().until_on) == "2029-10-10"
    assert Letter.objects.filter(kind="ending-decision").count() == 1
    refused("barred", cast.submitted, "2026-10-12")


def test_article_50_an_item_of_another_organ_is_not_recorded_by_this_one(refused):
    item = Item.objects.get(code=cast.FOOD)
    refused(
        "not-allowed",
        certificates.record_existing,
        number="JY1",
        name="食品经营许可证",
        item_code=item.code,
        party_id=cast.person("林小满"),
        valid_from=date(2024, 1, 1),
        valid_until=None,
        by=cast.staff("water-2"),
        at=cast.at(),
    )


# -- 第五十条第二款: whose silence ----------------------------------------------------------------------------------------


@pytest.fixture
def uncorrected(monkeypatch):
    """林 was asked for a correction before the old permit expired and had not brought it when it did."""
    monkeypatch.setattr("yiwang.services.cases.after.now", lambda: cast.at("2026-11-21", 1))
    old(date(2026, 11, 20))
    case = renewal()
    code = next(code for code, row in cast.materials(case).items() if row.state == "uploaded")
    day = "2026-10-09"
    cast.take(case, "ask-correction", day, by="water-1", values={}, shortcomings={code: "请补充取水计量设施照片"})
    case.refresh_from_db()
    return case, code


def handed_in(case, code, day):
    cast.supplied(case, code, day, by=cast.lin(day))
    cast.take(case, "hand-in-correction", day, by=cast.lin(day), values={}, hour=16)


def test_article_50_a_correction_after_expiry_is_not_renewed_by_silence(uncorrected):
    case, code = uncorrected
    assert matters.sweep(at=cast.at("2026-11-21", 1)).taken == 1  # the clock of silence ends, the case stays
    case.matter.refresh_from_db()
    assert case.matter.state == "awaiting-correction"
    handed_in(case, code, "2026-11-23")
    assert matters.sweep(at=cast.at("2026-11-24", 1)).taken == 0
    case.refresh_from_db()
    assert (case.matter.state, case.outcome) == ("received", "")
    cast.take(case, "accept", "2026-11-24", by="water-1")


def test_article_50_nor_where_the_sweep_had_not_run_before_it_came(uncorrected):
    case, code = uncorrected
    handed_in(case, code, "2026-11-23")
    assert matters.sweep(at=cast.at("2026-11-24", 1)).taken == 0
    case.refresh_from_db()
    assert case.matter.state == "received"
    assert case.matter.clocks.get(clock="before-expiry").stopped_on is not None


def test_article_50_a_correction_before_expiry_leaves_the_organ_its_own_silence(uncorrected):
    case, code = uncorrected
    handed_in(case, code, "2026-11-20")
    assert matters.sweep(at=cast.at("2026-11-21", 1)).taken == 1
    case.refresh_from_db()
    assert (case.matter.state, case.outcome) == ("granted", "granted")
