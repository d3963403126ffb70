"""``keys rotate`` makes new data keys and turns every person's ciphertexts to them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import numbers
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.people import actions
from yiwang.kernel.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.VAR = tmp_path


def test_an_unknown_purpose_is_refused():
    with pytest.raises(CommandError, match="没有用途为“nothing”"):
        call_command("keys", "rotate", "--only", "nothing")


def test_rotation_turns_every_person_to_the_new_key_and_leaves_the_index_keys(at, capsys):
    number = numbers.id_number(serial=44)
    person = actions.register_from_pack(name="孙燕", id_number=number, phone=numbers.phone(4), by=SYSTEM, at=at)
    call_command("keys", "rotate", "--only", "people")
    person.refresh_from_db()
    assert {cipher.key_of(person.id_number_cipher), cipher.key_of(person.phone_cipher)} == {"people.0002"}
    assert cipher.unseal(person.id_number_cipher, about=f"party:{person.pk}:id_number") == number
    assert cipher.store().ids("people-index") == ["people-index.0001"]
    assert "people：2 项已改用新密钥" in capsys.readouterr().out
    call_command("keys", "rotate", "--continue")
    assert "people：0 项已改用新密钥" in capsys.readouterr().out
    call_command("keys", "list")
    listed = capsys.readouterr().out
    assert "people.0002  sm4" in listed
    assert cipher.store().get("people.0002").secret.hex() not in listed
