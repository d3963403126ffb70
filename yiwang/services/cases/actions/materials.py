"""Materials of a running case: checked by the clerk whose seat it is, supplied again by the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing
from yiwang.services.cases.actions import supplying
from yiwang.services.cases.held import words
from yiwang.services.cases.models import Case, CaseMaterial, Shortcoming
from yiwang.services.cases.rules import FOUND_WRONG

LONGEST_NOTE = 300


def check(
    *, reference: str, findings: Mapping[str, tuple[str, str]], by: Doer, at: datetime, version: int | None = None
) -> Standing:
    """Write down what the clerk found: material code → (verdict, note). One ledger line with codes, no words.

    Refused: an unknown material or verdict, a wrong one without saying what is wrong, a note that asks for
    something the government holds, whoever is not on the seat.
    """
    faults: list[Fault] = []
    for code, (verdict, note) in findings.items():
        if verdict not in CaseMaterial.Verdict.values:
            faults.append(Fault(code, "核对结果只能选未核、符合、不符合或可当场更正。", "choice"))
        elif verdict in FOUND_WRONG and not note.strip():
            faults.append(Fault(code, "不符合的材料要写明哪里不对。", "no-note"))
        elif len(note) > LONGEST_NOTE or "\0" in note:
            faults.append(Fault(code, f"说明最多{LONGEST_NOTE}字，且不能有特殊控制字符。", "too-long"))
    if faults:
        raise Refusal("核对结果没有保存，请改正后再保存。", code="findings", faults=faults)

    def also(ctx: Context) -> Mapping[str, Any]:
        notes = {code: note for code, (_, note) in findings.items() if note}
        if (objection := words.refuse_notes(notes, ctx.matter.id, ctx.on)) is not None:
            raise objection
        rows = {row.code: row for row in CaseMaterial.objects.filter(matter_id=ctx.matter.id)}
        unknown = sorted(set(findings) - set(rows))
        if unknown:
            raise Refusal("有的材料不在本件清单内，请刷新页面。", code="not-in-guide", field=unknown[0])
        for code, (verdict, note) in findings.items():
            row = rows[code]
            unchecked = verdict == CaseMaterial.Verdict.UNCHECKED
            row.verdict, row.note = verdict, note.strip()
            row.checked_by, row.checked_at = ("", None) if unchecked else (by.reference, at)
        CaseMaterial.objects.bulk_update(rows.values(), ["verdict", "note", "checked_by", "checked_at"])
        return {"findings": {code: verdict for code, (verdict, _) in findings.items()}}

    return matters.take(
        reference=reference, step="check-materials", by=by, at=at, version=version, also=also, of=Case._meta.db_table
    )


@transaction.atomic
def supply(*, reference: str, code: str, content: bytes, name: str, by: Doer, at: datetime) -> Shortcoming:
    """One material of the newest correction notice is supplied, by the applicant or by the clerk to whom it is brought.

    May be repeated until it is handed in. Refused: anybody else (404), a case that waits for nothing, a material the
    newest notice does not list, too many files, a bad file.
    """
    case, by = supplying.case_to_supply(reference, by, at)
    if case.matter.state != "awaiting-correction":
        raise Refusal("本件现在不需要补正材料。", code="not-now")
    listed = list(Shortcoming.objects.filter(matter_id=case.matter_id).order_by("-notice", "pk"))
    found = next((row for row in listed if row.code == code and row.notice == listed[0].notice), None)
    if found is None:
        raise Refusal("补正告知书没有列这项材料，不用提交。", code="not-listed", field=code)
    supplying.put(case, code, content=content, name=name, by=by, at=at)
    found.supplied_at = at
    found.save(update_fields=["supplied_at"])
    return found
