"""``keys rotate`` makes new data keys and turns every person's ciphertexts to them."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import numbers
from tests.factories import organs as factories
from yiwang.foundation import organs
from yiwang.foundation.calendar.today import now
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs import gateways
from yiwang.foundation.organs.adapters import SecondFactorAdapter
from yiwang.foundation.people import actions
from yiwang.kernel.permissions import SYSTEM, Doer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.VAR, settings.DEMO = tmp_path, True


def test_an_unknown_purpose_is_refused():
    with pytest.raises(CommandError, match="没有用途为“nothing”"):
        call_command("keys", "rotate", "--only", "nothing")


def test_rotation_turns_ciphertexts_and_indexes_of_persons_and_accounts(at, capsys):
    number = numbers.id_number(serial=44)
    person = actions.register_from_pack(name="孙燕", id_number=number, phone=numbers.phone(4), by=SYSTEM, at=at)
    account = organs.actions.enter_code(phone=numbers.phone(4), code=code_for(numbers.phone(4), at), at=at)
    me = Doer(reference=f"person:{person.pk}", kind="citizen", person_id=person.pk)
    actions.bind_wechat(person=person, **gateways.ticket("oYunxi_0001"), agreed=True, by=me, at=at)
    before = bytes(person.id_number_index)
    call_command("keys", "rotate")
    person.refresh_from_db()
    account.refresh_from_db()
    sealed = (person.id_number_cipher, person.phone_cipher, person.wechat_cipher, account.phone_cipher)
    assert {cipher.key_of(one) for one in sealed} == {"people.0002"}
    assert cipher.unseal(person.id_number_cipher, about=f"party:{person.pk}:id_number") == number
    assert cipher.store().ids("people-index") == ["people-index.0001", "people-index.0002"]
    assert bytes(person.id_number_index) != before
    assert bytes(person.id_number_index) == cipher.index(number, at=now())
    assert bytes(account.phone_index) == cipher.index(numbers.phone(4), at=now())
    assert "people：5 项已改用新密钥" in capsys.readouterr().out
    call_command("keys", "rotate", "--continue")
    assert "people：0 项已改用新密钥" in capsys.readouterr().out
    call_command("keys", "list")
    listed = capsys.readouterr().out
    assert "people.0002  sm4" in listed
    assert cipher.store().get("people.0002").secret.hex() not in listed


def test_only_the_data_keys_turn_when_only_they_are_asked_for(at):
    person = actions.register_from_pack(name="孙燕", id_number=numbers.id_number(serial=44), by=SYSTEM, at=at)
    before = bytes(person.id_number_index)
    call_command("keys", "rotate", "--only", "people")
    person.refresh_from_db()
    assert cipher.key_of(person.id_number_cipher) == "people.0002"
    assert bytes(person.id_number_index) == before


def test_while_half_of_the_rows_are_turned_everybody_is_found_and_nobody_registered_twice(at, monkeypatch):
    given = [numbers.id_number(serial=serial) for serial in (51, 52, 53)]
    people = [actions.register_from_pack(name="孙燕", id_number=number, by=SYSTEM, at=at) for number in given]
    cipher.store().rotate("people-index", kind="hmac", valid_from=at)
    opened = []
    unseal = cipher.unseal

    def interrupted(sealed, *, about):
        if len(opened) == 2:
            raise KeyboardInterrupt
        opened.append(about)
        return unseal(sealed, about=about)

    monkeypatch.setattr(cipher, "unseal", interrupted)
    with pytest.raises(KeyboardInterrupt):
        actions.reseal(by=SYSTEM, at=at, batch=1)
    monkeypatch.undo()
    assert actions.keys.left_under_older_keys(at=at) == 1
    for number, person in zip(given, people, strict=True):
        again = actions.register_from_pack(name="孙燕", id_number=number, by=SYSTEM, at=at)
        assert again.pk == person.pk
    assert actions.reseal(by=SYSTEM, at=at, batch=1) == 1
    assert actions.keys.left_under_older_keys(at=at) == 0


def test_two_registrations_of_one_number_wait_for_one_lock_whatever_the_key(at):
    before = cipher.steady("449931199001011234", at=at)
    cipher.store().rotate("people-index", kind="hmac", valid_from=at)
    assert cipher.steady("449931199001011234", at=at) == before != cipher.index("449931199001011234", at=at)


def test_second_factors_open_after_a_rotation(at):
    adapter = SecondFactorAdapter()
    admin = factories.staff(factories.organ())
    factor = Authenticator.objects.create(user=admin, type="totp", data={"secret": adapter.encrypt("JBSWY3DP")})
    call_command("keys", "rotate", "--only", "people")
    factor.refresh_from_db()
    assert cipher.key_of(bytes.fromhex(factor.data["secret"])) == "people.0002"
    assert adapter.decrypt(factor.data["secret"]) == "JBSWY3DP"


def code_for(phone, at):
    return organs.actions.send_code(phone=phone, address="127.0.0.1", at=at).code
