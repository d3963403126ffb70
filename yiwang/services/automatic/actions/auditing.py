"""Sampling: a set share of automatic decisions goes to a person afterwards; disagreement opens a defect."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.automatic import queries, rules
from yiwang.services.automatic.models import Audit, Defect, Draw, Receipt, TableVersion

SHORTEST_NOTE = 10


@transaction.atomic
def draw(*, by: Doer, at: datetime) -> int:
    """Consider every automatic 准予 nobody has considered yet and draw each version's share. Answers how many were drawn.

    Of each version's decisions since its last draw, the share rounded up, so that no day with decisions goes unchecked.
    A second run draws nothing. Refused: anybody but the system.
    """
    if by.kind != "system":
        raise NotAllowed("抽样由系统按比例进行，不能由人挑选。")
    drawn = 0
    for version in TableVersion.objects.exclude(state=TableVersion.State.DRAFT).select_for_update().order_by("pk"):
        before = version.draws.order_by("-id").values_list("last_id", flat=True).first() or 0
        rows = list(
            Receipt.objects.filter(version=version, outcome=Receipt.Outcome.GRANT, pk__gt=before).order_by("pk")
        )
        if not rows:
            continue
        chosen = set(rules.sample([(row.pk, row.digest) for row in rows], float(version.share)))
        Audit.objects.bulk_create(
            Audit(receipt=row, organ_id=row.organ_id, drawn_at=at) for row in rows if row.pk in chosen
        )
        Draw.objects.create(version=version, last=rows[-1], considered=len(rows), drawn=len(chosen), drawn_at=at)
        drawn += len(chosen)
    return drawn


@transaction.atomic
def answer(*, audit_id: int, agrees: bool, note: str, by: Doer, at: datetime) -> Audit:
    """What a person finds about one automatic decision. Disagreeing needs a reason and opens a defect of the version.

    Refused: without ``table.audit`` in the organ; answered already; by whoever published the table; a disagreement
    without saying what a person would have done.
    """
    found = queries.audit(by, audit_id)
    allow(by, Permission.TABLE_AUDIT, about=found)
    audit = Audit.objects.select_for_update().select_related("receipt__version").get(pk=found.pk)
    note = note.strip()
    if audit.verdict != Audit.Verdict.OPEN:
        raise Refusal("这一件已经抽查过。", code="already-audited")
    version = audit.receipt.version
    if by.reference in (version.published_by, version.drafted_by):
        raise NotAllowed("起草或者发布决策表的人不能抽查它的决定。", code="same-hands")
    if not agrees and len(note) < SHORTEST_NOTE:
        raise Refusal("不同意的，要写明人工会怎样决定、为什么。", code="no-reasons", field="note")
    if len(note) > 500 or "\0" in note:
        raise Refusal("说明最多500字，且不能有特殊控制字符。", code="too-long", field="note")
    audit.verdict = Audit.Verdict.AGREES if agrees else Audit.Verdict.DISAGREES
    audit.note, audit.audited_at, audit.audited_by = note, at, by.reference
    audit.save(update_fields=["verdict", "note", "audited_at", "audited_by"])
    detail: dict[str, object] = {"verdict": audit.get_verdict_display(), "receipt": audit.receipt.number}
    if not agrees:
        defect = Defect.objects.create(audit=audit, version=version, organ_id=audit.organ_id, opened_at=at)
        detail["defect"] = defect.pk
    ledger.record(
        subject=f"receipt:{audit.receipt.number}",
        event="automatic.audited",
        by=by,
        at=at,
        organ=str(audit.organ_id),
        detail=detail,
    )
    return audit


@transaction.atomic
def close_defect(*, defect_id: int, resolution: str, by: Doer, at: datetime) -> Defect:
    """Say what was done about a defect: table changed, decision withdrawn, or why it was none. For table editors and
    publishers; never by whoever found it."""
    defect = (
        Defect.objects.select_for_update().select_related("version__table__item", "audit").filter(pk=defect_id).first()
    )
    if defect is None or not queries.may_see(by, defect.organ_id):
        raise NotFound("没有这个缺陷，或者您无权查看。", code="no-such-defect")
    if not by.may(Permission.TABLE_PUBLISH, defect.organ_id):
        allow(by, Permission.TABLE_EDIT, about=defect)
    if defect.closed_at is not None:
        raise Refusal("这个缺陷已经处理。", code="already-closed")
    resolution = resolution.strip()
    if not SHORTEST_NOTE <= len(resolution) <= 500 or "\0" in resolution:
        raise Refusal("请用10至500字写明怎样处理：改了哪一行、原决定怎么办。", code="no-resolution", field="resolution")
    defect.resolution, defect.closed_at, defect.closed_by = resolution, at, by.reference
    defect.save(update_fields=["resolution", "closed_at", "closed_by"])
    ledger.record(
        subject=f"decision-table:{defect.version.table.code}",
        event="automatic.defect-closed",
        by=by,
        at=at,
        organ=str(defect.organ_id),
        detail={"defect": defect.pk, "version": defect.version.number},
    )
    return defect
