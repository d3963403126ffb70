"""Writing the ledger for subjects other than matters (a matter's step writes its own line in its own statement)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.ledger import rules
from yiwang.kernel.permissions import Doer

WRITE = """
with head as (
    insert into ledger_head (subject, ordinal, digest) values (%(subject)s, %(ordinal)s, %(digest)s)
    on conflict (subject) do update set ordinal = excluded.ordinal, digest = excluded.digest
)
insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)
values (%(subject)s, %(ordinal)s, %(at)s, %(recorded_at)s, %(event)s, %(actor)s, %(organ)s, %(body)s, %(previous)s, %(digest)s)
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
