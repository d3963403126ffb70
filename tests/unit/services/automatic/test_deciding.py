"""A published table decides, or hands over; either way a receipt stays."""

import json

import pytest
from django.db import DatabaseError, transaction

from tests.factories import cases as cast
from tests.factories import filings
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.people.models import Firm
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.actions import jobs
from yiwang.matters.models import Job
from yiwang.services.automatic import actions
from yiwang.services.automatic.models import Receipt


@pytest.mark.parametrize("who", ["chen", "zhao", "sun", "wu"])
def test_nobody_decides_by_table_in_person(refused, who):
    filings.published()
    case = filings.filed()
    refused("not-allowed", actions.decide, reference=case.matter.reference, by=cast.staff(who), at=cast.at())


def test_a_draft_decides_nothing():
    case = filings.filed()
    assert filings.decide(case) is None
    assert case.matter.state == "received"


def test_a_simple_filing_is_granted_and_delivered_online_by_itself():
    version = filings.published()
    case = filings.filed()
    receipt = filings.decide(case)
    assert (case.outcome, case.matter.state) == ("granted", "delivered")
    assert (receipt.outcome, receipt.row, receipt.version) == ("grant", "shop", version)
    kinds = set(Letter.objects.filter(matter_reference=case.matter.reference).values_list("kind", flat=True))
    assert {"power-decision", "service-receipt"} <= kinds
    assert not {"grant-decision", "licence"} & kinds  # 备案 is no licence and is not called one


def test_who_collects_at_the_counter_gets_the_decision_and_a_clerk_makes_the_paper():
    filings.published()
    case = filings.filed(delivery="collect")
    filings.decide(case)
    assert (case.outcome, case.matter.state) == ("granted", "granted")


def test_the_receipt_says_facts_with_source_and_time_table_row_and_article():
    version = filings.published()
    case = filings.filed()
    said = json.loads(filings.decide(case, hour=11).text)
    facts = {fact["fact"]: fact for fact in said["facts"]}
    assert facts["applicant.status"]["value"] == "open"
    assert facts["applicant.status"]["source"] == "市场主体登记"
    assert facts["applicant.status"]["at"] == cast.at(hour=11).isoformat()
    assert facts["answers.online"]["at"].startswith("2026-09-24")
    assert said["table"] == {"id": filings.TABLE, "title": version.table.title, "version": 1, "digest": version.digest}
    assert (said["row"], said["article"]) == ("shop", "《中华人民共和国食品安全法》第三十五条第一款")
    assert said["engine"].startswith("zen-engine ")


def test_the_receipt_holds_no_name_number_or_address_of_anybody():
    filings.published()
    text = filings.decide(filings.filed()).text
    for word in ("林小满", "小满面馆", "449931199105200223", "92449931MA0000001W", "人民路", "13800001111"):
        assert word not in text


@pytest.mark.parametrize(
    ("said", "row"),
    [({"kinds": ["plain", "health"]}, "special-food"), ({"kinds": ["formula"]}, "formula-milk")],
)
def test_special_food_goes_to_a_person_with_a_receipt_that_says_why(said, row):
    filings.published()
    case = filings.filed(**said)
    receipt = filings.decide(case)
    assert (receipt.outcome, receipt.row, case.matter.state, case.outcome) == ("hand-over", row, "received", "")


def test_a_closed_firm_goes_to_a_person():
    filings.published()
    case = filings.filed()
    Firm.objects.filter(pk=cast.noodle_shop()).update(status="closed")
    assert filings.decide(case).row == "not-open"


def test_a_second_filing_of_the_same_applicant_goes_to_a_person():
    filings.published()
    filings.filed(day="2026-09-23", delivery="collect")
    assert filings.decide(filings.filed()).row == "twice"


def test_asked_twice_it_decides_once():
    filings.published()
    case = filings.filed()
    assert filings.decide(case) is not None
    assert filings.decide(case) is None
    assert Receipt.objects.count() == 1


def test_a_case_a_clerk_was_quicker_with_is_left_alone():
    filings.published()
    case = filings.decided(filings.filed())
    assert filings.decide(case) is None


def test_the_worker_decides_right_after_the_case_was_received():
    filings.published()
    case = filings.filed()
    assert Job.objects.filter(matter_id=case.matter_id, effect="cases.by-table").count() == 1
    jobs.drain(at=cast.at(hour=12))
    case.refresh_from_db()
    assert case.outcome == "granted"


def test_the_ledger_keeps_the_digest_of_the_receipt():
    filings.published()
    receipt = filings.decide(filings.filed())
    entry = LedgerEntry.objects.get(subject=f"receipt:{receipt.number}", ordinal=1)
    assert json.loads(entry.body)["detail"]["receipt_digest"] == receipt.digest


def test_a_receipt_cannot_be_changed_or_deleted():
    filings.published()
    receipt = filings.decide(filings.filed())
    for deed in (lambda: Receipt.objects.update(row="other"), lambda: receipt.delete()):
        with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic():
            deed()


def test_a_stopped_table_decides_nothing_more_and_its_receipts_stay():
    version = filings.published()
    filings.decide(filings.filed(day="2026-09-23"), day="2026-09-23")
    actions.stop(code=filings.TABLE, number=version.number, by=cast.staff(filings.SONG), at=cast.at())
    assert filings.decide(filings.filed()) is None
    assert Receipt.objects.count() == 1
    assert SYSTEM.kind == "system"
