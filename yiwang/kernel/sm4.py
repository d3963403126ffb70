"""SM4-GCM (GB/T 32907, RFC 8998) for data at rest: one call to hide, one to show, the context bound into the tag."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


class Tampered(Exception):
    """The ciphertext, its context or the key does not fit: nothing of the plaintext is given out."""


def encrypt(key: bytes, plain: bytes, *, about: bytes) -> bytes:
    """``nonce (12) + ciphertext + tag (16)``; ``about`` is authenticated with it and needed again to decrypt."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + encrypt_with(key, nonce, plain, about=about)


def encrypt_with(key: bytes, nonce: bytes, plain: bytes, *, about: bytes) -> bytes:
    """``ciphertext + tag`` under a nonce that must never be used twice with the same key."""
    machine = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    machine.authenticate_additional_data(about)
    return machine.update(plain) + machine.finalize() + machine.tag


def decrypt(key: bytes, sealed: bytes, *, about: bytes) -> bytes:
    """The plaintext of ``encrypt``; raises ``Tampered`` if a single bit of it or of ``about`` differs."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Tampered("too short to hold nonce and tag")
    nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
    machine = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    machine.authenticate_additional_data(about)
    try:
        return machine.update(body) + machine.finalize()
    except InvalidTag:
        raise Tampered("authentication tag does not fit") from None
