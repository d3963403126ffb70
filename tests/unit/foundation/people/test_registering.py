"""Who is registered, by whom, and that one person is one row."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories import numbers
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.rules import BadIdentifier
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions, queries, verification
from yiwang.foundation.people.models import Party, Person
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

pytestmark = pytest.mark.django_db
NUMBER = numbers.id_number(date(1955, 3, 8), 21)


def citizen(account: Account) -> Doer:
    return Doer(reference=f"account:{account.pk}", kind="citizen", account_id=account.pk)


def test_a_stranger_and_a_citizen_cannot_register_others(at, account):
    for by in (STRANGER, citizen(account)):
        with pytest.raises(NotAllowed):
            actions.register_at_counter(name="陈阿婆", id_number=NUMBER, by=by, at=at)
    assert not Party.objects.exists()


def test_an_old_woman_without_a_phone_is_registered_and_gets_an_account(clerk, at):
    person = actions.register_at_counter(name="陈阿婆", id_number=NUMBER, by=clerk, at=at)
    account, password = actions.open_citizen_account(person=person, by=clerk, at=at)
    assert person.phone_cipher is None
    assert account.check_password(password)
    assert NUMBER not in account.username
    person.refresh_from_db()
    assert queries.doer_of_account(account_id=account.pk, at=at) == (person.pk, frozenset())
    with pytest.raises(Refusal) as refused:
        actions.open_citizen_account(person=person, by=clerk, at=at)
    assert refused.value.code == "already-linked"
    assert Account.objects.filter(kind="citizen").count() == 1


def test_every_fault_is_named_with_its_field(clerk, at):
    with pytest.raises(Refusal) as refused:
        actions.register_at_counter(name="x", id_number="449931", by=clerk, at=at)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("name", "name"),
        ("id_number", "id-number-length"),
    }
    with pytest.raises(BadIdentifier) as refused:
        actions.register_at_counter(name="陈阿婆", id_number=NUMBER, phone="0762-3388123", by=clerk, at=at)
    assert refused.value.faults[0].field == "phone"
    assert not Party.objects.exists()


def test_the_same_card_a_second_time_answers_the_person_and_fills_only_what_was_missing(clerk, at):
    first = actions.register_at_counter(name="陈阿婆", id_number=NUMBER, by=clerk, at=at)
    second = actions.register_at_counter(
        name=" 陈阿婆 ", id_number=NUMBER.lower(), phone=numbers.phone(1), by=clerk, at=at
    )
    third = actions.register_at_counter(name="陈阿婆", id_number=NUMBER, phone=numbers.phone(2), by=clerk, at=at)
    assert first.pk == second.pk == third.pk
    assert Party.objects.count() == Person.objects.count() == 1
    assert cipher.unseal(third.phone_cipher, about=f"party:{first.pk}:phone") == numbers.phone(1)


def test_a_number_under_another_name_is_refused_without_telling_the_name(clerk, at):
    actions.register_at_counter(name="陈阿婆", id_number=NUMBER, by=clerk, at=at)
    with pytest.raises(Refusal) as refused:
        actions.register_at_counter(name="李四妹", id_number=NUMBER, by=clerk, at=at)
    assert refused.value.code == "another-name"
    assert "陈阿婆" not in refused.value.says


def test_the_database_itself_keeps_one_row_a_number(lin, at):
    party = Party.objects.create(kind="person", registered_at=at, registered_by="system")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(
            party=party,
            name="x",
            name_key="x",
            id_number_cipher=b"1",
            id_number_index=lin.id_number_index,
            verified_how="card",
            verified_at=at,
        )


def test_nothing_readable_of_a_number_is_in_the_row_or_in_the_ledger(lin):
    row = Person.objects.filter(pk=lin.pk).values().get()
    number = numbers.id_number(date(1991, 5, 20), 22)
    text = repr([bytes(v) if isinstance(v, memoryview) else v for v in row.values()])
    assert number not in text
    assert "13800001111" not in text
    assert "西街" not in text
    bodies = " ".join(LedgerEntry.objects.values_list("body", flat=True))
    for secret in (number, "13800001111", "林小满", "西街"):
        assert secret not in bodies


def test_a_citizen_completes_the_real_name_step_once(account, at):
    by = citizen(account)
    with pytest.raises(Refusal) as refused:
        actions.register_citizen(account=account, name="赵一", id_number=NUMBER, agreed=False, by=by, at=at)
    assert refused.value.code == "agreement"
    person = actions.register_citizen(account=account, name="赵一", id_number=NUMBER, agreed=True, by=by, at=at)
    assert person.get_verified_how_display() == "演示核验（无效力）"
    assert person.account_id == account.pk
    with pytest.raises(Refusal) as refused:
        actions.register_citizen(account=account, name="赵一", id_number=NUMBER, agreed=True, by=by, at=at)
    assert refused.value.code == "already-verified"


def test_a_citizen_known_from_the_counter_is_recognised_by_the_number(account, clerk, at):
    before = actions.register_at_counter(name="赵一", id_number=NUMBER, by=clerk, at=at)
    by = citizen(account)
    after = actions.register_citizen(account=account, name="赵一", id_number=NUMBER, agreed=True, by=by, at=at)
    assert after.pk == before.pk
    assert after.verified_how == Person.Verified.CARD  # the stronger verification stays


def test_a_second_account_cannot_take_over_a_verified_person(account, at):
    by = citizen(account)
    actions.register_citizen(account=account, name="赵一", id_number=NUMBER, agreed=True, by=by, at=at)
    thief = Account.objects.create_user("c2", kind="citizen")
    with pytest.raises(Refusal) as refused:
        actions.register_citizen(account=thief, name="赵一", id_number=NUMBER, agreed=True, by=citizen(thief), at=at)
    assert refused.value.code == "already-linked"


def test_nobody_verifies_for_anothers_account_or_with_a_staff_account(account, at):
    staff = Account.objects.create_user("s1", kind="staff", name="工")
    for target, by in ((account, citizen(staff)), (staff, citizen(staff))):
        with pytest.raises(NotAllowed):
            actions.register_citizen(account=target, name="赵一", id_number=NUMBER, agreed=True, by=by, at=at)


def test_the_demonstration_verifier_refuses_a_real_number(account, at):
    with pytest.raises(Refusal) as refused:
        actions.register_citizen(
            account=account, name="某人", id_number="360426199101010071", agreed=True, by=citizen(account), at=at
        )
    assert refused.value.code == "demonstration-only"


class Denies:
    how = Person.Verified.ONLINE

    def matches(self, *, name, id_number, at):
        return False


def test_an_adapter_that_does_not_confirm_registers_nobody(account, at, monkeypatch):
    monkeypatch.setenv("YW_REAL_NAME", f"{__name__}:Denies")
    with pytest.raises(verification.Mismatch):
        actions.register_citizen(
            account=account, name="赵一", id_number=NUMBER, agreed=True, by=citizen(account), at=at
        )
    assert not Party.objects.exists()


def test_a_pack_cannot_bring_in_a_real_number(at):
    with pytest.raises(NotAllowed):
        actions.register_from_pack(name="某人", id_number="360426199101010071", by=SYSTEM, at=at)


def test_a_person_changes_the_own_phone_and_not_anothers(lin, wang, as_citizen, at):
    with pytest.raises(NotAllowed):
        actions.change_phone(person=lin, phone=numbers.phone(9), by=as_citizen(wang), at=at)
    changed = actions.change_phone(person=lin, phone=numbers.phone(9), by=as_citizen(lin), at=at)
    assert queries.known(as_citizen(lin), lin.pk)["phone"] == numbers.phone(9)
    actions.change_phone(person=changed, phone="", by=as_citizen(lin), at=at)
    assert "phone" not in queries.known(as_citizen(lin), lin.pk)


def test_after_a_key_rotation_everything_is_readable_and_under_the_new_key(
    lin, wang, as_citizen, at, settings, tmp_path
):
    settings.VAR = tmp_path
    with pytest.raises(NotAllowed):
        actions.reseal(by=as_citizen(lin), at=at)
    person = actions.register_from_pack(
        name="孙燕", id_number=numbers.id_number(serial=44), phone=numbers.phone(4), by=SYSTEM, at=at
    )
    Person.objects.exclude(pk=person.pk).delete()  # sealed under the keys of another folder
    assert actions.reseal(by=SYSTEM, at=at) == 0
    fresh = cipher.rotate(at=at)
    assert actions.keys.left_under_older_keys(at=at) == 1
    assert actions.reseal(by=SYSTEM, at=at, batch=1) == 2
    assert actions.keys.left_under_older_keys(at=at) == 0
    person.refresh_from_db()
    assert cipher.key_of(person.phone_cipher) == fresh
    assert cipher.unseal(person.phone_cipher, about=f"party:{person.pk}:phone") == numbers.phone(4)
