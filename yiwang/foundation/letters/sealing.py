"""An organ's seal on a page: the signature of something that was issued with leave to use the seal, and a PDF under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from yiwang.foundation.seals import actions as seals
from yiwang.foundation.seals.models import Seal
from yiwang.foundation.seals.queries import Warrant
from yiwang.kernel.permissions import SYSTEM

Signer = Callable[[bytes, str], bytes]  # digest, properties → SES_Signature


def signer(
    seal: Seal, *, purpose: str, kind: str, extensions: Mapping[str, bytes], leave: Warrant, at: datetime
) -> Signer:
    """Signs digests with the seal, each use on record under ``purpose`` (a number or identifier) and letter ``kind``."""

    def make(digest: bytes, properties: str = "") -> bytes:
        return seals.sign_digest(
            seal=seal,
            digest=digest,
            by=SYSTEM,
            at=at,
            purpose=purpose,
            letter_kind=kind,
            extensions=extensions,
            properties=properties,
            warrant=leave,
        )

    return make


def pdf(page: bytes, seal: Seal, make: Signer, *, at: datetime, room: int) -> bytes:
    """The page with its signature field; ``room``: bytes a signature needs beside the seal and the signer's certificate."""
    from yiwang.foundation.letters import pdfsign  # a second of imports, paid by the job that seals

    size = len(seal.body) + len(seal.certificate.der) + room
    return pdfsign.sign(page, seal_name=seal.name, at=at, room=size, make=lambda digest: make(digest, ""))
