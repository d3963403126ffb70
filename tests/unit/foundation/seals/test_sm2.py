"""SM2 and SM3 against the published vectors, and the two engines against each other."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import gmalg
import pytest
from asn1crypto.core import Sequence
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import libcrypto, sm2, vectors
from yiwang.foundation.seals.puresm2 import PureSM2
from yiwang.kernel.refusal import Refusal

OPENSSL = libcrypto.load()
ENGINES = [PureSM2()] + ([OPENSSL] if OPENSSL else [])
SM3_VECTORS = {  # GB/T 32905-2016 appendix A
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


def _gmalg_sm3(data):
    digest = gmalg.SM3()
    digest.update(data)
    return digest.value()


def _cryptography_sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


@pytest.mark.parametrize("data", SM3_VECTORS)
def test_every_sm3_we_lean_on_gives_the_published_digest(data):
    for digest in (sm3, _gmalg_sm3, _cryptography_sm3, lambda d: hashlib.new("sm3", d).digest()):
        assert digest(data).hex() == SM3_VECTORS[data]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.name)
def test_the_published_signature_is_accepted_and_any_other_message_is_not(engine):
    assert engine.verify(vectors.PUBLIC, vectors.MESSAGE, vectors.SIGNATURE, vectors.IDENTITY)
    assert not engine.verify(vectors.PUBLIC, vectors.MESSAGE + b".", vectors.SIGNATURE, vectors.IDENTITY)
    assert not engine.verify(vectors.PUBLIC, vectors.MESSAGE, vectors.SIGNATURE, b"8765432112345678")


def test_with_the_published_nonce_the_published_signature_comes_out():
    signer = gmalg.SM2(vectors.SECRET, vectors.IDENTITY, vectors.PUBLIC, rnd_fn=lambda bits: vectors.NONCE)
    r, s = signer.sign(vectors.MESSAGE)
    published = Sequence.load(vectors.SIGNATURE)
    assert int.from_bytes(r, "big") == published[0].native
    assert int.from_bytes(s, "big") == published[1].native


def test_the_public_point_follows_from_the_published_secret():
    assert sm2.key_pair(vectors.SECRET).public == vectors.PUBLIC


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.name)
@pytest.mark.parametrize(
    "signature",
    [b"", b"\x30", vectors.SIGNATURE + b"\0", vectors.SIGNATURE[:-1], b"\x30\x06\x02\x01\x00\x02\x01\x00", b"x" * 72],
)
def test_a_malformed_signature_is_refused_without_an_error(engine, signature):
    assert not engine.verify(vectors.PUBLIC, vectors.MESSAGE, signature, vectors.IDENTITY)


def test_a_public_key_off_the_curve_verifies_nothing():
    assert not sm2.verify(b"\x04" + b"\x11" * 64, vectors.MESSAGE, vectors.SIGNATURE)


def test_a_key_off_the_curve_does_not_sign():
    with pytest.raises(Refusal) as refused:
        sm2.sign(sm2.KeyPair(b"\x04" + b"\x11" * 64, vectors.SECRET), b"x")
    assert refused.value.code == "bad-signing-key"


@pytest.mark.skipif(OPENSSL is None, reason="this machine's OpenSSL has no SM2")
@settings(max_examples=15, deadline=None)
@given(data=st.binary(max_size=300))
def test_what_one_engine_signs_the_other_accepts(data):
    pure = PureSM2()
    secret, public = OPENSSL.generate()
    assert pure.public_of(secret) == public
    theirs = OPENSSL.sign(secret, public, data, sm2.IDENTITY)
    ours = pure.sign(secret, public, data, sm2.IDENTITY)
    assert pure.verify(public, data, theirs, sm2.IDENTITY)
    assert OPENSSL.verify(public, data, ours, sm2.IDENTITY)
    assert not pure.verify(public, data + b"!", theirs, sm2.IDENTITY)
    assert not OPENSSL.verify(public, data + b"!", ours, sm2.IDENTITY)


def test_keys_made_by_the_pure_engine_sign_in_openssl():
    secret, public = PureSM2().generate()
    key = sm2.KeyPair(public, secret)
    assert sm2.verify(public, b"data", sm2.sign(key, b"data"))


def test_without_sm2_in_openssl_the_pure_engine_takes_over(monkeypatch):
    monkeypatch.setattr(libcrypto, "candidates", lambda: iter(["libc.so.6", "libnothing.so"]))
    libcrypto.load.cache_clear()
    sm2.engine.cache_clear()
    try:
        assert sm2.engine().name == "gmalg"
        key = sm2.generate()
        assert sm2.verify(key.public, b"data", sm2.sign(key, b"data"))
    finally:
        libcrypto.load.cache_clear()
        sm2.engine.cache_clear()


def test_an_engine_that_fails_the_published_vector_is_not_used(monkeypatch):
    monkeypatch.setattr(vectors, "SIGNATURE", vectors.SIGNATURE[:-1] + b"\x00")
    libcrypto.load.cache_clear()
    try:
        assert libcrypto.load() is None
    finally:
        libcrypto.load.cache_clear()


def test_a_secret_is_not_printed():
    assert vectors.SECRET.hex() not in repr(sm2.key_pair(vectors.SECRET))
    assert repr(vectors.SECRET) not in repr(sm2.key_pair(vectors.SECRET))


def test_many_threads_sign_with_one_key_at_once():
    key = sm2.generate()
    data = [bytes([n]) * 50 for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda d: sm2.sign(key, d), data))
        assert all(pool.map(lambda d, s: sm2.verify(key.public, d, s), data, signatures))
        assert not any(pool.map(lambda d, s: sm2.verify(key.public, d + b"!", s), data, signatures))
