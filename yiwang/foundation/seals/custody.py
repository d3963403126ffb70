"""Where signing keys live: the software key store today, certified hardware later, behind one small interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings

from yiwang.foundation.seals import sm2
from yiwang.kernel import keystore
from yiwang.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class KeyHandle:
    """A key that signs somewhere: its id and public point. The secret never leaves the custody."""

    id: str
    public: bytes


class Custody(Protocol):
    """What keeps signing keys. Hardware implements these three and is named in ``YW_SEAL_CUSTODY``."""

    def create(self, purpose: str, *, at: datetime) -> KeyHandle:
        """A new SM2 key for that purpose."""
        ...

    def public(self, key_id: str) -> bytes:
        """The public point of a kept key."""
        ...

    def sign(self, key_id: str, data: bytes) -> bytes:
        """An SM2 signature (DER) with a kept key."""
        ...


class SoftwareCustody:
    """Keys in the installation's encrypted key store. For the test CA only."""

    def create(self, purpose: str, *, at: datetime) -> KeyHandle:
        pair = sm2.generate()
        kept = self._store.add(purpose, kind="sm2", secret=pair.secret, public=pair.public, valid_from=at)
        return KeyHandle(kept.id, kept.public)

    def public(self, key_id: str) -> bytes:
        return self._store.get(key_id).public

    def sign(self, key_id: str, data: bytes) -> bytes:
        key = self._store.get(key_id)
        return sm2.sign(sm2.KeyPair(key.public, key.secret), data)

    @property
    def _store(self) -> keystore.KeyStore:
        return keystore.at(settings.VAR / "keys")


CUSTODIES: dict[str, Callable[[], Custody]] = {"software": SoftwareCustody}


def custody() -> Custody:
    """The custody this installation uses; refuses a name nobody implements."""
    name = settings.SEAL_CUSTODY
    if name not in CUSTODIES:
        raise Refusal(f"没有名为“{name}”的签名密钥介质。", code="unknown-custody")
    return CUSTODIES[name]()
