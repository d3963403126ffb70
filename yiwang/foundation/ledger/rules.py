"""What an entry says and how it is chained. Pure; the same text is hashed when writing and when verifying."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from yiwang.foundation.ledger import merkle

GENESIS = b"\0" * 32
STARTED = hashlib.new("sm3")  # copied rather than started anew where every microsecond counts

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest (GB/T 32905)."""
    started = STARTED.copy()
    started.update(data)
    return started.digest()


def instant(moment: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, ``Z``. A naive moment is a bug."""
    if moment.tzinfo is None:
        raise ValueError("a ledger moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # not strftime: four times its cost


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
    said = instant(at)
    return _encode(
        {
            "actor": actor,
            "at": said,
            "detail": detail,
            "event": event,
            "ordinal": ordinal,
            "organ": organ,
            "recorded_at": said if recorded_at is at else instant(recorded_at),
            "subject": subject,
        }
    )


def digest(previous: bytes, body: str) -> bytes:
    """Chains an entry: SM3 of the previous digest of the same subject followed by the body's UTF-8."""
    return sm3(previous + body.encode())


def checkpoint_text(
    *, number: int, epoch: int, at: datetime, size: int, total: int, root: bytes, previous: bytes, horizon: int
) -> str:
    """The canonical text of a checkpoint: what is hashed, signed with the bureau's seal and published.

    ``size`` counts the entries in this checkpoint's tree, ``total`` all entries up to and with it; ``previous`` is
    the digest of the checkpoint before (``GENESIS`` for the first).
    """
    return json.dumps(
        {
            "algorithm": "RFC6962-SM3",
            "at": instant(at),
            "epoch": epoch,
            "horizon": str(horizon),
            "number": number,
            "previous": previous.hex(),
            "root": root.hex(),
            "size": size,
            "total": total,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry lies in a checkpoint: everything a third party needs, and nothing but digests and references.

    ``checkpoint`` is the checkpoint's canonical text; ``signature`` (hex, empty where unsigned) is over its UTF-8.
    """

    entry: int
    subject: str
    ordinal: int
    digest: str
    position: int
    path: tuple[str, ...]
    checkpoint: str
    seal: str = ""
    signature: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``GET /api/v1/ledger/entries/{digest}/proof``."""
        return asdict(self) | {"path": list(self.path)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Proof:
        """The reverse of ``as_dict``; unknown keys are ignored, a missing one is a ``KeyError``."""
        wanted = {field.name: data[field.name] for field in fields(cls)}
        return cls(**(wanted | {"path": tuple(wanted["path"])}))


def verify_proof(proof: Proof, *, previous: bytes | None = None, body: str | None = None) -> bool:
    """True if the entry's digest lies at its position under the root that the checkpoint's text states.

    With ``previous`` and ``body`` the digest must also be that of this very text. The checkpoint's own standing
    (signature, publication) is not decided here: compare ``checkpoint`` with the published one.
    """
    try:
        stated = json.loads(proof.checkpoint)
        digest_, siblings = bytes.fromhex(proof.digest), [bytes.fromhex(sibling) for sibling in proof.path]
        root, size = bytes.fromhex(stated["root"]), int(stated["size"])
    except (ValueError, KeyError, TypeError):
        return False
    if previous is not None and body is not None and digest(previous, body) != digest_:
        return False
    return len(digest_) == 32 and merkle.climb(digest_, proof.position, size, siblings) == root


def consistent(texts: Sequence[str]) -> int | None:
    """The index of the first checkpoint text that does not follow from the one before it; ``None`` if all do.

    Checkpoint b extends checkpoint a if every text between them names the digest of its predecessor, counts on from
    its number and total, and never goes back in epoch.
    """
    before: dict[str, Any] | None = None
    link = ""
    for index, text in enumerate(texts):
        try:
            stated = json.loads(text)
            follows = before is None or (
                stated["previous"] == link
                and stated["number"] == before["number"] + 1
                and stated["total"] == before["total"] + stated["size"]
                and stated["epoch"] in (before["epoch"], before["epoch"] + 1)
            )
        except (ValueError, KeyError, TypeError):
            return index
        if not follows:
            return index
        before, link = stated, sm3(text.encode()).hex()
    return None


def is_late(*, at: datetime, recorded_at: datetime, allowed: timedelta) -> bool:
    """True if a deed was recorded more than ``allowed`` (a pack value) after it happened: 数据迟报, never a card."""
    return recorded_at - at > allowed
