"""Deeds: ``open_batch`` registers a batch, ``hand_out`` opens its issues, ``take`` is a step of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.meetings import queries, rules
from yiwang.governance.meetings.models import Batch
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing

REPORTS = frozenset({rules.STAGE, rules.DONE})


@transaction.atomic
def open_batch(
    *,
    organ_id: int,
    theme: str,
    handed_by: str,
    document: str,
    received_on: date,
    due_on: date,
    by: Doer,
    at: datetime,
) -> Batch:
    """Register a batch under the organ that coordinates. Refused: whoever does not coordinate there; see ``batch_of``."""
    if not by.may(Permission.ISSUE_COORDINATE, organ_id):
        raise NotAllowed("只有面对面统筹人员可以登记批次。")
    theme, handed_by, document = theme.strip(), handed_by.strip(), document.strip()
    on = day_of(at)
    rules.batch_of(theme, handed_by, document, received_on, due_on, on)
    last = Batch.objects.select_for_update().filter(code__startswith=f"MDM{on.year}-").order_by("-pk").first()
    number = int(last.code.rsplit("-", 1)[1]) + 1 if last else 1
    made = Batch.objects.create(
        code=f"MDM{on.year}-{number:03d}",
        theme=theme,
        handed_by=handed_by,
        document=document,
        organ_id=organ_id,
        received_on=received_on,
        due_on=due_on,
        opened_at=at,
        opened_by=by.reference,
    )
    ledger.record(
        subject=f"meetings-batch:{made.code}",
        event="meetings.batch-opened",
        by=by,
        at=at,
        organ=f"organ:{organ_id}",
        detail={"code": made.code, "due": due_on.isoformat()},
    )
    return made


@transaction.atomic
def hand_out(*, code: str, lines: Sequence[rules.Line], by: Doer, at: datetime) -> list[Standing]:
    """Open one issue for each line, numbered on in the batch. All or none.

    404 for a batch the doer does not see; refused: whoever does not coordinate it; a batch whose day has come.
    """
    batch = queries.batch(by, code)
    if not by.may(Permission.ISSUE_COORDINATE, batch.organ_id):
        raise NotAllowed("只有面对面统筹人员可以交办问题。")
    on = day_of(at)
    if batch.due_on <= on:
        raise Refusal("本批办结期限已到，不能再交办新问题，请另立批次。", code="batch-over")
    Batch.objects.select_for_update().get(pk=batch.pk)
    first = (batch.issues.aggregate(last=Max("number"))["last"] or 0) + 1
    return [
        matters.open(
            process=rules.PROCESS,
            by=by,
            at=at,
            organ_id=batch.organ_id,
            title=f"面对面：{batch.theme}（{batch.code} 第{number}号）",
            organs={"handling": line.unit_id},
            budgets={"issue.days": (batch.due_on - on).days},
            values={"source": line.source, "content": line.content},
            given={"meetings": {"batch_id": batch.pk, "batch": batch.code, "number": number, "unit_id": line.unit_id}},
            step="hand-out",
        )
        for number, line in enumerate(lines, first)
    ]


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
    evidence: bytes | None = None,
    evidence_name: str = "",
) -> Standing:
    """Take a step of an issue. ``values["unit"]`` is an organ's code; ``evidence`` the file a report is handed in with.

    404 for whoever may not see it; refused as ``matters.take`` and by the step's guards. The file is kept only if every check
    of the step was passed.
    """
    found, values, on = queries.issue(by, reference), dict(values or {}), day_of(at)
    given: dict[str, Any] = {"meetings": True, "evidence": bool(evidence)}
    if step == "reassign":
        given["unit_id"] = queries.unit(str(values.get("unit") or ""), on)

    def also(ctx: Context) -> Mapping[str, Any] | None:
        if step not in REPORTS or evidence is None:
            return None
        kept = files.store(content=evidence, name=evidence_name, by=by, at=at, organ_id=found.unit_id, field="evidence")
        given["evidence_id"] = kept.pk
        return {"evidence": kept.digest}

    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        given=given,
        version=version,
        also=also if step in REPORTS else None,
        of=rules.TABLE,
    )
