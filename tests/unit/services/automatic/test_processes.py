"""A table decides wherever the process declares the step: a licence of two hands, a public service."""

import json

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.models import Job, MatterClock
from yiwang.services.automatic import actions, queries, verifying
from yiwang.services.automatic.models import Receipt, TableVersion
from yiwang.services.cases import actions as cases
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates.models import Certificate

HEALTH, MARKET, SOIL = "511A0005200009", "YX-ZS-0001", "511A0045100002"
SAID = {
    "applicant_name": "云溪县城关街道小满面馆",
    "applicant_number": "92449931MA0000001W",
    "contact_name": "林小满",
    "contact_id_number": "449931199105200223",
    "mobile": "13800001111",
}
CHANGE = SAID | {"licence_number": "JY24499310000123", "counter_area": 12}


def holder():
    """小满面馆 holds a food licence."""
    food = Item.objects.get(code=cast.FOOD)
    return Certificate.objects.create(
        number="JY24499310000123",
        name="食品经营许可证",
        item=food,
        organ_id=food.organ_id,
        party_id=cast.noodle_shop(),
        issued_on="2024-05-06",
        valid_from="2024-05-06",
        valid_until="2029-05-05",
    )


def changed(way="promise", delivery="online", day=cast.DAY):
    """A change of 林's licence, submitted online."""
    upload = "promise" if way == "promise" else "shelf"
    draft = cast.draft(
        cast.lin(day), item=HEALTH, day=day, answers={"way": way, "agent": "self"}, said=CHANGE, uploads=(upload,)
    )
    return cases.submit(draft_id=draft.pk, delivery=delivery, by=cast.lin(day), at=cast.at(day))


def joined(qualified="no"):
    firm = {"company_name": "云溪县城关街道小满面馆", "company_uscc": "92449931MA0000001W", "services": ["design"]}
    answers = {"qualified": qualified, "who": "legal"}
    extra = {"practitioners": 2} if qualified == "yes" else {}
    uploads = ("promise", "qualification") if qualified == "yes" else ("promise",)
    draft = cast.draft(item=MARKET, answers=answers, said=SAID | firm | extra, uploads=uploads)
    return cases.submit(draft_id=draft.pk, delivery="online", by=cast.lin(), at=cast.at())


def in_use(code):
    """The seeded draft as if tried and published: how that is done is told elsewhere."""
    version = TableVersion.objects.get(table__code=code)
    version.state, version.published_at, version.published_by = "published", cast.at(hour=8), "staff:publisher"
    version.save()
    return version


def decided(case):
    receipt = actions.decide(reference=case.matter.reference, by=SYSTEM, at=cast.at(hour=11))
    case.refresh_from_db()
    case.matter.refresh_from_db()
    return receipt


def test_a_licence_whose_law_asks_for_an_expert_has_no_table(refused):
    data = queries.declared(TableVersion.objects.get(table__code="food-licence-health")).model_dump(mode="json")
    water = Item.objects.get(code=SOIL)
    reviewer = organs.doer_of(organs.holders(water.organ_id, "reviewer", cast.at().date())[0], cast.at())
    says = refused(
        "needs-people",
        actions.draft,
        data=data | {"item_code": SOIL, "id": "soil-plan"},
        by=reviewer,
        at=cast.at(),
    )
    assert "第四十五条" in (says.article or "")


@pytest.mark.parametrize(("way", "row"), [("visit", "visit"), ("promise", "no-licence")])
def test_who_wants_a_visit_or_holds_no_licence_is_answered_by_a_person(way, row):
    in_use("food-licence-health")
    case = changed(way)
    receipt = decided(case)
    assert (receipt.outcome, receipt.row, case.matter.state) == ("hand-over", row, "received")


def test_a_licence_of_two_hands_is_granted_by_its_table_from_receipt_to_delivery():
    in_use("food-licence-health")
    holder()
    case = changed()
    assert Job.objects.filter(matter_id=case.matter_id, effect="cases.by-table").count() == 1
    receipt = decided(case)
    assert (receipt.outcome, receipt.row) == ("grant", "promised")
    assert (case.outcome, case.matter.state) == ("granted", "delivered")
    assert not MatterClock.objects.filter(matter_id=case.matter_id, stopped_on=None).exists()
    written = Letter.objects.filter(matter_reference=case.matter.reference)
    assert {"grant-decision", "service-receipt"} <= set(written.values_list("kind", flat=True))
    assert Certificate.objects.filter(matter_reference=case.matter.reference).exists()
    fact = next(one for one in json.loads(receipt.text)["facts"] if one["fact"] == "holds.old-licence")
    assert (fact["value"], fact["source"]) == (True, "本系统证照登记")
    assert verifying.verify(receipt.number).valid


def test_a_licence_that_has_run_out_is_no_licence():
    in_use("food-licence-health")
    Certificate.objects.filter(pk=holder().pk).update(valid_until="2026-09-23")
    assert decided(changed()).row == "no-licence"


def test_a_public_service_is_done_by_its_table_and_a_qualified_one_by_a_person():
    in_use("agency-market")
    asked = joined("yes")
    assert (decided(asked).row, asked.matter.state) == ("qualified", "received")
    cases.take(reference=asked.matter.reference, step="withdraw", by=cast.lin(), at=cast.at(hour=12))
    case = joined()
    assert (decided(case).row, case.matter.state, case.outcome) == ("plain", "delivered", "granted")
    assert Receipt.objects.count() == 2
