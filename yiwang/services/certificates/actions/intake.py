"""存量电子化: bringing an organ's existing certificates in from a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import tables
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people import queries as people
from yiwang.foundation.people.models import Party
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates import intake, types
from yiwang.services.certificates.actions import issuing
from yiwang.services.certificates.kinds import TYPE, CertificateType
from yiwang.services.certificates.models import Certificate, Intake


@transaction.atomic
def take_in(
    *, item_code: str, type_id: str, content: bytes, name: str, dry_run: bool, by: Doer, at: datetime
) -> Intake:
    """Check a table of existing certificates and, unless ``dry_run``, enter every row without a fault.

    ``content`` is a CSV or Excel file called ``name``. The answer's ``report`` lists every fault with line and column; a
    row with a fault is not entered, one that is registered already with the same holder and period changes nothing, so
    that the same file twice enters nothing twice. A dry run is answered unsaved. Refused: without 审核 in the item's
    organ, an unknown type, one the item does not result in, a file that is no table or lacks a column.
    """
    item = Item.objects.filter(code=item_code).first()
    on = day_of(at)
    if item is None:
        raise NotFound("没有这个事项。", code="item-not-found")
    allow(by, Permission.CASE_REVIEW, about=item)
    if type_id not in types.declared(on):
        raise Refusal("请选择证照类型。", code="no-type", field="type_id")
    declared: CertificateType = packs.rule(TYPE, type_id, on).value
    guide = catalogue.guide_or_none(item.code, on)
    found = types.of_result(item.code, guide.result_name, on) if guide else None
    if found is None or found[0] != type_id:
        raise Refusal("这个事项的结果不是这类证照。", code="other-type", field="type_id")
    rows = tables.read_content(content, name)
    if len(rows) > types.policy(on).most_rows:
        raise Refusal(f"超过{types.policy(on).most_rows}行，请分批导入。", code="too-many-rows", field="file")
    _refuse_heads(rows, declared)
    numbers = [row.get(intake.NUMBER, "").strip() for row in rows]
    there = {
        each.number: intake.There(each.party_id, each.valid_from, each.valid_until)
        for each in Certificate.objects.filter(organ_id=item.organ_id, number__in=numbers)
    }
    checked = intake.check(rows, declared, on=on, party_of=_party_of, there=there)
    for line in () if dry_run else checked.lines:
        issuing.record_existing(
            number=line.number,
            name=declared.name,
            item_code=item.code,
            party_id=line.party_id,
            valid_from=line.valid_from,
            valid_until=line.valid_until,
            issued_on=line.issued_on,
            values=line.values,
            by=by,
            at=at,
        )
    run = Intake(
        organ_id=item.organ_id,
        type_id=type_id,
        item=item,
        file_digest=sm3(content).hex(),
        rows=checked.rows,
        made=len(checked.lines),
        known=checked.known,
        report=[{"row": f.row, "column": f.column, "says": f.says} for f in checked.faults],
        taken_at=at,
        taken_by=by.reference,
    )
    if not dry_run:
        run.save()
        ledger.record(
            subject=f"certificates:organ-{item.organ_id}",
            event="certificates.taken-in",
            by=by,
            at=at,
            organ=str(item.organ_id),
            detail={
                "rows": run.rows,
                "made": run.made,
                "known": run.known,
                "faulty": checked.faulty_rows,
                "file": run.file_digest,
            },
        )
    return run


def _refuse_heads(rows: Sequence[Mapping[str, str]], declared: CertificateType) -> None:
    heads = set(rows[0]) if rows else set()
    wanted = [name for name in intake.COLUMNS if name != intake.ISSUED]
    wanted += [field.title for field in declared.fields.values() if field.required]
    if lacking := [name for name in wanted if name not in heads]:
        raise Refusal(f"表格缺少这些列：{'、'.join(lacking)}。", code="missing-columns", field="file")


def _party_of(name: str, code: str) -> tuple[int, bool] | None:
    party_id = people.party_called(name, code)
    if party_id is None:
        return None
    return party_id, Party.objects.filter(pk=party_id, kind=Party.Kind.FIRM).exists()
