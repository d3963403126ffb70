"""The key store: encrypted at rest, rotated without losing a key, refusing the wrong passphrase and altered files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from yiwang.kernel import sm4
from yiwang.kernel.keystore import KeyStore, WrongPassphrase
from yiwang.kernel.refusal import NotFound, Refusal

NOON = datetime(2026, 9, 24, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.delenv("YW_KEY_PASSPHRASE", raising=False)
    return KeyStore(tmp_path / "keys", "云溪")


def test_sm4_gcm_gives_the_published_ciphertext_of_rfc_8998():
    sealed = sm4.encrypt_with(
        bytes.fromhex("0123456789abcdeffedcba9876543210"),
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8),
        about=bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def test_a_ciphertext_moved_to_another_context_is_refused():
    sealed = sm4.encrypt(b"k" * 16, "证照".encode(), about=b"file:1")
    with pytest.raises(sm4.Tampered):
        sm4.decrypt(b"k" * 16, sealed, about=b"file:2")
    assert sm4.decrypt(b"k" * 16, sealed, about=b"file:1").decode() == "证照"


def test_the_wrong_passphrase_opens_nothing(store):
    key = store.current("files", kind="sm4", at=NOON)
    with pytest.raises(WrongPassphrase):
        KeyStore(store.folder, "别处").get(key.id)


def test_a_renamed_or_redated_key_file_is_refused(store):
    key = store.current("files", kind="sm4", at=NOON)
    path = store.store / "ring" / "files" / "0001.json"
    line = json.loads(path.read_text())
    path.write_text(json.dumps({**line, "valid_from": LATER.isoformat()}))
    with pytest.raises(Refusal) as refused:
        KeyStore(store.folder, "云溪").get(key.id)
    assert refused.value.code == "key-tampered"


def test_no_secret_lies_in_the_folder_in_clear(store):
    key = store.current("files", kind="sm4", at=NOON)
    for path in store.folder.rglob("*.json"):
        assert key.secret.hex() not in path.read_text()
        assert path.stat().st_mode & 0o077 == 0


def test_a_new_key_is_used_from_its_moment_and_the_old_one_stays(store):
    first = store.current("files", kind="sm4", at=NOON)
    second = store.rotate("files", kind="sm4", valid_from=LATER)
    assert store.current("files", kind="sm4", at=NOON) == first
    assert store.current("files", kind="sm4", at=LATER) == second
    assert store.get(first.id).secret == first.secret


def test_a_rotation_into_the_past_is_refused(store):
    store.rotate("files", kind="sm4", valid_from=LATER)
    with pytest.raises(Refusal) as refused:
        store.rotate("files", kind="sm4", valid_from=NOON)
    assert refused.value.code == "rotation-in-the-past"


def test_an_unknown_key_and_a_path_as_key_id_are_not_found(store):
    for key_id in ("files.0009", "../../etc/passwd.1", "files"):
        with pytest.raises(NotFound):
            store.get(key_id)


def test_an_empty_signing_ring_is_not_filled_by_itself(store):
    with pytest.raises(NotFound):
        store.current("seal-1", kind="sm2", at=NOON)


def test_a_new_passphrase_opens_every_old_key_and_the_old_one_none(store):
    kept = [store.current("files", kind="sm4", at=NOON), store.current("names", kind="hmac", at=NOON)]
    assert store.reseal("清溪") == 2
    again = KeyStore(store.folder, "清溪")
    assert [again.get(key.id).secret for key in kept] == [key.secret for key in kept]
    with pytest.raises(WrongPassphrase):
        KeyStore(store.folder, "云溪").get(kept[0].id)


def test_a_crash_while_resealing_leaves_the_old_store(store):
    key = store.current("files", kind="sm4", at=NOON)
    store.store.rename(store.folder / "retired")
    assert KeyStore(store.folder, "云溪").get(key.id).secret == key.secret


def test_without_a_given_passphrase_one_is_made_and_kept_to_its_owner(tmp_path, monkeypatch):
    monkeypatch.delenv("YW_KEY_PASSPHRASE", raising=False)
    key = KeyStore(tmp_path / "keys").current("files", kind="sm4", at=NOON)
    assert (tmp_path / "keys" / "passphrase").stat().st_mode & 0o777 == 0o600
    assert KeyStore(tmp_path / "keys").get(key.id).secret == key.secret


def test_two_processes_starting_at_once_share_one_first_key(tmp_path, monkeypatch):
    monkeypatch.delenv("YW_KEY_PASSPHRASE", raising=False)
    stores = [KeyStore(tmp_path / "keys") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(lambda s: s.current("files", kind="sm4", at=NOON), stores))
    assert len({key.secret for key in keys}) == 1
