"""A file that comes into a running case: who may bring it, and how it lies in its material. Shared by 补正 and 容缺补交."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.models import Seat
from yiwang.services.cases.actions.steps import case_of
from yiwang.services.cases.limits import UPLOADS_A_MATERIAL
from yiwang.services.cases.models import Case, CaseMaterial


def case_to_supply(reference: str, by: Doer, at: datetime) -> tuple[Case, Doer]:
    """The case, and the doer with every mandate that counts for it: the applicant, or the clerk on a seat to whom the
    file is brought. 404 for anybody else."""
    case = case_of(reference)
    by = people.acting(by, day_of(at), reference=reference, item_code=case.matter.item)
    if not (by.is_party(case.party_id) or _sits_on(by, case.matter_id)):
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    return case, by


def put(
    case: Case, code: str, *, content: bytes, name: str, by: Doer, at: datetime, required: bool | None = None
) -> CaseMaterial:
    """Store one file in a material, which is thereby handed in and unchecked again. ``required``: whether the case now
    needs this material; ``None`` leaves that as it was. Refused: too many files, a bad file. In a transaction."""
    material = CaseMaterial.objects.select_for_update().get(matter_id=case.matter_id, code=code)
    if material.files.count() >= UPLOADS_A_MATERIAL:
        raise Refusal(f"一项材料最多上传{UPLOADS_A_MATERIAL}个文件。", code="too-many-files", field=code)
    file = files.store(
        content=content, name=name, by=by, at=at, party_id=case.party_id, organ_id=case.organ_id, field=code
    )
    material.files.add(file)
    material.state, material.verdict, material.note = CaseMaterial.State.UPLOADED, CaseMaterial.Verdict.UNCHECKED, ""
    material.checked_by, material.checked_at = "", None
    if required is not None:
        material.required = required
    material.save(update_fields=["state", "required", "verdict", "note", "checked_by", "checked_at"])
    return material


def _sits_on(by: Doer, matter_id: int) -> bool:
    """True if an open seat of the matter is one of the doer's posts."""
    if by.kind != "staff":
        return False
    seats = Seat.objects.filter(matter_id=matter_id, closed_at=None).values_list("role", "organ_id")
    return any(by.holds(role, organ_id) for role, organ_id in seats)
