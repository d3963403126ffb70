"""Drafting a version of a table, and changing the draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.matters import processes
from yiwang.services.automatic import sources
from yiwang.services.automatic.declarations import digest, read, unfit
from yiwang.services.automatic.models import DecisionTable, TableVersion
from yiwang.services.cases.declared import declaration_of
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide

STEP = "grant-by-table"


@transaction.atomic
def draft(*, data: Mapping[str, Any], by: Doer, at: datetime) -> TableVersion:
    """Keep ``data`` (see ``declarations.Table``) as the draft of its table: a new version, or the draft there is.

    The table is bound to the guide in force that day. Refused: without ``table.edit``; a table that is none, with every
    fault; a fact or code the guide does not have; a guide whose process a table cannot decide; an item that has another
    table. A dry run made of an earlier wording counts no longer.
    """
    item = catalogue.item(str(data.get("item_code", "")), on=day_of(at))
    allow(by, Permission.TABLE_EDIT, about=item)
    table = read(data)
    guide = catalogue.guide_in_force(item.code, day_of(at))
    refuse_unfit_process(guide)
    if faults := unfit(table, sources.available(guide)):
        raise Refusal("决策表与办事指南对不上，请按列出的位置改正。", code="table-unfit", faults=faults)
    owner = DecisionTable.objects.select_for_update().filter(item=item).first()
    if owner is not None and owner.code != table.id:
        raise Refusal(f"这个事项已有决策表 {owner.code}，请在它上面改。", code="other-table", field="id")
    if owner is None:
        if DecisionTable.objects.filter(code=table.id).exists():
            raise Refusal("这个编号已用于别的事项。", code="code-taken", field="id")
        owner = DecisionTable.objects.create(
            code=table.id, title=table.title, item=item, created_at=at, created_by=by.reference
        )
    text = table.text()
    newest = owner.versions.order_by("-number").first()
    changing = newest is not None and newest.state == TableVersion.State.DRAFT
    kept = (
        newest
        if newest is not None and changing
        else TableVersion(table=owner, number=newest.number + 1 if newest else 1)
    )
    kept.guide, kept.content, kept.digest, kept.share = guide, text, digest(text), Decimal(str(table.share))
    kept.drafted_at, kept.drafted_by = at, by.reference
    kept.save()
    if owner.title != table.title:
        owner.title = table.title
        owner.save(update_fields=["title"])
    ledger.record(
        subject=f"decision-table:{owner.code}",
        event="automatic.edited" if changing else "automatic.drafted",
        by=by,
        at=at,
        organ=str(item.organ_id),
        detail={"version": kept.number, "digest": kept.digest, "guide": f"{item.code}#{guide.version}"},
    )
    return kept


def refuse_unfit_process(guide: Guide) -> None:
    """A table decides only where the process declares the step it takes, and where the law lets nobody's eyes be needed
    first: a hearing, tender, auction, test or expert's review (行政许可法 第四十五条) is held by people."""
    if not any(STEP in process.steps for process in processes.every() if process.id == guide.process_id):
        raise Refusal("这个事项的办理流程没有规定自动决定，不能使用决策表。", code="no-automatic-step")
    if asked := [one.title for one in declaration_of(guide).specials if not one.promised_only]:
        raise Refusal(
            f"这个事项依法要先进行{'、'.join(asked)}，不能使用决策表。",
            code="needs-people",
            article="行政许可法 第四十五条",
        )
