"""SM2 through the system's OpenSSL 3 by ctypes: about forty times the pure-Python way.

The library is looked for, loaded and *tried* against the published vector of GB/T 32918.5 before anything trusts it: a
distribution may ship OpenSSL without SM2, and then ``load`` answers None and the pure-Python engine takes over.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p
from functools import lru_cache

from yiwang.foundation.seals import vectors

KEYPAIR, PUBLIC_KEY = 0x87, 0x86  # EVP_PKEY_KEYPAIR, EVP_PKEY_PUBLIC_KEY
UNSIGNED_INTEGER, UTF8_STRING, OCTET_STRING = 2, 4, 5  # OSSL_PARAM types
SIGNATURE_ROOM = 80  # DER of two 32-byte integers needs at most 72


class _Param(ctypes.Structure):
    _fields_ = [
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    ]


class CryptoFailed(Exception):
    """OpenSSL answered that a call failed: a broken key, or a library without the algorithm."""


def candidates() -> Iterator[str]:
    """Names to try in order: the administrator's choice, what the linker knows, and the usual file names."""
    if named := os.environ.get("YW_LIBCRYPTO"):
        yield named
    if found := ctypes.util.find_library("crypto"):
        yield found
    yield from ("libcrypto.so.3", "libcrypto.so", "libcrypto.3.dylib")
    yield from ("/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib")


