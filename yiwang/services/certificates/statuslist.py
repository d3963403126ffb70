"""证照状态名录: a signed text file that says how every issued certificate stood on every day. Pure: bytes in, bytes out.

::

    YIWANG-STATUS-LIST 1
    {"entries":2,"good_until":"2026-10-01","issued_at":"2026-09-24T10:00:00+08:00","issuer":"…"}
    <SM3 of the identifier, 32 hex digits> <day, 8 digits> <state, 1 letter>      one line a change, sorted
    SEAL <SES_Signature, base64>

A line names nobody. The lines of one certificate stand together in the order of their days, each of the same width, so
that a list of a million is searched by halving without being split.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals.rules import Verdict

MAGIC = b"YIWANG-STATUS-LIST 1\n"
SEAL = b"SEAL "
STATES = {
    "valid": "V",
    "suspended": "S",
    "expired": "E",
    "renewed": "N",
    "withdrawn": "W",
    "revoked": "R",
    "cancelled": "C",
    "replaced": "O",
}
WORDS = {
    "V": "有效",
    "S": "已暂停",
    "E": "已过期",
    "N": "已延续",
    "W": "已撤回",
    "R": "已撤销",
    "C": "已注销",
    "O": "已变更，由新版本取代",
}
LINE = 32 + 1 + 8 + 1 + 1 + 1  # bytes, with the line end


class BadList(ValueError):
    """The bytes are no status list; the text says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """From this day on the certificate with that identifier stands so; ``state`` is a key of ``STATES``."""

    identifier: str
    day: date
    state: str


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list that was read. Nothing in it counts before ``verify`` of its ``body`` and ``signature`` has passed."""

    issued_at: datetime
    good_until: date
    issuer: str
    entries: int
    body: bytes
    signature: bytes
    _lines: bytes

    def state(self, identifier: str, on: date) -> str | None:
        """The letter of how it stood that day; ``None`` if it is not in the list or did not exist yet."""
        key, day = _key(identifier), f"{on:%Y%m%d}".encode()
        low, high = 0, len(self._lines) // LINE
        while low < high:  # the first line behind everything of this key up to that day
            middle = (low + high) // 2
            line = self._lines[middle * LINE : middle * LINE + 41]
            low, high = (middle + 1, high) if line <= key + b" " + day else (low, middle)
        line = self._lines[(low - 1) * LINE : low * LINE] if low else b""
        return line[42:43].decode() if line.startswith(key + b" ") else None

    def verdict(self, verify: Callable[[bytes, bytes], Verdict]) -> Verdict:
        """The seal of the list, checked by ``verify(signature, digest)``."""
        return verify(self.signature, sm3(self.body))


def write(
    changes: Iterable[Change], *, issuer: str, issued_at: datetime, good_until: date, sign: Callable[[bytes], bytes]
) -> bytes:
    """The list as a file. ``changes`` in the order they were recorded: of two on one day the later one stands.
    ``sign`` turns the SM3 digest of what comes before the seal into an SES_Signature."""
    last: dict[bytes, bytes] = {}
    for change in changes:
        last[_key(change.identifier) + f" {change.day:%Y%m%d} ".encode()] = STATES[change.state].encode()
    head: dict[str, Any] = {
        "entries": len(last),
        "good_until": good_until.isoformat(),
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "issuer": issuer,
    }
    said = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    body = MAGIC + said + b"\n" + b"".join(key + last[key] + b"\n" for key in sorted(last))
    return body + SEAL + base64.b64encode(sign(sm3(body))) + b"\n"


def read(content: bytes) -> StatusList:
    """Take a list apart; ``BadList`` if it is none. Whether its seal holds is asked of ``verdict``."""
    place = content.rfind(b"\n" + SEAL) + 1
    if not content.startswith(MAGIC) or not place or not content.endswith(b"\n"):
        raise BadList("不是证照状态名录")
    body = content[:place]
    head, _, lines = body[len(MAGIC) :].partition(b"\n")
    try:
        said = json.loads(head)
        signature = base64.b64decode(content[place + len(SEAL) : -1], validate=True)
        found = StatusList(
            datetime.fromisoformat(said["issued_at"]),
            date.fromisoformat(said["good_until"]),
            str(said["issuer"]),
            int(said["entries"]),
            body,
            signature,
            lines,
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise BadList("证照状态名录已损坏") from None
    if len(lines) != found.entries * LINE or found.issued_at.tzinfo is None:
        raise BadList("证照状态名录的条数与所载不符")
    return found


def _key(identifier: str) -> bytes:
    return sm3(identifier.encode()).hex()[:32].encode()
