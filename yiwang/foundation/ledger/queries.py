"""Reading the ledger: the story of one subject, where an entry is sealed, what has been published."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yiwang.foundation.ledger import events, merkle, rules
from yiwang.foundation.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIGEST = re.compile("[0-9a-f]{64}")
LATE_AFTER = timedelta(days=1)  # where no pack states another value


class NoSuchEntry(NotFound):
    """No entry with that number or digest."""

    code = "no-such-entry"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a subject's story as a page shows it. ``day`` is the Shanghai day of the deed."""

    number: int
    ordinal: int
    day: date
    at: datetime
    recorded_at: datetime
    event: str
    sentence: str
    actor: str
    actor_name: str
    organ: str
    digest: str
    checkpoint: int | None
    late: bool

    @property
    def sealed(self) -> str:
        """``第 7 号存证``, or ``待存证`` until the next checkpoint."""
        return f"第 {self.checkpoint} 号存证" if self.checkpoint else "待存证"


def story(viewer: Doer, subject: str, *, seen: bool = False) -> list[Told]:
    """Every entry about ``subject``, oldest first, with the sentence a clerk reads; three queries at most.

    The page that shows a thing has decided that ``viewer`` may see it and says so with ``seen=True``; otherwise
    the viewer needs 查看台账 (``ledger.see``), and without it there is no such story (404). How an actor is called for
    this viewer comes from the hook ``ledger.actor-names``: ``(viewer, references) -> {reference: name}``.
    """
    if not seen and not viewer.may(Permission.LEDGER_SEE):
        raise NoSuchEntry("没有这项台账。")
    entries = list(LedgerEntry.objects.filter(subject=subject).order_by("ordinal"))
    leaves = dict(
        LedgerLeaf.objects.filter(entry__in=[e.number for e in entries]).values_list("entry", "checkpoint_id")
    )
    called = actor_names(viewer, {entry.actor for entry in entries})
    allowed = late_after()
    return [
        Told(
            number=entry.number,
            ordinal=entry.ordinal,
            day=entry.at.astimezone(SHANGHAI).date(),
            at=entry.at,
            recorded_at=entry.recorded_at,
            event=entry.event,
            sentence=events.sentence(entry.event, json.loads(entry.body)["detail"]),
            actor=entry.actor,
            actor_name=called.get(entry.actor, entry.actor),
            organ=entry.organ,
            digest=bytes(entry.digest).hex(),
            checkpoint=leaves.get(entry.number),
            late=rules.is_late(at=entry.at, recorded_at=entry.recorded_at, allowed=allowed),
        )
        for entry in entries
    ]


def actor_names(viewer: Doer, references: Iterable[str]) -> dict[str, str]:
    """Names of actors for this viewer; the reference itself where nobody knows better."""
    known = {"system": "系统", "stranger": "未登录访问者"}
    if "ledger.actor-names" in names.hook:
        ask: Callable[..., dict[str, str]] = names.hook["ledger.actor-names"]
        known |= ask(viewer, sorted(set(references) - known.keys()))
    return known


def late_after() -> timedelta:
    """Beyond this, a deed counts as recorded late. From the hook ``ledger.late-after`` (a pack value in hours)."""
    hours = names.hook["ledger.late-after"]() if "ledger.late-after" in names.hook else None
    return LATE_AFTER if hours is None else timedelta(hours=hours)


def entry(key: int | str) -> LedgerEntry:
    """The entry with this number or this digest (64 hex digits). Holds references and codes only."""
    found = None
    if isinstance(key, int) or (key.isascii() and key.isdigit() and len(key) < 19):
        found = LedgerEntry.objects.filter(number=int(key)).first()
    elif DIGEST.fullmatch(key):
        found = _by_digest(bytes.fromhex(key))
    if found is None:
        raise NoSuchEntry("台账里没有这一条。")
    return found


def _by_digest(digest: bytes) -> LedgerEntry | None:
    """Through the leaf's index; only entries still without a leaf are looked through one by one."""
    leaf = LedgerLeaf.objects.filter(digest=digest).order_by("entry").first()
    if leaf is not None:
        return LedgerEntry.objects.filter(number=leaf.entry).first()
    last = LedgerCheckpoint.objects.order_by("-number").first()
    waiting = LedgerEntry.objects.filter(digest=digest)
    return (waiting.filter(xid__gte=last.horizon) if last else waiting).order_by("number").first()


def proof(key: int | str) -> rules.Proof | None:
    """The inclusion proof of an entry, named by number or digest; ``None`` while it waits for its checkpoint (待存证).

    Whoever holds an entry's digest may ask: it says only that a line exists, where and since when.
    """
    found = entry(key)
    leaf = LedgerLeaf.objects.select_related("checkpoint").filter(entry=found.number).first()
    if leaf is None:
        return None
    leaves = LedgerLeaf.objects.filter(checkpoint_id=leaf.checkpoint_id).order_by("position")
    digests = [bytes(digest) for digest in leaves.values_list("digest", flat=True)]
    return rules.Proof(
        entry=found.number,
        subject=found.subject,
        ordinal=found.ordinal,
        digest=bytes(found.digest).hex(),
        position=leaf.position,
        path=tuple(sibling.hex() for sibling in merkle.path(digests, leaf.position)),
        checkpoint=leaf.checkpoint.body,
        seal=leaf.checkpoint.seal,
        signature=bytes(leaf.checkpoint.signature).hex(),
    )


def checkpoints(*, before: int | None = None, limit: int = 50) -> list[LedgerCheckpoint]:
    """Published checkpoints, newest first, ``limit`` at most; ``before`` is the number to go on below."""
    found = LedgerCheckpoint.objects.order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    return list(found[:limit])


def checkpoint(number: int) -> LedgerCheckpoint:
    """One published checkpoint; ``NoSuchEntry`` if there is none with that number."""
    found = LedgerCheckpoint.objects.filter(number=number).first()
    if found is None:
        raise NoSuchEntry("没有这一号存证。")
    return found


def between(first: int, last: int, *, limit: int = 1000) -> list[str]:
    """The texts of checkpoints ``first`` to ``last``: what ``rules.consistent`` judges, ``limit`` at most."""
    found = LedgerCheckpoint.objects.filter(number__gte=first, number__lte=last).order_by("number")
    return list(found.values_list("body", flat=True)[:limit])


def heads() -> str:
    """SQL for (subject, ordinal, digest) of every subject's last entry: the ledger's own heads and, from the hook
    ``ledger.heads`` (a query with these columns), those that matters keep in their own rows."""
    own = "select subject, ordinal, digest from ledger_head"
    return f"{own} union all {names.hook['ledger.heads']()}" if "ledger.heads" in names.hook else own
