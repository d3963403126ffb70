"""Publishing the status list, under the bureau's own seal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.seals import actions as seals
from yiwang.foundation.seals import queries as seal_queries
from yiwang.foundation.seals.models import Seal
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.certificates import statuslist, types
from yiwang.services.certificates.models import Issuance, Standing, StatusList

PAPER = "certificate-status-list"  # what the seal's authorisation calls it


@transaction.atomic
def publish_list(*, by: Doer, at: datetime) -> StatusList:
    """Sign and keep the list of how every electronic certificate stands. The newest one is answered again while nothing has
    happened since and half of its term is left.

    Needs the bureau's 机关公章 with a standing 用印授权 for the list. Only the system publishes.
    """
    if by.kind != "system":
        raise NotAllowed("证照状态名录由系统发布。")
    on = day_of(at)
    days = types.policy(on).list_days
    last = Standing.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    newest = StatusList.objects.order_by("-issued_at", "-pk").first()
    if (
        newest is not None
        and newest.last_standing == last
        and newest.good_until - on >= timedelta(days=(days + 1) // 2)
    ):
        return newest
    bureau = Organ.objects.filter(kind=Organ.Kind.BUREAU, until_on__isnull=True).order_by("position", "pk").first()
    seal = seal_queries.in_use(bureau.pk, Seal.Kind.OFFICIAL, at) if bureau else None
    if bureau is None or seal is None:
        raise Refusal("政务服务和数据管理局没有在用的机关公章，不能发布证照状态名录。", code="no-seal")

    def sign(digest: bytes) -> bytes:
        return seals.sign_digest(seal=seal, digest=digest, by=by, at=at, purpose=PAPER, letter_kind=PAPER)

    content = statuslist.write(
        _changes(),
        issuer=organs.organ_name(bureau.pk, on),
        issued_at=at.replace(microsecond=0),
        good_until=on + timedelta(days=days),
        sign=sign,
    )
    made = StatusList.objects.create(
        content=content,
        digest=sm3(content).hex(),
        entries=statuslist.read(content).entries,
        last_standing=last,
        issued_at=at,
        good_until=on + timedelta(days=days),
    )
    ledger.record(
        subject="certificates:status-list",
        event="certificates.list-published",
        by=by,
        at=at,
        organ=str(bureau.pk),
        detail={"digest": made.digest, "entries": made.entries},
    )
    return made


def _changes() -> Iterator[statuslist.Change]:
    """Every change of every version that was issued, in the order they were recorded."""
    identifiers = {
        (row[0], row[1]): row[2]
        for row in Issuance.objects.values_list("certificate_id", "version", "identifier").iterator()
    }
    rows = Standing.objects.order_by("pk").values_list("certificate_id", "version", "status", "from_on")
    for certificate_id, version, status, from_on in rows.iterator(chunk_size=5000):
        if identifier := identifiers.get((certificate_id, version)):
            yield statuslist.Change(identifier, from_on, status)
