"""The bulk path: up to a few hundred matters a transaction, through the same rules, in set-based statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Refusal
from yiwang.matters import births, bulk_statements, processes, rules, statements
from yiwang.matters.actions import wake
from yiwang.matters.actions.steps import (
    newborn,
    opening_context,
    plan_opening,
    plan_taking,
    result,
    stale,
    step_context,
)
from yiwang.matters.standing import Standing

MOST = 1000


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What one of many new matters has of its own; see ``open`` for the meaning of each. ``marks`` go into its settings."""

    organ_id: int
    title: str
    party_id: int | None = None
    item: str = ""
    guide: str = ""
    chain: str = ""
    budgets: Mapping[str, Any] | None = None
    organs: Mapping[str, int] | None = None
    values: Mapping[str, Any] | None = None
    received_at: datetime | None = None
    marks: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Bulk:
    """What became of each: ``done`` in order, ``refused`` by reference (or position when opening)."""

    done: list[Standing] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)


def open_many(
    *,
    process: str,
    newcomers: Sequence[Newcomer],
    by: Doer,
    at: datetime,
    step: str | None = None,
    recorded_at: datetime | None = None,
    also: Callable[[Sequence[Standing]], None] | None = None,
) -> Bulk:
    """Open many matters of one process in one transaction; each passes the rules of ``open`` or is named in ``refused``.

    All must be received under one version of the process. ``also`` gets the opened matters in the same transaction, to
    write their detail rows at once. At most 1000.
    """
    _refuse_too_many(newcomers)
    bulk = Bulk()
    if not newcomers:
        return bulk
    days = {day_of(each.received_at or at) for each in newcomers}
    versions = {packs.rule("process", process, day).version for day in days}
    if len(versions) > 1:
        raise Refusal("同一批须在同一流程版本施行期内收件，请分批。", code="many-versions")
    definition = processes.bound(process, versions.pop())
    revision = calendar.revision()
    with transaction.atomic():
        written = []
        for position, (number, each) in enumerate(zip(births.numbers(len(newcomers)), newcomers, strict=True)):
            try:
                matter = newborn_of(each, definition, number, received_at=each.received_at or at, revision=revision)
                ctx = opening_context(definition, matter, step, by=by, at=at, values=each.values, given=None)
                plan = plan_opening(ctx)
            except Refusal as refusal:
                bulk.refused[str(position)] = refusal
                continue
            body, digest = statements.line(
                matter,
                plan,
                ordinal=1,
                previous=matter.head_digest,
                at=at,
                recorded_at=recorded_at or at,
                actor=by.reference,
                organ=str(matter.organ_id),
            )
            written.append((matter, plan, body, digest))
        if written:
            bulk_statements.insert(
                written,
                process_id=definition.id,
                version=definition.version,
                at=at,
                recorded_at=recorded_at or at,
                actor=by.reference,
            )
        bulk.done = [result(m, plan, digest, by.reference, at) for m, plan, _, digest in written]
        if also:
            also(bulk.done)
    if any(plan.jobs for _, plan, *_ in written):
        wake.up()
    return bulk


def take_many(
    *,
    references: Sequence[str],
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    recorded_at: datetime | None = None,
) -> Bulk:
    """Take one step on many matters in one transaction: one read, the rules of ``take`` for each, one write.

    Whoever may not, or whatever is not ready, is named in ``refused`` and the others go on; so is a matter somebody else
    changed in between (``Stale``). Processes may differ as long as each knows the step. At most 1000.
    """
    _refuse_too_many(references)
    bulk = Bulk()
    written = []
    with transaction.atomic():
        found = _read(references, step)
        for reference in references:
            if reference not in found:
                bulk.refused[reference] = rules.no_such_matter()
        tables = set()
        for matter in found.values():
            try:
                definition = processes.bound(matter.process_id, matter.process_version)
                declared = rules.declared_step(definition, step)
                ctx, seat = step_context(definition, declared, matter, by=by, at=at, values=values, given=given)
                plan = plan_taking(ctx, seat, None)
            except Refusal as refusal:
                bulk.refused[matter.reference] = refusal
                continue
            tables.add(definition.detail)
            body, digest = statements.line(
                matter,
                plan,
                ordinal=matter.head_ordinal + 1,
                previous=matter.head_digest,
                at=at,
                recorded_at=recorded_at or at,
                actor=by.reference,
                organ=str(matter.organ_id),
            )
            written.append((matter, plan, body, digest))
        if len(tables) > 1:
            raise Refusal("同一批须为同一类办理，请分批。", code="many-processes")
        ids: set[int] = set()
        if written:
            ids = bulk_statements.take(
                written, table=tables.pop(), at=at, recorded_at=recorded_at or at, actor=by.reference
            )
    for matter, plan, _, digest in written:
        if matter.id in ids:
            bulk.done.append(result(matter, plan, digest, by.reference, at))
        else:
            bulk.refused[matter.reference] = stale()
    if any(plan.jobs for _, plan, *_ in written):
        wake.up()
    return bulk


def newborn_of(
    newcomer: Newcomer, definition: Process, number: int, *, received_at: datetime, revision: int
) -> Standing:
    """The matter a newcomer will be; see ``newborn``."""
    made = newborn(
        definition,
        number,
        organ_id=newcomer.organ_id,
        title=newcomer.title,
        party_id=newcomer.party_id,
        item=newcomer.item,
        guide=newcomer.guide,
        chain=newcomer.chain,
        budgets=newcomer.budgets,
        organs=newcomer.organs,
        received_at=received_at,
        parent_id=None,
        revision=revision,
    )
    if newcomer.marks:
        made.settings = {**made.settings, **newcomer.marks}
    return made


def _read(references: Sequence[str], step: str) -> dict[str, Standing]:
    """One read; a second one only if the step's guards need more."""
    matters = statements.read_many(references)
    needs: set[str] = set()
    for matter in matters:
        declared = processes.bound(matter.process_id, matter.process_version).steps.get(step)
        needs.update(declared.needs if declared else ())
    if needs:
        matters = statements.read_many(references, tuple(sorted(needs)))
    return {matter.reference: matter for matter in matters}


def _refuse_too_many(things: Sequence[Any]) -> None:
    if len(things) > MOST:
        raise Refusal(f"一批最多{MOST}件，请分批办理。", code="too-many")
