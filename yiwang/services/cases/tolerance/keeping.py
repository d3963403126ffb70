"""What becomes of a 容缺 promise: kept by the step that hands in, or missed when its clock ran out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.standing import Context
from yiwang.services.cases import papers
from yiwang.services.cases.models import Case, Promise
from yiwang.services.cases.tolerance import rules


def kept(case: Case, ctx: Context) -> dict[str, Any]:
    """Rows of the step ``make-good``."""
    Promise.objects.filter(matter_id=case.matter_id, kind=Promise.Kind.DEFERRAL, status=Promise.Status.OPEN).update(
        status=Promise.Status.KEPT, settled_at=ctx.at, settled_by=ctx.by.reference
    )
    return {"promise": "kept"}


@transaction.atomic
def missed(*, matter_id: int, ordinal: int, at: datetime) -> None:
    """The case ended because the promised materials did not come: record and letter, both of the step's own moment."""
    promise = Promise.objects.select_for_update().filter(
        matter_id=matter_id, kind=Promise.Kind.DEFERRAL, status=Promise.Status.OPEN
    ).first()  # fmt: skip
    if promise is None:
        return
    case = Case.objects.select_related("matter", "guide__item").get(matter_id=matter_id)
    ended_at = LedgerEntry.objects.get(subject=f"matter:{case.matter.reference}", ordinal=ordinal).at
    promise.status, promise.settled_at, promise.settled_by = Promise.Status.MISSED, ended_at, SYSTEM.reference
    if promise.bar_months:
        promise.barred_until = rules.months_later(day_of(ended_at), promise.bar_months)
    promise.save(update_fields=["status", "settled_at", "settled_by", "barred_until"])
    wanting = "、".join(one.name for one in promise.materials.filter(supplied_at=None))
    papers.not_made_good(case, wanting, by=SYSTEM, at=ended_at)
    detail: Mapping[str, Any] = {
        "matter": case.matter.reference,
        "until": promise.barred_until.isoformat() if promise.barred_until else None,
    }
    ledger.record(
        subject=f"promise:{promise.pk}",
        event="cases.promise-missed",
        by=SYSTEM,
        at=ended_at,
        recorded_at=at,
        organ=str(promise.organ_id),
        detail=detail,
    )
