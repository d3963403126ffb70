"""Idempotency-Key: the same request arriving twice is answered twice and done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from yiwang.foundation.ledger.rules import sm3
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.models import IdempotencyKey

KEPT = timedelta(days=7)
LONGEST = 80
LONGEST_ROUTE = 120  # as its column

# One statement: the lock first, and only who got it claims the key.
CLAIM = """
with l as materialized (select pg_try_advisory_xact_lock(hashtextextended(%s, 7)) as got),
c as (insert into idempotency_key (principal, route, key, digest, response, created_at)
      select %s, %s, %s, %s, '', %s::timestamptz from l where got
      on conflict (principal, route, key) do nothing returning id)
select l.got, c.id from l left join c on true
"""


class OtherBody(Refusal):
    """The key was used for another request."""

    code = "idempotency-key-reused"


class StillRunning(Refusal):
    """The first request with this key has not finished."""

    code = "still-running"
    status = 409


class BadKey(Refusal):
    """A key that cannot be one."""

    code = "idempotency-key"


def once(
    *, principal: Doer, route: str, key: str, body: bytes, at: datetime, deed: Callable[[], tuple[int, str]]
) -> tuple[int, str]:
    """Run ``deed`` once for (principal, route, key) and keep its ``(status, response text)`` in its own transaction.

    Same key and body → the stored answer, ``deed`` is not run. Other body → ``OtherBody`` 422. Another request with the
    key in flight → ``StillRunning`` 409. A refusal inside ``deed`` leaves no trace, so the corrected request may use the
    same key. Keys are kept seven days. An empty key runs the deed unprotected; a stranger's keys are apart by route only,
    so views give anonymous visitors their session's reference as ``principal``.
    """
    # An address too long or odd to be kept names nothing there is: the deed itself says 404.
    if not key or len(route) > LONGEST_ROUTE or not route.isprintable():
        return deed()
    if len(key) > LONGEST or not key.isprintable():
        raise BadKey(f"幂等键须为不超过{LONGEST}个可打印字符。", field="Idempotency-Key")
    digest, who = sm3(body), principal.reference
    with transaction.atomic(), connection.cursor() as cursor:
        # Not waiting is the point: a second request must hear 409 at once, not hang until the first one ends.
        cursor.execute(CLAIM, [f"{who}\n{route}\n{key}", who, route, key, digest, at])
        got, claimed = cursor.fetchone()
        if not got:
            raise StillRunning("同一请求正在办理中，请稍候再查看结果。")
        if claimed is None:
            kept = IdempotencyKey.objects.get(principal=who, route=route, key=key)
            if bytes(kept.digest) != digest:
                raise OtherBody("这个幂等键已用于另一个请求，请换用新的键。", field="Idempotency-Key")
            return kept.status or 200, kept.response
        status, response = deed()
        cursor.execute(
            "update idempotency_key set status = %s, response = %s where id = %s", [status, response, claimed]
        )
        return status, response


def forget_old(*, at: datetime) -> int:
    """Remove keys older than seven days. Answers how many."""
    removed, _ = IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()
    return removed
