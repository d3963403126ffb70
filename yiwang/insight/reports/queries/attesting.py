"""The ledger line that recorded what was frozen, with its proof: what a fact file carries out of the house."""

from __future__ import annotations

import json

from yiwang.foundation.ledger import queries as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.insight.reports.models import Frozen

SIGNED = "insight.report.sign"


def attested(frozen: Frozen) -> bytes:
    """The line's text, the digest before it and its inclusion proof as JSON; nothing while it waits for a checkpoint (待存证).

    The line holds references, codes and digests only, so it may go with the file.
    """
    subject = f"matter:{frozen.report.matter.reference}"
    lines = LedgerEntry.objects.filter(subject=subject, event=SIGNED).order_by("-ordinal")
    line = next((one for one in lines if json.loads(one.body)["detail"].get("manifest") == frozen.digest), None)
    proof = ledger.proof(line.number) if line is not None else None
    if line is None or proof is None:
        return b""
    said = {"body": line.body, "previous": bytes(line.previous).hex(), "proof": proof.as_dict()}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()
