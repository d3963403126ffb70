"""Keeping each asking for a held material: a row, a ledger line, and a task for the owner of data that failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held import queries, rules
from yiwang.services.cases.held.rules import Ground
from yiwang.services.cases.held.telling import tell
from yiwang.services.cases.models import Case, HeldAsk

TASK = "services.source-fault"


def keep(case: Case, grounds: Mapping[str, str], *, place: str, by: Doer, at: datetime) -> list[HeldAsk]:
    """Write down what was asked on which ground: material code → ground, each checked before by ``rules``. Must run in
    the transaction that asks. Asking again for the same thing on the same ground in one case counts once.

    Where the data failed its owner gets a matter to look into (``services.source-fault``); a source that is down opens one
    for all cases that meet it.
    """
    on, kept = day_of(at), []
    declared = {one.id: one for one in declaration_of(case.guide).materials}
    for code, ground in grounds.items():
        material = declared[code]
        thing = material.source.reference if material.source else ""
        owner = queries.owner_of(
            thing, queries.certificate_for(material, case.party_id, on), on, fallback=case.hall_id or case.organ_id
        )
        row, made = HeldAsk.objects.get_or_create(
            matter_id=case.matter_id,
            code=code,
            ground=ground,
            defaults={
                "organ_id": case.organ_id,
                "owner_id": owner,
                "thing": thing[:120],
                "place": place,
                "asked_at": at,
                "asked_by": by.reference,
            },
        )
        if not made:
            continue
        if ground in rules.FAILED:
            row.task = _task(row, at)
            row.save(update_fields=["task"])
        told = {"ground": ground, "place": place, "owner": owner, "task": row.task}
        tell("cases.held-asked", f"held-ask:{row.pk}", case, code, told, by=by, at=at)
        kept.append(row)
    return kept


def _task(row: HeldAsk, at: datetime) -> str:
    """The matter in which the owner looks into its data; of a source that is down, the one that is open already."""
    if row.ground == Ground.SOURCE_DOWN:
        told = HeldAsk.objects.filter(thing=row.thing, ground=row.ground, owner_id=row.owner_id).exclude(task="")
        latest = told.values_list("task", flat=True).first()
        if latest and Matter.objects.filter(reference=latest, closed_at=None).exists():
            return latest
    opened = matters.open(
        process=TASK,
        by=SYSTEM,
        at=at,
        organ_id=row.owner_id,
        title=f"核查数据：{row.thing}（{Ground(row.ground).label}）"[:120],
        item=f"held-ask:{row.pk}",
        values={"ground": row.ground, "case": row.matter.reference},
    )
    return opened.reference
