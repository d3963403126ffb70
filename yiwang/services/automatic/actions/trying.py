"""The dry run 试运行: what a version would have said about cases people, or an earlier table, have decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.services.automatic import queries, rules, sources
from yiwang.services.automatic.limits import limits
from yiwang.services.automatic.models import Receipt, TableVersion, Trial
from yiwang.services.cases.models import Case


@transaction.atomic
def try_out(*, code: str, number: int, by: Doer, at: datetime) -> Trial:
    """Run a draft over the newest past cases of its item and keep, case by case, what would differ.

    Past cases are those decided or ended; facts the applicant gave are of then, facts of registers of now (a case that
    has a receipt is judged by the facts on it). Nothing is decided. For the department itself, whose cases they are:
    refused without ``table.edit`` there; a version that is no draft.
    """
    version = queries.version(by, code, number)
    organ = version.table.item
    allow(by, Permission.TABLE_EDIT, about=organ)
    if version.state != TableVersion.State.DRAFT:
        raise Refusal("只有草稿需要试运行。", code="not-draft")
    lines = [_line(version, case, at) for case in _past(version, limits(day_of(at)).most_cases)]
    trial = Trial.objects.create(
        version=version,
        digest=version.digest,
        cases=len(lines),
        granted=sum(line["would"] == "grant" for line in lines),
        flips=sum(line["change"] == rules.FLIP for line in lines),
        lines=lines,
        ran_at=at,
        ran_by=by.reference,
    )
    ledger.record(
        subject=f"decision-table:{version.table.code}",
        event="automatic.tried",
        by=by,
        at=at,
        organ=str(organ.organ_id),
        detail={"version": version.number, "digest": version.digest, "cases": trial.cases, "flips": trial.flips},
    )
    return trial


def _past(version: TableVersion, most: int) -> list[Case]:
    rows = Case.objects.select_related("matter", "guide__item").filter(guide__item_id=version.table.item_id)
    ended = rows.exclude(outcome="", matter__closed_at=None)
    return list(ended.order_by("-matter_id")[:most])


def _line(version: TableVersion, case: Case, at: datetime) -> dict[str, Any]:
    table = queries.declared(version)
    receipt = Receipt.objects.select_related("version").filter(matter_id=case.matter_id).first()
    facts = {fact.column: fact.value for fact in sources.gather(case, table, at=at)}
    if receipt is not None:
        facts |= _as_receipted(receipt, {column.fact: column.id for column in table.columns})
    row = rules.evaluate(table, facts)
    automatic = receipt is not None and receipt.outcome == Receipt.Outcome.GRANT
    was = case.outcome or rules.OTHER
    return {
        "reference": case.matter.reference,
        "was": was,
        "state": case.matter.state,
        "automatic": automatic,
        "would": row.outcome,
        "row": row.id,
        "change": rules.compare(was, row.outcome, automatic=automatic),
    }


def _as_receipted(receipt: Receipt, columns: dict[str, str]) -> dict[str, Any]:
    said = queries.receipt_facts(receipt)
    return {columns[one["fact"]]: one["value"] for one in said if one["fact"] in columns}
