"""Writing the ledger for subjects other than matters (a matter's step writes its own line in its own statement)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.ledger import rules, sealing
from yiwang.foundation.ledger.models import LedgerCheckpoint
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed

WRITE = """
with head as (
    insert into ledger_head (subject, ordinal, digest) values (%(subject)s, %(ordinal)s, %(digest)s)
    on conflict (subject) do update set ordinal = excluded.ordinal, digest = excluded.digest
)
insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)
values (%(subject)s, %(ordinal)s, %(at)s, %(recorded_at)s, %(event)s, %(actor)s, %(organ)s, %(body)s,
        %(previous)s, %(digest)s)
returning number
"""


def record(
    *,
    subject: str,
    event: str,
    by: Doer,
    at: datetime,
    recorded_at: datetime | None = None,
    organ: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append one line about ``subject`` (``organ:12``, ``calendar:2027``) and answer its ledger number.

    Must run inside the deed's transaction; writers of the same subject wait for each other, others do not.
    ``detail`` holds references and codes only.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])  # also guards the first line
        cursor.execute("select ordinal, digest from ledger_head where subject = %s", [subject])
        ordinal, previous = cursor.fetchone() or (0, rules.GENESIS)
        line: dict[str, Any] = {
            "subject": subject,
            "ordinal": ordinal + 1,
            "at": at,
            "recorded_at": recorded_at or at,
            "event": event,
            "actor": by.reference,
            "organ": organ,
        }
        body = rules.canonical(**line, detail=detail or {})
        previous = bytes(previous)
        cursor.execute(WRITE, {**line, "body": body, "previous": previous, "digest": rules.digest(previous, body)})
        return int(cursor.fetchone()[0])


def checkpoint(*, at: datetime, patience: float = 0.0) -> list[LedgerCheckpoint]:
    """Seal every entry whose transaction can no longer be preceded by one in flight; answers the new checkpoints.

    The entries of transactions still open, this one included, wait for the next checkpoint. With ``patience``
    (seconds) those open now are waited for first, which a backup and a test want; that needs autocommit.
    """
    return sealing.seal_up_to_now(at=at, patience=patience) if patience else sealing.checkpoint(at=at)


def open_epoch(*, by: Doer, at: datetime, detail: Mapping[str, Any]) -> list[LedgerCheckpoint]:
    """After a restore, while nobody writes: say so in the ledger and seal every entry without a leaf anew.

    Transaction numbers of the old cluster mean nothing in the new one, so nothing may be left waiting for them.
    ``detail`` states what was restored and whether it is older than what had been published. Only the command line
    (the system) restores.
    """
    if by.kind != "system":
        raise NotAllowed("恢复备份只能由系统管理员在命令行进行。")
    record(subject="ledger", event="ledger.epoch-opened", by=by, at=at, detail=detail)
    return sealing.checkpoint(at=at, new_epoch=True)
