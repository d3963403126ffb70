"""Copies a clerk has compared with the original (trust B), to be used again for their holder in another case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from yiwang.foundation.files import queries as files
from yiwang.foundation.files.models import StoredFile
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held.telling import tell
from yiwang.services.cases.models import Case, CaseMaterial, Draft, DraftFile
from yiwang.services.catalogue.declarations import Material
from yiwang.services.catalogue.gate import normal

MOST = 3  # newest copies offered for one material


def compared_copies(draft: Draft) -> dict[str, list[StoredFile]]:
    """Material code → copies for a draft, as ``_compared``; what the draft holds already is left out. Asked for the
    draft's owner."""
    there = set(draft.uploads.values_list("file_id", flat=True))
    return _compared(draft.party_id, declaration_of(draft.guide).materials_for(draft.answers), there)


def at_counter(by: Doer, party_id: int | None, materials: Sequence[Material]) -> dict[str, list[StoredFile]]:
    """Material code → copies of the applicant in front of the clerk, those the clerk may see: of cases of his hall or his
    organ. Nobody's where the applicant is not registered."""
    if party_id is None:
        return {}
    found = _compared(party_id, materials)
    seen = {code: [one for one in offered if files.may_see(by, one)] for code, offered in found.items()}
    return {code: offered for code, offered in seen.items() if offered}


def taken_again(
    by: Doer, party_id: int, materials: Sequence[Material], reuses: Mapping[str, Sequence[int]], *, agrees: bool
) -> dict[str, tuple[int, ...]]:
    """What a clerk uses again at a counter, material code → files. Refused: without the applicant's consent; a file that
    is no such copy of this applicant and this material (404)."""
    wanted = {code: tuple(dict.fromkeys(chosen)) for code, chosen in reuses.items() if chosen}
    if not wanted:
        return {}
    if not agrees:
        says = "请先征得申请人同意并勾选，再使用以前核对过的材料。"
        raise Refusal(says, code="no-consent", article="个人信息保护法 第十三条第一款第一项", field="reuse_agreed")
    offered = at_counter(by, party_id, materials)
    for code, chosen in wanted.items():
        if not set(chosen) <= {one.pk for one in offered.get(code, ())}:
            raise NotFound("没有这份核对过的材料。", code="no-such-copy")
    return wanted


def _compared(
    party_id: int, materials: Iterable[Material], without: Collection[int] = ()
) -> dict[str, list[StoredFile]]:
    """Material code → copies of a material of that name which a clerk compared in an earlier case of this applicant, the
    newest first."""
    asked = {normal(one.name): one.id for one in materials}
    rows = CaseMaterial.objects.filter(party_id=party_id, files__trust=StoredFile.Trust.CHECKED)
    found: dict[str, list[StoredFile]] = {}
    for row in rows.distinct().order_by("-matter_id").prefetch_related("files"):
        code = asked.get(normal(row.name))
        if code is None:
            continue
        offered = found.setdefault(code, [])
        for file in row.files.all():
            usable = file.trust == StoredFile.Trust.CHECKED and file.disposed_at is None
            if usable and file.pk not in without and file not in offered and len(offered) < MOST:
                offered.append(file)
    return {code: offered for code, offered in found.items() if offered}


def keep_consent(case: Case, reused: Iterable[DraftFile], *, by: Doer, at: datetime) -> None:
    """One line in each file's ledger: used again in this case, with whose consent and when it was given."""
    for one in reused:
        if one.agreed_at is not None:
            _told(case, one.file_id, one.code, one.agreed_at, "online", by, at)


def keep_consent_at_counter(case: Case, reused: Mapping[str, Iterable[int]], *, by: Doer, at: datetime) -> None:
    """The same for what the applicant let the clerk use again at the counter."""
    for code, chosen in reused.items():
        for file_id in chosen:
            _told(case, file_id, code, at, "counter", by, at)


def _told(case: Case, file_id: int, code: str, agreed_at: datetime, given: str, by: Doer, at: datetime) -> None:
    detail = {"agreed_at": agreed_at.isoformat(), "given": given, "basis": "consent"}
    tell("cases.copy-reused", f"file:{file_id}", case, code, detail, by=by, at=at)
