"""Checkpoints: entries that can no longer be preceded by one still in flight get their leaf under a signed root."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.ledger import merkle, rules
from yiwang.foundation.ledger.models import LedgerCheckpoint
from yiwang.kernel import names
from yiwang.kernel.refusal import Refusal

MOST = 65_536  # leaves in one tree: a proof never needs more than 16 digests, nor a checkpoint more than 2 MB
LOCK = 0x6C65_6467_6572  # "ledger": one checkpoint is built at a time

# Horizon and entries come from one snapshot: every transaction below its xmin has ended, so an entry of such a
# transaction is either visible here or will never be. xmin may lie below entries that are visible; they wait.
LEAVES = """
with safe as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as horizon),
waiting as materialized (
    select e.number, e.digest, (row_number() over (order by e.number))::int - 1 as position
    from ledger_entry e, safe
    where {range} and not exists (select from ledger_leaf l where l.entry = e.number)
    order by e.number limit %(most)s
),
leaves as (
    insert into ledger_leaf (entry, checkpoint_id, position, digest)
    select number, %(checkpoint)s, position, digest from waiting returning position, digest
)
select (select horizon::text from safe),
       (select string_agg(digest, ''::bytea order by position) from leaves), (select count(*) from leaves)
"""
SINCE = "e.xid >= %(since)s::text::xid8 and e.xid < safe.horizon"
ALL = "true"


def checkpoint(*, at: datetime, new_epoch: bool = False) -> list[LedgerCheckpoint]:
    """Seal what can be sealed and answer the new checkpoints, in order; nothing to seal gives an empty list.

    With ``new_epoch`` (a restore, when nobody writes) transaction numbers mean nothing and every entry without a leaf
    is sealed under the next epoch.
    """
    made: list[LedgerCheckpoint] = []
    while True:
        one = _checkpoint(at, new_epoch=new_epoch and not made, everything=new_epoch)
        if one is None:
            return made
        made.append(one)
        if one.size < MOST:
            return made


def seal_up_to_now(*, at: datetime, patience: float) -> list[LedgerCheckpoint]:
    """``checkpoint`` once every transaction now in flight has ended, or when ``patience`` seconds are over.

    For a backup and for tests; outside an ``atomic`` block, since its own transaction would never end.
    """
    deadline = time.monotonic() + patience
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text")
        newest = cursor.fetchone()[0]
        while time.monotonic() < deadline:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot()) >= %s::text::xid8", [newest])
            if cursor.fetchone()[0]:
                break
            time.sleep(0.02)
    return checkpoint(at=at)


def _checkpoint(at: datetime, *, new_epoch: bool, everything: bool) -> LedgerCheckpoint | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        if everything:
            cursor.execute("lock table ledger_entry in share row exclusive mode")
        last = LedgerCheckpoint.objects.order_by("-number").first()
        number = last.number + 1 if last else 1
        since = last.horizon if last else 0
        cursor.execute(
            LEAVES.format(range=ALL if everything else SINCE),
            {"since": str(since), "checkpoint": number, "most": MOST},
        )
        horizon, digests, size = cursor.fetchone()
        if not size:
            return None
        digests = bytes(digests)
        return _keep(
            number=number,
            epoch=(last.epoch if last else 1) + new_epoch,
            at=at,
            size=size,
            total=(last.total if last else 0) + size,
            root=merkle.root(digests[place : place + 32] for place in range(0, len(digests), 32)),
            previous=bytes(last.digest) if last else rules.GENESIS,
            # A full tree may have left entries below the horizon to the next one: it promises no more than before.
            horizon=int(horizon) if size < MOST else int(since),
        )


def _keep(**said: Any) -> LedgerCheckpoint:
    body = rules.checkpoint_text(**said)
    seal, signature, why = sign(body, at=said["at"])
    return LedgerCheckpoint.objects.create(
        **said, body=body, digest=rules.sm3(body.encode()), seal=seal, signature=signature, unsigned_why=why
    )


def sign(body: str, *, at: datetime) -> tuple[str, bytes, str]:
    """(seal reference, signature, why unsigned). A missing or refused seal never stops a checkpoint; it is shown.

    The seal comes from the hook ``ledger.sign-root``: ``(data=, at=) -> (seal reference, signature)``, or a
    ``Refusal`` with the reason.
    """
    if "ledger.sign-root" not in names.hook:
        return "", b"", "没有配置存证用印"
    try:
        with transaction.atomic():
            seal, signature = names.hook["ledger.sign-root"](data=body.encode(), at=at)
    except Refusal as refusal:
        return "", b"", refusal.says[:200]
    return seal, signature, ""


def signature_fault(data: bytes, signature: bytes, seal: str) -> str | None:
    """What is wrong with a checkpoint's signature, in Chinese; ``None`` if nothing.

    Asked of the hook ``ledger.verify-root``: ``(data=, signature=, seal=) -> str | None``. A signature nobody can
    judge is itself a fault.
    """
    if "ledger.verify-root" not in names.hook:
        return "存证有签章，但没有可用的验章程序"
    fault: str | None = names.hook["ledger.verify-root"](data=data, signature=signature, seal=seal)
    return fault
