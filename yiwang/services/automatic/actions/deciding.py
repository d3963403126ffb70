"""Deciding by a table: facts read, a row fired, the step taken or the case left to people, a receipt in any case."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import processes
from yiwang.matters.models import Matter
from yiwang.services.automatic import queries, rules, sources
from yiwang.services.automatic.actions.drafting import STEP
from yiwang.services.automatic.declarations import digest
from yiwang.services.automatic.models import Receipt, TableVersion
from yiwang.services.cases import actions as cases
from yiwang.services.cases.models import Case

# What follows an automatic 准予 by itself when the applicant wants the result online, in order.
ONLINE = ("issue-by-table", "deliver-by-table")


@transaction.atomic
def decide(*, reference: str, by: Doer, at: datetime) -> Receipt | None:
    """Decide a case that has just been received, if a published table of its very guide version says how.

    The row that fires takes the process's own step ``grant-by-table`` as the system, or leaves the case to people. Both
    leave a receipt; asked again, nothing happens. ``None``: no table for it, not in its first state any more, or the
    procedure refused the step (written down as ``automatic.held-back``; people decide). Refused: anybody but the system.
    """
    if by.kind != "system":
        raise NotAllowed("自动决定只能由系统按已发布的决策表作出。")
    matter = Matter.objects.select_for_update().filter(reference=reference).first()
    case = Case.objects.select_related("matter", "guide__item").filter(matter=matter).first() if matter else None
    if matter is None or case is None:
        return None
    process = processes.bound(matter.process_id, matter.process_version)
    if STEP not in process.steps or matter.state != process.initial or queries.of_case(matter.pk):
        return None
    version = queries.published(case.guide.item_id)
    if version is None or version.guide_id != case.guide_id:
        return None
    table = queries.declared(version)
    facts = sources.gather(case, table, at=at)
    row = rules.evaluate(table, {fact.column: fact.value for fact in facts})
    number = _number(at)
    text = rules.receipt_text(
        number=number,
        matter=reference,
        item=case.guide.item.code,
        guide=matter.guide,
        table=table,
        version_number=version.number,
        table_digest=version.digest,
        engine=rules.engine_version(),
        facts=facts,
        row=row,
        at=at,
    )
    if row.outcome == "grant":
        try:
            with transaction.atomic():
                return _granted(case, version, number, text, row.id, by, at)
        except Refusal as refusal:
            _tell(
                "automatic.held-back", f"matter-table:{reference}", case, by, at, {"code": refusal.code, "row": row.id}
            )
            return None
    return _receipt(case, version, number, text, row.id, Receipt.Outcome.HAND_OVER, by, at)


def _granted(case: Case, version: TableVersion, number: str, text: str, row: str, by: Doer, at: datetime) -> Receipt:
    reference = case.matter.reference
    cases.take(reference=reference, step=STEP, by=by, at=at)
    receipt = _receipt(case, version, number, text, row, Receipt.Outcome.GRANT, by, at)
    if case.delivery == Case.Delivery.ONLINE:
        steps = processes.bound(case.matter.process_id, case.matter.process_version).steps
        for step in ONLINE:
            if step in steps:
                cases.take(reference=reference, step=step, by=by, at=at)
    return receipt


def _receipt(
    case: Case,
    version: TableVersion,
    number: str,
    text: str,
    row: str,
    outcome: Receipt.Outcome,
    by: Doer,
    at: datetime,
) -> Receipt:
    receipt = Receipt.objects.create(
        number=number,
        matter_id=case.matter_id,
        organ_id=case.organ_id,
        party_id=case.party_id,
        version=version,
        text=text,
        digest=digest(text),
        row=row,
        outcome=outcome,
        decided_at=at,
    )
    event = "automatic.decided" if outcome == Receipt.Outcome.GRANT else "automatic.handed-over"
    detail = {
        "matter": case.matter.reference,
        "table": version.table.code,
        "version": version.number,
        "table_digest": version.digest,
        "row": row,
        "receipt_digest": receipt.digest,
    }
    _tell(event, f"receipt:{number}", case, by, at, detail)
    return receipt


def _tell(event: str, subject: str, case: Case, by: Doer, at: datetime, detail: dict[str, object]) -> None:
    ledger.record(subject=subject, event=event, by=by, at=at, organ=str(case.organ_id), detail=detail)


def _number(at: datetime) -> str:
    """``ZD2026-000017``: the year and a number from the receipts' own sequence, so a rollback may leave a gap."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('automatic_receipt', 'id'))")
        return f"ZD{day_of(at).year}-{cursor.fetchone()[0]:06d}"
