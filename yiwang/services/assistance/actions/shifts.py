"""End of a shift: originals that stayed at the counter go on to the organs that handle the cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.assistance import queries
from yiwang.services.assistance.models import OriginalHandover


@transaction.atomic
def hand_over_originals(*, counter_id: int, material_ids: Iterable[int], by: Doer, at: datetime) -> int:
    """Record that originals taken in at this counter were handed on; answers how many. Twice is once.

    By whoever sits at the counter. Refused: none chosen, one that was not taken in as an original here.
    """
    counter = organs.counters_of(by, day_of(at)).filter(pk=counter_id).first()
    if counter is None:
        raise NotFound("您今天不在这个窗口。", code="not-at-counter")
    wanted = set(material_ids)
    held = {one.pk: one for one in queries.originals_taken(counter.pk).filter(pk__in=wanted)}
    if not wanted or set(held) != wanted:
        raise Refusal("请勾选本窗口收下的原件。", code="not-an-original", field="material")
    known = set(OriginalHandover.objects.filter(material_id__in=held).values_list("material_id", flat=True))
    fresh = [
        OriginalHandover(material=one, counter=counter, organ_id=one.organ_id, handed_at=at, handed_by=by.reference)
        for pk, one in held.items()
        if pk not in known
    ]
    OriginalHandover.objects.bulk_create(fresh)
    if fresh:
        ledger.record(
            subject=f"counter:{counter.pk}",
            event="assistance.originals-handed-over",
            by=by,
            at=at,
            organ=str(counter.organ_id),
            detail={"count": len(fresh), "materials": sorted(one.material_id for one in fresh)},
        )
    return len(fresh)
