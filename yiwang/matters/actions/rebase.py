"""Moving named open matters to another version of their process: with an approver, a dry run, one ledger line each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger.rules import sm3
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters import processes, statements
from yiwang.matters.actions.steps import stale
from yiwang.matters.models import Matter
from yiwang.matters.standing import Plan, Standing


class CannotRebase(Refusal):
    """The other version does not know what these matters stand on; ``faults`` name every one."""

    code = "cannot-rebase"


@dataclass(slots=True)
class Rebased:
    """Which matters move (or would, in a dry run)."""

    references: list[str] = field(default_factory=list)
    dry_run: bool = True


def rebase(
    *,
    process: str,
    from_version: str,
    to_version: str,
    states: Collection[str],
    approver: Doer,
    reason: str,
    by: Doer,
    at: datetime,
    references: Collection[str] | None = None,
    dry_run: bool = True,
) -> Rebased:
    """Move open matters of ``process`` that stand in ``states`` (only ``references``, if given) to another version.

    Both ``by`` and ``approver`` need ``matter.rebase`` and are two people; the reason is required. Refused as a whole,
    with every fault, if a matter's state, open seats, running clocks or steps taken do not exist in the new version.
    Clocks keep the budgets they began with: a new version never lengthens or shortens a term that has begun to run.
    """
    allow(by, Permission.MATTER_REBASE)
    allow(approver, Permission.MATTER_REBASE)
    if approver.reference == by.reference:
        raise Refusal("版本迁移须由另一名负责人批准。", code="same-hands", field="approver")
    if not reason.strip():
        raise Refusal("请写明版本迁移的理由。", code="reason", field="reason")
    old, new = processes.bound(process, from_version), processes.bound(process, to_version)
    for state in states:
        if state not in old.states:
            raise Refusal(f"版本 {from_version} 没有状态 {state}。", code="unknown-state", field="states")
    with transaction.atomic():
        rows = Matter.objects.filter(process_id=process, process_version=from_version, state__in=list(states))
        rows = rows.filter(closed_at__isnull=True)
        if references is not None:
            rows = rows.filter(reference__in=list(references))
        matters = statements.read_many(rows.values_list("reference", flat=True), lock=True)
        if faults := [fault for matter in matters for fault in _faults(matter, new)]:
            raise CannotRebase(f"有{len(faults)}处与新版本不相容，未迁移任何办理。", faults=faults)
        if not dry_run:
            for matter in matters:
                _move(matter, new, from_version, approver, reason.strip(), by, at)
    return Rebased([matter.reference for matter in matters], dry_run)


def _faults(matter: Standing, new: Process) -> list[Fault]:
    faults = []
    state = new.states.get(matter.state)
    if state is None or state.closed:
        faults.append(Fault(matter.reference, f"新版本没有在办状态 {matter.state}", "state"))
    else:
        known = {seat.id: seat for seat in state.seats}
        for seat in matter.seats:
            if seat.seat not in known or known[seat.seat].role != seat.role:
                faults.append(Fault(matter.reference, f"新版本的状态 {matter.state} 没有席位 {seat.seat}", "seat"))
    faults += [
        Fault(matter.reference, f"新版本没有时钟 {row.clock}", "clock")
        for row in matter.clocks
        if row.stopped_on is None and row.clock not in new.clocks
    ]
    if matter.chain and matter.chain not in new.chains:
        faults.append(Fault(matter.reference, f"新版本没有审批层级 {matter.chain}", "chain"))
    return faults


def _move(
    matter: Standing, new: Process, from_version: str, approver: Doer, reason: str, by: Doer, at: datetime
) -> None:
    plan = Plan(
        event="matters.rebased",
        state=matter.state,
        process_version=new.version,
        detail={
            "from": from_version,
            "to": new.version,
            "approver": approver.reference,
            "texts": {"reason": sm3(reason.encode()).hex()},
        },
        texts=[("reason", "rebased", reason)],
    )
    if statements.write(matter, plan, table="", at=at, recorded_at=at, actor=by.reference) is None:
        raise stale()
