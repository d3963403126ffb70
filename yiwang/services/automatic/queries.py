"""Questions about tables, trials, receipts and audits, viewer first. What a viewer may not see is 404."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.automatic.declarations import OUTCOMES, Condition, Table, revive
from yiwang.services.automatic.models import Audit, DecisionTable, Defect, Receipt, TableVersion
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide

SEEING = (Permission.TABLE_EDIT, Permission.TABLE_PUBLISH, Permission.TABLE_AUDIT)


def _nothing() -> NotFound:
    return NotFound("没有这个页面，或者您无权查看。", code="no-such-table")


def may_see(viewer: Doer, organ_id: int | None = None) -> bool:
    """Editors, publishers and auditors see tables; an organ's auditor those of the organ."""
    return any(viewer.may(permission, organ_id) for permission in SEEING)


def tables(viewer: Doer) -> QuerySet[DecisionTable]:
    """Tables this viewer sees, with counts of decisions and open defects."""
    if viewer.kind != "staff" or not may_see(viewer):
        raise _nothing()
    found = DecisionTable.objects.select_related("item", "item__organ").order_by("code")
    visible = [one.pk for one in found if may_see(viewer, one.item.organ_id)]
    return found.filter(pk__in=visible).annotate(
        granted=Count("versions__receipts", filter=Q(versions__receipts__outcome="grant"), distinct=True),
        handed=Count("versions__receipts", filter=Q(versions__receipts__outcome="hand-over"), distinct=True),
        defects=Count("versions__defects", filter=Q(versions__defects__closed_at=None), distinct=True),
    )


def table(viewer: Doer, code: str) -> DecisionTable:
    """One table with its item; 404 for who may not see it."""
    found = DecisionTable.objects.select_related("item", "item__organ").filter(code=code).first()
    if found is None or viewer.kind not in {"staff", "system"} or not may_see(viewer, found.item.organ_id):
        raise _nothing()
    return found


def version(viewer: Doer, code: str, number: int) -> TableVersion:
    """One version of a table this viewer sees."""
    found = (
        TableVersion.objects.select_related("table__item", "guide__item")
        .filter(table__code=code, number=number)
        .first()
    )
    if found is None or viewer.kind not in {"staff", "system"} or not may_see(viewer, found.table.item.organ_id):
        raise _nothing()
    return found


def newest(viewer: Doer, code: str) -> TableVersion:
    """The draft of a table this viewer sees, or the version after which a draft begins."""
    found = table(viewer, code).versions.select_related("guide__item", "table__item").order_by("-number").first()
    if found is None:
        raise _nothing()
    return found


def guide_of(found: TableVersion, at: datetime) -> Guide:
    """The guide a draft written now would be bound to; the version's own where the item has none any more."""
    return catalogue.guide_or_none(found.table.item.code, day_of(at)) or found.guide


def table_of_defect(viewer: Doer, defect_id: int) -> str:
    """The table a defect belongs to; 404 for who may not see it."""
    found = Defect.objects.select_related("version__table").filter(pk=defect_id).first()
    if found is None or viewer.kind != "staff" or not may_see(viewer, found.organ_id):
        raise _nothing()
    return found.version.table.code


WAS = {"granted": "准予", "denied": "不予", "other": "没有决定"}
CHANGES = {"flip": ("结论改变", "late"), "same": ("相同", "ok"), "handed": ("仍由人工", "calm")}


def trial_words(line: Mapping[str, Any]) -> dict[str, str]:
    """One line of a dry run in words."""
    says, tone = CHANGES[line["change"]]
    who = "自动" if line["automatic"] else "人工"
    return {
        "was_says": f"{who}{WAS[line['was']]}",
        "would_says": OUTCOMES[line["would"]],
        "change_says": says,
        "tone": tone,
    }


def draft_of(owner: DecisionTable) -> TableVersion | None:
    """The draft of a table, if there is one."""
    return owner.versions.filter(state=TableVersion.State.DRAFT).first()


def published(item_id: int) -> TableVersion | None:
    """The version in use for an item; one indexed query."""
    return (
        TableVersion.objects.select_related("table")
        .filter(table__item_id=item_id, state=TableVersion.State.PUBLISHED)
        .first()
    )


