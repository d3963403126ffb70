"""撤回, 撤销, 注销: each a matter about a certificate, whose last step ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.matters.standing import Context, Standing
from yiwang.services.certificates import papers, queries, rules
from yiwang.services.certificates.actions import issuing
from yiwang.services.certificates.models import Certificate

WITHDRAWAL, REVOCATION, CANCELLATION = (
    "certificates.withdrawal",
    "certificates.revocation",
    "certificates.cancellation",
)
STATUS = {
    WITHDRAWAL: Certificate.Status.WITHDRAWN,
    REVOCATION: Certificate.Status.REVOKED,
    CANCELLATION: Certificate.Status.CANCELLED,
}
TITLES = {WITHDRAWAL: "撤回", REVOCATION: "撤销", CANCELLATION: "注销"}


@transaction.atomic
def propose(*, certificate_id: int, process: str, values: Mapping[str, Any], by: Doer, at: datetime) -> Standing:
    """Open the matter that may end a certificate. ``values``: ``ground`` (a code of the process) and ``facts``.

    The holder is told in writing what is intended and may state and defend (第七条, 第三十六条) before a withdrawal or a
    revocation is decided; a cancellation only notes what has happened. Refused: a certificate of another organ (404), one
    that has ended already, a second matter while one is open.
    """
    certificate = queries.of_staff(by, certificate_id, lock=True)
    if process not in STATUS:
        raise NotFound("没有这种办理。", code="no-such-process")
    if certificate.status == Certificate.Status.CANCELLED or certificate.status == Certificate.Status.RENEWED:
        raise Refusal(f"这份证照{certificate.get_status_display()}，不能再{TITLES[process]}。", code="already-ended")
    if certificate.status not in rules.LIVING and process != CANCELLATION:
        raise Refusal(f"这份证照{certificate.get_status_display()}，只能办理注销。", code="already-ended")
    if queries.open_matter(certificate) is not None:
        raise Refusal("这份证照已有撤回、撤销或注销正在办理。", code="ending-open")
    opened = matters.open(
        process=process,
        by=by,
        at=at,
        organ_id=certificate.organ_id,
        title=f"{TITLES[process]}{certificate.name}",
        party_id=certificate.party_id,
        item=f"certificate:{certificate.pk}",
        values=values,
        also=lambda ctx: _told(certificate, ctx),
    )
    return opened


def carry_out(*, matter_id: int, ordinal: int) -> Certificate:
    """What the decision of a closed matter does to the register: status, bar, decision letter. Idempotent.

    The deed is the decider's, as of the decision's moment: the ledger line of that step names both.
    """
    with transaction.atomic():
        matter = Matter.objects.get(pk=matter_id)
        entry = LedgerEntry.objects.get(subject=f"matter:{matter.reference}", ordinal=ordinal)
        certificate = Certificate.objects.select_for_update().get(pk=int(matter.item.partition(":")[2]))
        if certificate.ended_by == matter.reference:
            return certificate
        by, detail = Doer(entry.actor, "staff"), papers.opening(matter)
        issuing._end(certificate, STATUS[matter.process_id], matter.reference, by, entry.at)
        issuing.stop_delivery(certificate, entry.at)
        if detail.get("ground") == "fraud" and detail.get("safety"):
            issuing.bar(
                party_id=certificate.party_id,
                item_id=certificate.item_id,
                organ_id=certificate.organ_id,
                article=rules.FRAUD,
                matter_reference=matter.reference,
                by=by,
                at=entry.at,
            )
        letters.issue(**papers.decision(certificate, matter), to_party=certificate.party_id, by=by, at=entry.at)
        return certificate


def _told(certificate: Certificate, ctx: Context) -> None:
    if ctx.process.id == CANCELLATION:
        return
    letters.issue(**papers.notice(certificate, ctx), to_party=certificate.party_id, by=ctx.by, at=ctx.at)