class LibCrypto:
    """SM2 with SM3 in one loaded OpenSSL. Handles of keys and contexts of threads are kept."""

    name = "openssl"

    def __init__(self, library: str) -> None:
        self._lib = lib = ctypes.CDLL(library)
        for symbol, answers, *takes in (
            ("OpenSSL_version", c_char_p, c_int),
            ("EVP_PKEY_Q_keygen", c_void_p, c_void_p, c_char_p, c_char_p),
            ("EVP_PKEY_free", None, c_void_p),
            ("EVP_PKEY_CTX_new", c_void_p, c_void_p, c_void_p),
            ("EVP_PKEY_CTX_new_from_name", c_void_p, c_void_p, c_char_p, c_char_p),
            ("EVP_PKEY_CTX_free", None, c_void_p),
            ("EVP_PKEY_CTX_set1_id", c_int, c_void_p, c_char_p, c_int),
            ("EVP_PKEY_fromdata_init", c_int, c_void_p),
            ("EVP_PKEY_fromdata", c_int, c_void_p, POINTER(c_void_p), c_int, c_void_p),
            ("EVP_PKEY_get_bn_param", c_int, c_void_p, c_char_p, POINTER(c_void_p)),
            ("EVP_PKEY_get_octet_string_param", c_int, c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_size_t)),
            ("BN_bn2binpad", c_int, c_void_p, c_char_p, c_int),
            ("BN_clear_free", None, c_void_p),
            ("EVP_MD_fetch", c_void_p, c_void_p, c_char_p, c_char_p),
            ("EVP_MD_CTX_new", c_void_p),
            ("EVP_MD_CTX_free", None, c_void_p),
            ("EVP_MD_CTX_set_pkey_ctx", None, c_void_p, c_void_p),
            ("EVP_DigestSignInit", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
            ("EVP_DigestSign", c_int, c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
            ("EVP_DigestVerifyInit", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
            ("EVP_DigestVerify", c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
            ("ERR_clear_error", None),
        ):
            function = getattr(lib, symbol)  # AttributeError: an OpenSSL before 3.0
            function.restype, function.argtypes = answers, takes
        self.version = lib.OpenSSL_version(0).decode()
        self._sm3 = lib.EVP_MD_fetch(None, b"SM3", None)
        if not self._sm3:
            raise CryptoFailed("no SM3")
        self._handle = lru_cache(maxsize=256)(self._imported)

    def generate(self) -> tuple[bytes, bytes]:
        """A new key pair: the secret (32 bytes) and the public point (65 bytes, ``04 || x || y``)."""
        # Type "SM2", not "EC" with the SM2 curve: the latter would sign with plain ECDSA.
        pkey = self._lib.EVP_PKEY_Q_keygen(None, None, b"SM2")
        if not pkey:
            raise self._failed("keygen")
        try:
            number = c_void_p()
            secret = ctypes.create_string_buffer(32)
            self._must(self._lib.EVP_PKEY_get_bn_param(pkey, b"priv", byref(number)), "private part")
            self._must(self._lib.BN_bn2binpad(number, secret, 32) == 32, "private part")
            self._lib.BN_clear_free(number)
            point, size = ctypes.create_string_buffer(65), c_size_t()
            self._must(self._lib.EVP_PKEY_get_octet_string_param(pkey, b"pub", point, 65, byref(size)), "public part")
            return secret.raw, point.raw[: size.value]
        finally:
            self._lib.EVP_PKEY_free(pkey)

    def sign(self, secret: bytes, public: bytes, data: bytes, identity: bytes) -> bytes:
        """DER ``SEQUENCE { r, s }`` over ``SM3(Z || data)``."""
        handle = self._handle(public, secret)
        context = handle.context(identity)
        self._must(self._lib.EVP_DigestSignInit(context, None, self._sm3, None, handle.pkey), "sign")
        room, size = ctypes.create_string_buffer(SIGNATURE_ROOM), c_size_t(SIGNATURE_ROOM)
        self._must(self._lib.EVP_DigestSign(context, room, byref(size), data, len(data)), "sign")
        return room.raw[: size.value]

    def verify(self, public: bytes, data: bytes, signature: bytes, identity: bytes) -> bool:
        """True if the signature fits; a malformed signature is simply not one."""
        handle = self._handle(public, None)
        context = handle.context(identity)
        self._must(self._lib.EVP_DigestVerifyInit(context, None, self._sm3, None, handle.pkey), "verify")
        fits = bool(self._lib.EVP_DigestVerify(context, signature, len(signature), data, len(data)) == 1)
        if not fits:
            self._lib.ERR_clear_error()  # or another user of the same library finds our refusal in the queue
        return fits

    def _imported(self, public: bytes, secret: bytes | None) -> _Handle:
        """The key inside OpenSSL; refuses a point that is not on the curve."""
        # OSSL_PARAM wants an unsigned integer in the machine's own byte order.
        little = None if secret is None else ctypes.create_string_buffer(_native(secret), 32)
        point = ctypes.create_string_buffer(public, len(public))
        group = ctypes.create_string_buffer(b"SM2")
        lines = [
            _Param(b"group", UTF8_STRING, ctypes.cast(group, c_void_p), 3, 0),
            _Param(b"pub", OCTET_STRING, ctypes.cast(point, c_void_p), len(public), 0),
        ]
        if little is not None:
            lines.append(_Param(b"priv", UNSIGNED_INTEGER, ctypes.cast(little, c_void_p), 32, 0))
        params = (_Param * (len(lines) + 1))(*lines)  # the last one stays zero: the end
        context, pkey = self._lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), c_void_p()
        if not context:
            raise self._failed("no SM2")
        try:
            self._must(self._lib.EVP_PKEY_fromdata_init(context), "import")
            selection = PUBLIC_KEY if secret is None else KEYPAIR
            self._must(self._lib.EVP_PKEY_fromdata(context, byref(pkey), selection, ctypes.byref(params)), "import")
        finally:
            self._lib.EVP_PKEY_CTX_free(context)
            if little is not None:
                ctypes.memset(little, 0, 32)
        return _Handle(self._lib, int(pkey.value or 0))

    def _must(self, answer: object, what: str) -> None:
        if not (answer is True or (isinstance(answer, int) and answer > 0)):
            raise self._failed(what)

    def _failed(self, what: str) -> CryptoFailed:
        self._lib.ERR_clear_error()
        return CryptoFailed(f"{self.version}: {what} failed")


class _Handle:
    """An EVP_PKEY, and for each thread one context a signer's identity: making them anew costs a tenth of a check.

    Everything is freed with the last reference; a context must not be used by two threads at once.
    """

    def __init__(self, lib: ctypes.CDLL, pkey: int) -> None:
        self.pkey = pkey
        self._lib = lib
        self._own = threading.local()
        self._made: list[tuple[int, int]] = []
        weakref.finalize(self, _free, lib, pkey, self._made)

    def context(self, identity: bytes) -> int:
        """The calling thread's digest context with the identity set."""
        kept: dict[bytes, int] | None = getattr(self._own, "contexts", None)
        if kept is None:
            kept = self._own.contexts = {}
        if identity not in kept:
            about = self._lib.EVP_PKEY_CTX_new(self.pkey, None)
            context = self._lib.EVP_MD_CTX_new()
            self._made.append((context, about))
            if self._lib.EVP_PKEY_CTX_set1_id(about, identity, len(identity)) <= 0:
                raise CryptoFailed("identity refused")
            self._lib.EVP_MD_CTX_set_pkey_ctx(context, about)
            kept[identity] = context
        return kept[identity]


def _free(lib: ctypes.CDLL, pkey: int, made: list[tuple[int, int]]) -> None:
    for context, about in made:
        lib.EVP_MD_CTX_free(context)
        lib.EVP_PKEY_CTX_free(about)
    lib.EVP_PKEY_free(pkey)


def _native(number: bytes) -> bytes:
    return number[::-1] if sys.byteorder == "little" else number


@lru_cache
def load() -> LibCrypto | None:
    """The first OpenSSL that signs and verifies SM2 rightly, or None."""
    for name in candidates():
        try:
            engine = LibCrypto(name)
            own = engine.sign(vectors.SECRET, vectors.PUBLIC, vectors.MESSAGE, vectors.IDENTITY)
            if engine.verify(vectors.PUBLIC, vectors.MESSAGE, vectors.SIGNATURE, vectors.IDENTITY) and engine.verify(
                vectors.PUBLIC, vectors.MESSAGE, own, vectors.IDENTITY
            ):
                return engine
        except (OSError, AttributeError, CryptoFailed):
            continue
    return None
