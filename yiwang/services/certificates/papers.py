"""The letters about ending a certificate, and the words they are set from."""

from __future__ import annotations

import json
from typing import Any

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.matters import processes
from yiwang.matters.models import Matter, StepText
from yiwang.matters.standing import Context
from yiwang.services.certificates.models import Certificate

NOTICE, DECISION = "ending-notice", "ending-decision"
REMEDIES = "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
KINDS = {
    "certificates.withdrawal": ("撤回", "《中华人民共和国行政许可法》第八条第二款"),
    "certificates.revocation": ("撤销", "《中华人民共和国行政许可法》第六十九条"),
    "certificates.cancellation": ("注销", "《中华人民共和国行政许可法》第七十条"),
}


def notice(certificate: Certificate, ctx: Context) -> dict[str, Any]:
    """拟撤回/撤销告知书: facts, ground, and the right to state and defend within the term of the process."""
    what, basis = KINDS[ctx.process.id]
    choices = next(field for field in ctx.step.fields if field.name == "ground").choices
    return {
        "kind": NOTICE,
        "matter_reference": ctx.matter.reference,
        "organ_id": certificate.organ_id,
        "data": {
            "what": what,
            "certificate": certificate.name,
            "number": certificate.number,
            "ground": choices[ctx.values["ground"]],
            "facts": ctx.texts["facts"],
            "basis": basis,
            "within": f"{ctx.process.clocks['statement'].days}个工作日",
        },
    }


def decision(certificate: Certificate, matter: Matter) -> dict[str, Any]:
    """撤回/撤销/注销决定书, with reasons, what compensation follows, and remedies (第三十八条第二款 by analogy)."""
    what, basis = KINDS[matter.process_id]
    texts = {row.field: row.text for row in StepText.objects.filter(matter=matter).order_by("ordinal")}
    step = processes.bound(matter.process_id, matter.process_version).opening()
    choices = next(field for field in step.fields if field.name == "ground").choices
    return {
        "kind": DECISION,
        "matter_reference": matter.reference,
        "organ_id": certificate.organ_id,
        "data": {
            "what": what,
            "certificate": certificate.name,
            "number": certificate.number,
            "ground": choices[opening(matter)["ground"]],
            "reason": texts.get("reason") or texts.get("facts", ""),
            "compensation": texts.get("compensation", ""),
            "basis": basis,
            "remedies": REMEDIES,
        },
    }


def opening(matter: Matter) -> dict[str, Any]:
    """Codes the matter was opened with."""
    first = LedgerEntry.objects.get(subject=f"matter:{matter.reference}", ordinal=1)
    found: dict[str, Any] = json.loads(first.body)["detail"]
    return found
