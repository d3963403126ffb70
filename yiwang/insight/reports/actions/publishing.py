"""What a frozen report leaves the house under: the organ's seal over its fact file, and the sealed paper as published."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.letters import queries as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.seals import actions as seals
from yiwang.foundation.seals.models import Seal
from yiwang.foundation.seals.queries import Warrant
from yiwang.insight.reports.models import Frozen
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.standing import Context

PURPOSE = "报告事实文件"


def seal_facts(frozen: Frozen, letter: Letter, at: datetime) -> None:
    """Seal the digest of what was frozen, with the seal and the leave the report's own letter was issued under.

    A letter that waits for leave (待用印) leaves the fact file unsealed too; publishing tries again. Once sealed it stays so.
    GB/T 38540-2020.
    """
    if frozen.seal or letter.seal_id is None or not letter.warranted_by:
        return
    frozen.seal = seals.sign_digest(
        seal=Seal.objects.select_related("certificate").get(pk=letter.seal_id),
        digest=bytes.fromhex(frozen.digest),
        by=SYSTEM,
        at=at,
        purpose=f"{letter.number} {PURPOSE}",
        letter_kind=letter.kind,
        warrant=Warrant(letter.warranted_by, letter.authorisation_id),
    )
    frozen.save(update_fields=["seal"])


def keep_paper(frozen: Frozen, letter: Letter, ctx: Context) -> None:
    """Keep the sealed PDF beside what was frozen: the public page hands out these very bytes."""
    seal_facts(frozen, letter, ctx.at)
    frozen.paper = letters.content(ctx.by, letter.pk)
    frozen.save(update_fields=["paper"])
