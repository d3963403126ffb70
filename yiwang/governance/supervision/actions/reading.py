"""Reading what one was told, and looking into clues."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.supervision import queries
from yiwang.governance.supervision.models import Clue, Notice
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotFound, Refusal


def acknowledge(*, notice_id: int, by: Doer, at: datetime) -> Notice:
    """已阅: whoever was told has read it. 404 for anybody else; a second time changes nothing."""
    found = Notice.objects.filter(pk=notice_id, account_id=by.account_id).first() if by.account_id else None
    if found is None:
        raise NotFound("没有这条提醒。", code="no-such-notice")
    if found.read_at is None:
        found.read_at = at
        found.save(update_fields=["read_at"])
    return found


@transaction.atomic
def judge(*, clue_id: int, verdict: str, by: Doer, at: datetime) -> Clue:
    """核查: the supervisor says whether a clue is true (``true``, ``false``). Once; 404 for whoever may not supervise."""
    clue = queries.clues(by).select_for_update(of=("self",)).filter(pk=clue_id).first()
    if clue is None:
        raise NotFound("没有这条线索。", code="no-such-clue")
    allow(by, Permission.CASE_SUPERVISE, about=clue)
    if verdict not in Clue.Verdict.values:
        raise Refusal("请选择核查结论。", code="verdict", field="verdict")
    if clue.verdict:
        raise Refusal("这条线索已经核查。", code="already-judged")
    clue.verdict, clue.judged_by, clue.judged_at = verdict, by.reference, at
    clue.save(update_fields=["verdict", "judged_by", "judged_at"])
    ledger.record(
        subject=f"clue:{clue.pk}",
        event="supervision.clue-judged",
        by=by,
        at=at,
        organ=str(clue.organ_id),
        detail={"code": clue.code, "verdict": verdict, "matter": clue.about.reference},
    )
    return clue
