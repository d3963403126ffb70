"""Personal data at rest: SM4-GCM with the key's id beside the ciphertext, and a keyed index to find it by.

A ring is a purpose in the installation's key store: ``people`` for data, ``people-index`` for its index. The index is
HMAC-SM3 under a key of its own, so that a stolen table cannot be searched by trying all numbers.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.conf import settings

from yiwang.kernel import keystore, sm4
from yiwang.kernel.refusal import Refusal

PEOPLE = "people"


class Unreadable(Refusal):
    """A ciphertext that was changed, moved to another row, or whose key is not in the store."""

    code = "unreadable"


def store() -> keystore.KeyStore:
    return keystore.at(settings.VAR / "keys")


def seal(text: str, *, about: str, at: datetime, ring: str = PEOPLE) -> bytes:
    """Encrypt under the ring's key in use at ``at``: ``key id + ":" + nonce, ciphertext and tag``.

    ``about`` (row and field, ``party:12:phone``) is bound into the tag: a ciphertext copied to another row is refused.
    """
    key = store().current(ring, kind="sm4", at=at)
    return key.id.encode() + b":" + sm4.encrypt(key.secret, text.encode(), about=about.encode())


def unseal(sealed: bytes, *, about: str) -> str:
    """The text ``seal`` hid. ``Unreadable`` if a bit of it or of ``about`` differs."""
    sealed = bytes(sealed)
    key_id, _, body = sealed.partition(b":")
    try:
        return sm4.decrypt(store().get(key_id.decode()).secret, body, about=about.encode()).decode()
    except (sm4.Tampered, UnicodeDecodeError):
        raise Unreadable(f"加密内容（{about}）已损坏或被移动，不能读取，请立即报告系统管理员。") from None


def key_of(sealed: bytes) -> str:
    """The id of the key a ciphertext was made with."""
    return bytes(sealed).partition(b":")[0].decode()


def index(text: str, *, at: datetime, ring: str = PEOPLE) -> bytes:
    """The keyed digest (32 bytes) under the index key in use at ``at``: what the unique index is over."""
    return _digest(store().current(f"{ring}-index", kind="hmac", at=at), text)


def indexes(text: str, *, ring: str = PEOPLE) -> list[bytes]:
    """The digests under every index key of the ring: what a search compares with while a rotation is under way."""
    return [_digest(store().get(key_id), text) for key_id in store().ids(f"{ring}-index")]


def steady(text: str, *, at: datetime, ring: str = PEOPLE) -> bytes:
    """The digest under the ring's first index key, the same before, during and after a rotation.

    For locks: two registrations of one number wait for each other even if only one of them knows the new key yet.
    """
    newest = index(text, at=at, ring=ring)
    return next(iter(indexes(text, ring=ring)), newest)


def rotate(*, at: datetime, ring: str = PEOPLE) -> str:
    """A new data key from ``at`` on; older ciphertexts stay readable until their table re-encrypts them."""
    return store().rotate(ring, kind="sm4", valid_from=at).id


def _digest(key: keystore.Key, text: str) -> bytes:
    return hmac.new(key.secret, text.encode(), "sm3").digest()
