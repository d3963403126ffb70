"""Copies a clerk has compared with the original (trust B), to be used again by their holder in another case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, CaseMaterial, Draft, DraftFile
from yiwang.services.catalogue.gate import normal

MOST = 3  # newest copies offered for one material


def compared_copies(draft: Draft) -> dict[str, list[StoredFile]]:
    """Material code → copies of a material of that name which a clerk compared in an earlier case of this applicant, the
    newest first; what the draft holds already is left out. Asked for the draft's owner."""
    asked = {normal(one.name): one.id for one in declaration_of(draft.guide).materials_for(draft.answers)}
    there = set(draft.uploads.values_list("file_id", flat=True))
    rows = CaseMaterial.objects.filter(party_id=draft.party_id, files__trust=StoredFile.Trust.CHECKED)
    found: dict[str, list[StoredFile]] = {}
    for row in rows.distinct().order_by("-matter_id").prefetch_related("files"):
        code = asked.get(normal(row.name))
        if code is None:
            continue
        offered = found.setdefault(code, [])
        for file in row.files.all():
            usable = file.trust == StoredFile.Trust.CHECKED and file.disposed_at is None
            if usable and file.pk not in there and file not in offered and len(offered) < MOST:
                offered.append(file)
    return {code: offered for code, offered in found.items() if offered}


def keep_consent(case: Case, reused: Iterable[DraftFile], *, by: Doer, at: datetime) -> None:
    """One line in each file's ledger: used again in this case, with whose consent and when it was given."""
    for one in reused:
        if one.agreed_at is None:
            continue
        ledger.record(
            subject=f"file:{one.file_id}",
            event="cases.copy-reused",
            by=by,
            at=at,
            organ=str(case.organ_id),
            detail={
                "matter": case.matter.reference,
                "material": one.code,
                "agreed_at": one.agreed_at.isoformat(),
                "basis": "consent",
            },
        )
