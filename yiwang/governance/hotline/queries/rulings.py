"""Rulings as precedents, and matters for which no list names a power: what the 编办 is told of."""

from __future__ import annotations

import json

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.hotline.models import Ruling
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.kernel.permissions import Doer, Permission

LISTING = (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CATALOGUE_REVIEW_ESTABLISHMENT)
PAGE = 200
RETURNS = ("governance.hotline.return", "governance.hotline.return-again")


def precedents(viewer: Doer, *, topic: str = "") -> list[Ruling]:
    """Rulings, newest first; 404 for who neither dispatches nor rules nor keeps the lists of powers."""
    if not any(viewer.may(permission) for permission in LISTING):
        raise no_such_order()
    rows = Ruling.objects.order_by("-pk")
    return list((rows.filter(topic=topic) if topic else rows)[:PAGE])


def ruling(viewer: Doer, ruling_id: int) -> Ruling:
    found = Ruling.objects.filter(pk=ruling_id).first() if 0 < ruling_id < 2**63 else None
    if found is None or not any(viewer.may(permission) for permission in LISTING):
        raise no_such_order()
    return found


def returned_by(subject: str) -> list[int]:
    """Organs that gave an order back, from its own ledger lines (``matter:…``), in order and once each."""
    lines = LedgerEntry.objects.filter(subject=subject, event__in=RETURNS).order_by("ordinal")
    bodies = [json.loads(body)["detail"] for body in lines.values_list("body", flat=True)]
    return list(dict.fromkeys(detail["returned-by"] for detail in bodies if detail.get("returned-by")))


def gaps(viewer: Doer, *, settled: bool = False) -> list[Ruling]:
    """Matters with no listed power, oldest first, those not dealt with unless ``settled``."""
    if not any(viewer.may(permission) for permission in LISTING):
        raise no_such_order()
    return list(Ruling.objects.filter(no_power=True, settled_at__isnull=not settled).order_by("pk")[:PAGE])
