"""The demonstration people of a pack: seeded once, compared, and never a real number."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.rules import shipped
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.rules import is_invented
from yiwang.foundation.people import queries, seeds
from yiwang.foundation.people.models import Firm, Mandate, Person
from yiwang.kernel.permissions import SYSTEM

pytestmark = pytest.mark.django_db
ORDER = ("persons", "firms", "mandates")


@pytest.fixture(scope="module")
def entries():
    return shipped().entries


def seed(entries, at):
    return [getattr(seeds, f"seed_{name}")(entries[f"people.{name}"], by=SYSTEM, at=at) for name in ORDER]


def drift(entries):
    return [d for name in ORDER for d in getattr(seeds, f"diff_{name}")(entries[f"people.{name}"])]


def test_the_demo_people_come_in_once_and_drift_is_seen(entries, at):
    first = seed(entries, at)
    assert [report.added for report in first] == [len(entries[f"people.{name}"]) for name in ORDER]
    assert [report.added for report in seed(entries, at)] == [0, 0, 0]
    assert drift(entries) == []
    Firm.objects.filter(name__contains="小满").update(address="别处")
    Mandate.objects.all().delete()
    found = drift(entries)
    assert [(d.register, d.field) for d in found] == [
        ("people.firms", "address"),
        ("people.mandates", ""),
        ("people.mandates", ""),
    ]


def test_lin_owns_a_shop_and_logs_in_with_her_phone(entries, at):
    seed(entries, at)
    lin = Person.objects.get(name="林小满")
    assert lin.account.name == "林小满"
    assert bytes(lin.account.phone_index) in cipher.indexes("13800001111")
    assert lin.invented
    person_id, firms = queries.doer_of_account(account_id=lin.account_id, at=at)
    assert person_id == lin.pk
    assert list(Firm.objects.filter(pk__in=firms).values_list("kind", flat=True)) == ["individual"]


def test_nobody_acts_for_the_closed_restaurant(entries, at):
    seed(entries, at)
    closed = Firm.objects.get(status="closed")
    officer = closed.officers.get()
    assert closed.pk not in queries.delegations(officer.person_id, date(2026, 9, 24))


def test_every_number_in_the_pack_belongs_to_nobody(entries):
    assert len(entries["people.persons"]) >= 40
    assert len(entries["people.firms"]) >= 15
    assert all(is_invented(entry.value.id_number) for entry in entries["people.persons"])
    assert all(is_invented(entry.value.uscc) for entry in entries["people.firms"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("id_number", "360426199101010071"), ("id_number", "449931199105200224"), ("phone", "1540000000"), ("name", "x")],
)
def test_a_row_with_a_real_or_wrong_number_is_refused(column, value):
    good = {"name": "林小满", "id_number": "449931199105200223", "phone": "15400000002"}
    assert seeds.PersonRow.model_validate_strings(good)
    with pytest.raises(ValueError, match=column):
        seeds.PersonRow.model_validate_strings({**good, column: value})
