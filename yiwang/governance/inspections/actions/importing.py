"""Tables of the national system, brought in with a reconciliation: what was read goes somewhere, and what was refused is
listed with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import tables
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organ_queries
from yiwang.governance.inspections import reading
from yiwang.governance.inspections.actions.registering import Registered, register_items
from yiwang.governance.inspections.models import Behaviour, Claim, Intake, SupervisionItem
from yiwang.governance.inspections.reading import BehaviourLine, Refused
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal

MOST = 50_000


@transaction.atomic
def bring_in(
    *, kind: str, source: str, content: bytes, name: str, whole: bool = False, by: Doer, at: datetime
) -> Intake:
    """Bring in a CSV or Excel table of the directory (``items``) or of 监管行为 (``behaviours``) of another system.

    ``whole``: the table is all of the directory; items that stand here and are in none of its rows are listed as vanished,
    and stay until whoever oversees ends each. Good rows are taken, bad ones listed; ``read = added + changed + same + refused`` always. Refused as a whole: whoever
    may not oversee, no source named, a file that is no table or lacks a column, too many rows, a behaviours table that
    cannot be read at all.
    """
    if by.kind != "system" and not by.may(Permission.INSPECTION_OVERSEE):
        raise NotAllowed("只有统筹监管事项的机构可以导入。")
    if kind not in Intake.Kind.values:
        raise Refusal("请选择导入的内容。", code="kind", field="kind")
    source = source.strip()
    if not 1 <= len(source) <= 60 or not source.isprintable():
        raise Refusal("请写明来源系统（60字以内）。", code="source", field="source")
    rows = tables.read_content(content, name)
    if len(rows) > MOST:
        raise Refusal(f"每次最多{MOST}行，请分批导入。", code="too-many-rows", field="file")
    batch = Intake(
        kind=kind,
        source=source,
        file_name=name[-200:],
        file_digest=hashlib.sha256(content).hexdigest(),
        read=len(rows),
        at=at,
        by=by.reference,
    )
    called = organ_queries.called(day_of(at))
    if kind == Intake.Kind.ITEMS:
        lines, refused = reading.items(rows)
        done = register_items(lines=lines, organs=called, by=by, at=at)
        _close(batch, done, refused)
        if whole:
            batch.whole, batch.vanished = True, _vanished({reading.code_of(row) for row in rows})
    else:
        acts, refused = reading.behaviours(rows, day_of(at))
        batch.added, batch.refused = 0, len(rows)  # so that the row may be written before what points at it
        batch.changed = batch.same = 0
        batch.save()
        _close(batch, _behaviours(acts, called, batch, at), refused)
    batch.save()
    ledger.record(
        subject=f"supervision-intake:{batch.pk}",
        event="inspections.table-brought-in",
        by=by,
        at=at,
        detail={
            "kind": batch.get_kind_display(),
            "file": batch.file_digest,
            **{each: getattr(batch, each) for each in ("read", "added", "changed", "same", "refused")},
            **({"vanished": len(batch.vanished)} if whole else {}),
        },
    )
    return batch


def _close(batch: Intake, done: Registered, refused: Sequence[Refused]) -> None:
    every = sorted([*refused, *done.refused], key=lambda one: one.row)
    batch.added, batch.changed, batch.same, batch.refused = done.added, done.changed, done.same, len(every)
    batch.refusals = [one.shown() for one in every]


def _vanished(there: set[str]) -> list[dict[str, object]]:
    """Items standing here whose code is in no row, a refused row included: code, title, and how many departments claim it."""
    gone = SupervisionItem.objects.filter(until_on=None).exclude(code__in=there).order_by("code")
    claims = Claim.objects.filter(ended_at=None).values_list("code").annotate(Count("pk"))
    claimed = dict(claims)
    return [{"code": one.code, "title": one.title, "claims": claimed.get(one.code, 0)} for one in gone]


def _behaviours(lines: Sequence[BehaviourLine], organs: Mapping[str, int], batch: Intake, at: datetime) -> Registered:
    done = Registered()
    claims = {(one.code, one.organ_id): one for one in Claim.objects.filter(level=Claim.Level.HERE)}
    there = {one.reference: one for one in Behaviour.objects.filter(reference__in=[line.reference for line in lines])}
    fresh, moved = [], []
    for line in lines:
        organ_id = organs.get(line.organ)
        claim = claims.get((line.code, organ_id or 0))
        old = there.get(line.reference)
        if organ_id is None:
            done.refused.append(Refused(line.row, line.reference, f"没有这个单位：{line.organ[:40]}"))
        elif claim is None:
            done.refused.append(Refused(line.row, line.reference, "这个单位没有认领该事项，或者属于本级不监管"))
        elif old is not None and old.matter_id is not None:
            done.refused.append(Refused(line.row, line.reference, "与本系统自己的监管行为同号"))
        elif old is None:
            done.added += 1
            fresh.append(_row(Behaviour(reference=line.reference, recorded_at=at), claim, line, batch))
        elif (old.claim_id, old.kind, old.subject_code, old.happened_on, old.found) == (
            *(claim.pk, line.kind, line.subject, line.on, line.found),
        ):
            done.same += 1
        else:
            done.changed += 1
            moved.append(_row(old, claim, line, batch))
    Behaviour.objects.bulk_create(fresh, batch_size=2000)
    Behaviour.objects.bulk_update(
        moved, ["claim", "organ_id", "kind", "subject_code", "happened_on", "found", "intake"], batch_size=2000
    )
    return done


def _row(row: Behaviour, claim: Claim, line: BehaviourLine, batch: Intake) -> Behaviour:
    row.claim, row.organ_id, row.kind = claim, claim.organ_id, line.kind
    row.subject_code, row.happened_on, row.found, row.intake = line.subject, line.on, line.found, batch
    return row
