"""亮码: the text of the code a holder shows. It says which showing and which minute of it, and nothing about anybody.

``LM-`` and 32 characters of A–Z and 2–7: ten random bytes that name the showing, one byte for its minute, nine bytes of
HMAC-SM3 under a key of the installation. Capital letters only, so that a hand scanner types it whatever its keyboard.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from yiwang.foundation.identifiers import cipher
from yiwang.kernel import keystore

RING = "certificate-codes"
MARK = "LM"
HANDLE, MAC = 10, 9  # bytes
MINUTE = timedelta(minutes=1)
MINUTES = 10  # of one showing; afterwards the holder shows again
WRITTEN = re.compile(rf"{MARK}[A-Z2-7]{{32}}")


@dataclass(frozen=True, slots=True)
class Code:
    """What a genuine code says: which showing (16 characters), and which minute of it, from 0."""

    handle: str
    minute: int


def new_handle() -> str:
    """A name for a showing that nobody guesses: 80 bits."""
    return base64.b32encode(secrets.token_bytes(HANDLE)).decode()


def minute_of(opened_at: datetime, at: datetime) -> int:
    """Which minute of the showing it is; negative before it began."""
    return (at - opened_at) // MINUTE


def left(opened_at: datetime, at: datetime) -> int:
    """Seconds until the code changes, 1 to 60."""
    return 60 - int((at - opened_at).total_seconds()) % 60


def write(handle: str, minute: int, *, at: datetime) -> str:
    """The code of one minute."""
    body = base64.b32decode(handle) + bytes([minute])
    key = cipher.store().current(RING, kind="hmac", at=at)
    return f"{MARK}-{base64.b32encode(body + _mac(key, body)).decode()}"


def read(text: str) -> Code | None:
    """What the code says if this installation wrote it, under any of its keys; ``None`` for anything else."""
    plain = re.sub(r"[\s-]", "", text[:80]).upper()
    if not WRITTEN.fullmatch(plain):
        return None
    whole = base64.b32decode(plain[len(MARK) :])
    body, mac = whole[:-MAC], whole[-MAC:]
    store = cipher.store()
    if not any(hmac.compare_digest(_mac(store.get(key_id), body), mac) for key_id in store.ids(RING)):
        return None
    return Code(base64.b32encode(body[:HANDLE]).decode(), body[HANDLE])


def _mac(key: keystore.Key, body: bytes) -> bytes:
    return hmac.new(key.secret, body, "sm3").digest()[:MAC]
