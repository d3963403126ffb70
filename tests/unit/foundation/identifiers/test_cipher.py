"""Personal data at rest: hidden, found by a keyed index, readable after rotation, refused when moved or changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yiwang.foundation.identifiers import cipher
from yiwang.kernel import keystore

AT = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.VAR = tmp_path
    yield
    keystore.at.cache_clear()


def test_a_sealed_number_shows_nothing_but_the_key_it_needs():
    sealed = cipher.seal("449931199001011234", about="party:1:id_number", at=AT)
    assert cipher.key_of(sealed) == "people.0001"
    assert b"449931" not in sealed
    assert sealed != cipher.seal("449931199001011234", about="party:1:id_number", at=AT)
    assert cipher.unseal(sealed, about="party:1:id_number") == "449931199001011234"


def test_a_ciphertext_moved_to_another_person_or_changed_is_refused():
    sealed = cipher.seal("449931199001011234", about="party:1:id_number", at=AT)
    with pytest.raises(cipher.Unreadable):
        cipher.unseal(sealed, about="party:2:id_number")
    with pytest.raises(cipher.Unreadable):
        cipher.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), about="party:1:id_number")


def test_older_ciphertexts_stay_readable_after_rotation():
    old = cipher.seal("a", about="x", at=AT)
    cipher.rotate(at=AT + timedelta(days=1))
    new = cipher.seal("a", about="x", at=AT + timedelta(days=2))
    assert (cipher.key_of(old), cipher.key_of(new)) == ("people.0001", "people.0002")
    assert cipher.unseal(old, about="x") == cipher.unseal(new, about="x") == "a"


def test_the_index_is_keyed_by_another_key_and_the_same_for_the_same_number():
    one = cipher.index("13800001111", at=AT)
    assert len(one) == 32
    assert one == cipher.index("13800001111", at=AT) != cipher.index("13800001112", at=AT)
    assert cipher.indexes("13800001111") == [one]
    cipher.seal("x", about="x", at=AT)
    keys = {
        cipher.store().current("people", kind="sm4", at=AT).secret,
        cipher.store().current("people-index", kind="hmac", at=AT).secret,
    }
    assert len(keys) == 2


def test_a_search_during_index_rotation_finds_both_the_old_and_the_new_digest():
    old = cipher.index("13800001111", at=AT)
    cipher.store().rotate("people-index", kind="hmac", valid_from=AT)
    assert cipher.indexes("13800001111") == [old, cipher.index("13800001111", at=AT)]
