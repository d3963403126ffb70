"""证照状态名录: a signed text file that says how every issued certificate stood on every day. Pure: bytes in, bytes out.

::

    YIWANG-STATUS-LIST 1
    {"entries":2,"good_until":"2026-10-01","issued_at":"2026-09-24T10:00:00+08:00","issuer":"…","parts":[[0,"…"],…]}
    SEAL <SES_Signature over the two lines above, base64>
    <SM3 of the identifier, 32 hex digits> <day, 8 digits> <state, 1 letter>      one line a change, sorted

A line names nobody. ``parts`` are number of lines and SM3 digest of the 256 parts of the list, by the first two digits of a
line: the seal covers the digests, so that a list of a million answers for one certificate after reading one part of it. The
lines of one certificate stand together in the order of their days, all of the same width, and are searched by halving.
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
    "struck": "P",
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
    "P": "已吊销",
    "C": "已注销",
    "O": "已变更，由新版本取代",
}
LINE = 32 + 1 + 8 + 1 + 1 + 1  # bytes, with the line end
PARTS = 256


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
    """A list that was read. Nothing in it counts before its ``verdict`` has passed."""

    issued_at: datetime
    good_until: date
    issuer: str
    entries: int
    parts: tuple[tuple[int, str], ...]
    body: bytes
    signature: bytes
    lines: bytes

    def state(self, identifier: str, on: date) -> str | None:
        """The letter of how it stood that day; ``None`` if it is not in the list or did not exist yet. ``BadList`` if the
        part it stands in was changed."""
        key, day = _key(identifier), f"{on:%Y%m%d}".encode()
        number = int(key[:2], 16)
        start = LINE * sum(count for count, _ in self.parts[:number])
        part = self.lines[start : start + LINE * self.parts[number][0]]
        if sm3(part).hex() != self.parts[number][1]:
            raise BadList("证照状态名录被改动")
        low, high = 0, len(part) // LINE
        while low < high:  # the first line behind everything of this key up to that day
            middle = (low + high) // 2
            low, high = (middle + 1, high) if part[middle * LINE :][:41] <= key + b" " + day else (low, middle)
        line = part[(low - 1) * LINE : low * LINE] if low else b""
        return line[42:43].decode() if line.startswith(key + b" ") else None

    def verdict(self, verify: Callable[[bytes, bytes], Verdict]) -> Verdict:
        """The seal of the list, checked by ``verify(signature, digest)``."""
        return verify(self.signature, sm3(self.body))


def write(
    changes: Iterable[Change], *, issuer: str, issued_at: datetime, good_until: date, sign: Callable[[bytes], bytes]
) -> bytes:
    """The list as a file. ``changes`` in the order they were recorded: of two on one day the later one stands.
    ``sign`` turns the SM3 digest of what the seal covers into an SES_Signature."""
    last: dict[bytes, bytes] = {}
    for change in changes:
        last[_key(change.identifier) + f" {change.day:%Y%m%d} ".encode()] = STATES[change.state].encode()
    parts: list[list[bytes]] = [[] for _ in range(PARTS)]
    for key in sorted(last):
        parts[int(key[:2], 16)].append(key + last[key] + b"\n")
    joined = [b"".join(part) for part in parts]
    head: dict[str, Any] = {
        "entries": len(last),
        "good_until": good_until.isoformat(),
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "issuer": issuer,
        "parts": [[len(part), sm3(whole).hex()] for part, whole in zip(parts, joined, strict=True)],
    }
    body = MAGIC + json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return body + SEAL + base64.b64encode(sign(sm3(body))) + b"\n" + b"".join(joined)


def read(content: bytes) -> StatusList:
    """Take a list apart; ``BadList`` if it is none. Whether its seal holds is asked of ``verdict``."""
    if not content.startswith(MAGIC):
        raise BadList("不是证照状态名录")
    head_ends = content.find(b"\n", len(MAGIC)) + 1
    seal_ends = content.find(b"\n", head_ends) + 1
    if not head_ends or not seal_ends or not content.startswith(SEAL, head_ends):
        raise BadList("证照状态名录已损坏")
    try:
        said = json.loads(content[len(MAGIC) : head_ends])
        found = StatusList(
            datetime.fromisoformat(said["issued_at"]),
            date.fromisoformat(said["good_until"]),
            str(said["issuer"]),
            int(said["entries"]),
            tuple((int(count), str(digest)) for count, digest in said["parts"]),
            content[:head_ends],
            base64.b64decode(content[head_ends + len(SEAL) : seal_ends - 1], validate=True),
            content[seal_ends:],
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise BadList("证照状态名录已损坏") from None
    counted = sum(count for count, _ in found.parts)
    if len(found.parts) != PARTS or counted != found.entries or len(found.lines) != found.entries * LINE:
        raise BadList("证照状态名录的条数与所载不符")
    if found.issued_at.tzinfo is None or any(count < 0 for count, _ in found.parts):
        raise BadList("证照状态名录已损坏")
    return found


def _key(identifier: str) -> bytes:
    return sm3(identifier.encode()).hex()[:32].encode()
