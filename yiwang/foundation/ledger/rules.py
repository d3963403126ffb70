"""What an entry says and how it is chained. Pure; the same text is hashed when writing and when verifying."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = b"\0" * 32


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest (GB/T 32905)."""
    return hashlib.new("sm3", data).digest()


def instant(moment: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, ``Z``. A naive moment is a bug."""
    if moment.tzinfo is None:
        raise ValueError("a ledger moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(
    *,
    subject: str,
    ordinal: int,
    at: datetime,
    recorded_at: datetime,
    event: str,
    actor: str,
    organ: str,
    detail: Mapping[str, Any],
) -> str:
    """The canonical JSON text of one entry: keys sorted, no blanks, UTF-8 as is.

    ``detail`` holds references and codes only; a citizen's text or identifiers never go in.
    """
    return json.dumps(
        {
            "actor": actor,
            "at": instant(at),
            "detail": detail,
            "event": event,
            "ordinal": ordinal,
            "organ": organ,
            "recorded_at": instant(recorded_at),
            "subject": subject,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def digest(previous: bytes, body: str) -> bytes:
    """Chains an entry: SM3 of the previous digest of the same subject followed by the body's UTF-8."""
    return sm3(previous + body.encode())