def declared(found: TableVersion) -> Table:
    """What a version says."""
    return revive(found.content)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a page shows it: titles, and rows of cells in words."""

    titles: list[str]
    rows: list[dict[str, Any]]


def grid(found: Table, choices: dict[str, dict[str, str]], fired: str = "") -> Grid:
    """Cells in words; ``choices``: column → code → words. ``fired`` marks one row."""
    rows = []
    for row in found.rows:
        cells = [_says(row.when.get(column.id), choices.get(column.id, {})) for column in found.columns]
        rows.append(
            {
                "id": row.id,
                "cells": cells,
                "outcome": row.outcome,
                "outcome_says": OUTCOMES[row.outcome],
                "article": row.article,
                "says": row.says,
                "fired": row.id == fired,
            }
        )
    return Grid([column.title for column in found.columns], rows)


def _says(condition: Condition | None, choices: dict[str, str]) -> str:
    if condition is None:
        return "不限"
    match condition.kind:
        case "code":
            return "或".join(choices.get(code, code) for code in condition.any_of)
        case "flag":
            return "是" if condition.flag else "否"
    low = f"不少于{condition.least:g}" if condition.least is not None else ""
    high = f"不超过{condition.most:g}" if condition.most is not None else ""
    return "，".join(filter(None, (low, high)))


@dataclass(frozen=True, slots=True)
class ReceiptOnPage:
    """A receipt as its page shows it."""

    row: Receipt
    facts: list[dict[str, Any]]
    said: dict[str, Any]


def receipt(viewer: Doer, number: str) -> ReceiptOnPage:
    """A receipt for the party it is about, for staff of the organ, for whoever audits; 404 for anybody else."""
    found = Receipt.objects.select_related("matter", "version__table__item").filter(number=number).first()
    if found is None or not _sees(viewer, found):
        raise NotFound("没有这份凭证，或者您无权查看。", code="no-such-receipt")
    said = json.loads(found.text)
    return ReceiptOnPage(found, [_fact(one) for one in said["facts"]], said)


def _sees(viewer: Doer, found: Receipt) -> bool:
    if viewer.kind == "staff":
        wanted = (Permission.CASE_SEE, Permission.CASE_SUPERVISE, *SEEING)
        return any(viewer.may(permission, found.organ_id) for permission in wanted)
    acting = people.acting(
        viewer, found.decided_at.date(), reference=found.matter.reference, item_code=found.matter.item
    )
    return viewer.kind == "system" or acting.is_party(found.party_id)


def receipt_facts(found: Receipt) -> list[dict[str, Any]]:
    """The facts as they stand on a receipt."""
    facts: list[dict[str, Any]] = json.loads(found.text)["facts"]
    return facts


def _fact(one: dict[str, Any]) -> dict[str, Any]:
    value = one["value"]
    words = {True: "是", False: "否", None: "不知道"}
    return {
        **one,
        "moment": datetime.fromisoformat(one["at"]),
        "shown": words[value] if value is None or isinstance(value, bool) else str(value),
    }


def audits(viewer: Doer, *, done: bool = False) -> list[Audit]:
    """What this viewer has to check, or has checked already; the oldest drawn first."""
    if viewer.kind != "staff" or not viewer.may(Permission.TABLE_AUDIT):
        raise _nothing()
    found = Audit.objects.select_related("receipt__matter", "receipt__version__table").order_by("pk")
    found = found.exclude(verdict="open") if done else found.filter(verdict="open")
    return [one for one in found[:500] if viewer.may(Permission.TABLE_AUDIT, one.organ_id)][:100]


def audit(viewer: Doer, audit_id: int) -> Audit:
    """One audit of this viewer's organ."""
    found = Audit.objects.select_related("receipt__matter", "receipt__version__table__item").filter(pk=audit_id).first()
    if found is None or viewer.kind != "staff" or not viewer.may(Permission.TABLE_AUDIT, found.organ_id):
        raise _nothing()
    return found


def defects(viewer: Doer, owner: DecisionTable) -> list[Defect]:
    """Defects of a table, open ones first."""
    table(viewer, owner.code)
    rows = Defect.objects.select_related("audit__receipt__matter", "version").filter(version__table=owner)
    return sorted(rows, key=lambda one: (one.closed_at is not None, -one.pk))


def of_case(matter_id: int) -> Receipt | None:
    """The receipt of a case, if a table looked at it. Whoever asks has asked for the case."""
    return Receipt.objects.filter(matter_id=matter_id).first()
