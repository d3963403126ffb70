"""SM2 signatures with SM3 (GB/T 32918, GM/T 0009): one face over the system's OpenSSL and the pure-Python fallback.

Secrets are 32 bytes, public keys 65 (``04 || x || y``), signatures DER ``SEQUENCE { r, s }``. The signer's identity
enters the digest; GM/T 0009 fixes it to ``1234567812345678`` where nothing else is agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from yiwang.foundation.seals import libcrypto
from yiwang.foundation.seals.puresm2 import PureSM2
from yiwang.kernel.refusal import Refusal

IDENTITY = b"1234567812345678"


class Engine(Protocol):
    """What an implementation of SM2 must do."""

    name: str
    version: str

    def generate(self) -> tuple[bytes, bytes]: ...
    def sign(self, secret: bytes, public: bytes, data: bytes, identity: bytes) -> bytes: ...
    def verify(self, public: bytes, data: bytes, signature: bytes, identity: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A signing key. The secret is never printed."""

    public: bytes
    secret: bytes = field(repr=False)


@lru_cache
def engine() -> Engine:
    """OpenSSL if it has SM2 and passes the published vector, else gmalg. Chosen once per process."""
    return libcrypto.load() or PureSM2()


def generate() -> KeyPair:
    """A new key pair."""
    secret, public = engine().generate()
    return KeyPair(public, secret)


def key_pair(secret: bytes) -> KeyPair:
    """The pair of a secret that came alone (32 bytes, big-endian)."""
    return KeyPair(PureSM2().public_of(secret), secret)


def sign(key: KeyPair, data: bytes, *, identity: bytes = IDENTITY) -> bytes:
    """The signature of ``data``; refuses a key that is none."""
    try:
        return engine().sign(key.secret, key.public, data, identity)
    except libcrypto.CryptoFailed:
        raise Refusal("签名密钥无效，不能签章。", code="bad-signing-key") from None


def verify(public: bytes, data: bytes, signature: bytes, *, identity: bytes = IDENTITY) -> bool:
    """True if ``signature`` over ``data`` was made with the secret of ``public``; False for anything malformed."""
    try:
        return engine().verify(public, data, signature, identity)
    except libcrypto.CryptoFailed:
        return False
