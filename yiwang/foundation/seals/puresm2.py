"""SM2 in pure Python (gmalg): the way that works everywhere, about fifty signatures a second."""

from __future__ import annotations

import gmalg
from asn1crypto.core import Integer, Sequence
from gmalg.errors import GMError


class Pair(Sequence):
    """``SEQUENCE { r INTEGER, s INTEGER }`` of GM/T 0009."""

    _fields = [("r", Integer), ("s", Integer)]


class PureSM2:
    """SM2 with SM3 by gmalg."""

    name = "gmalg"
    version = f"gmalg {getattr(gmalg, '__version__', '')}".strip()

    def generate(self) -> tuple[bytes, bytes]:
        """A new key pair: the secret (32 bytes) and the public point (65 bytes, ``04 || x || y``)."""
        secret, public = gmalg.SM2().generate_keypair()
        return bytes(secret).rjust(32, b"\0"), bytes(public)

    def public_of(self, secret: bytes) -> bytes:
        """The public point of a secret that came without one."""
        return bytes(gmalg.SM2().generate_pk(secret))

    def sign(self, secret: bytes, public: bytes, data: bytes, identity: bytes) -> bytes:
        """DER ``SEQUENCE { r, s }`` over ``SM3(Z || data)``."""
        r, s = gmalg.SM2(secret, identity, public).sign(data)
        return Pair({"r": int.from_bytes(r, "big"), "s": int.from_bytes(s, "big")}).dump()  # type: ignore[no-any-return]

    def verify(self, public: bytes, data: bytes, signature: bytes, identity: bytes) -> bool:
        """True if the signature fits; a malformed signature is simply not one."""
        try:
            pair = Pair.load(signature, strict=True)
            r, s = (pair[part].native.to_bytes(32, "big") for part in ("r", "s"))
            if pair.dump(force=True) != signature:  # one signature, one encoding, as OpenSSL has it
                return False
            return bool(gmalg.SM2(uid=identity, pk=public).verify(data, r, s))
        except (ValueError, TypeError, OverflowError, AttributeError, GMError):
            return False
