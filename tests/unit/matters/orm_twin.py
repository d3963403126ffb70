"""The plain-ORM twin of the hand-written statements: the same rows, one query a row, readable at a glance."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from yiwang.foundation.calendar.models import CalendarRevision
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.matters.models import Job, Matter, MatterClock, Seat, StepText


@transaction.atomic
def insert(matter, plan, *, table, at, recorded_at, actor):
    body = _body(matter, plan, 1, at, recorded_at, actor)
    digest = ledger.digest(ledger.GENESIS, body)
    row = Matter.objects.create(
        id=matter.id,
        reference=matter.reference,
        process_id=matter.process_id,
        process_version=matter.process_version,
        chain=matter.chain,
        state=plan.state,
        version=1,
        organ_id=matter.organ_id,
        party_id=matter.party_id,
        item=matter.item,
        guide=matter.guide,
        title=matter.title,
        parent_id=matter.parent_id,
        received_at=matter.received_at,
        counted_on=matter.counted_on,
        settings=plan.settings if plan.settings is not None else matter.settings,
        steps=plan.steps,
        head_ordinal=1,
        head_digest=digest,
    )
    _line(matter, plan, 1, ledger.GENESIS, digest, body, at, recorded_at, actor)
    _beside(row, plan, 1, at, actor)
    return digest


@transaction.atomic
def write(matter, plan, *, table, at, recorded_at, actor):
    row = Matter.objects.select_for_update().filter(pk=matter.id, version=matter.version).first()
    newest = CalendarRevision.objects.aggregate(Max("number", default=0))["number__max"]
    if row is None or ((plan.starts or plan.moves) and matter.revision != newest):
        return None
    ordinal = row.head_ordinal + 1
    body = _body(matter, plan, ordinal, at, recorded_at, actor)
    digest = ledger.digest(bytes(row.head_digest), body)
    _line(matter, plan, ordinal, bytes(row.head_digest), digest, body, at, recorded_at, actor)
    row.state, row.steps = plan.state, row.steps + plan.steps
    row.head_digest, row.head_ordinal, row.version = digest, ordinal, row.version + 1
    if plan.closed:
        row.closed_at = at
    if plan.organ_id is not None:
        row.organ_id = plan.organ_id
    if plan.process_version is not None:
        row.process_version = plan.process_version
    if plan.settings is not None:
        row.settings = plan.settings
    row.save()
    Seat.objects.filter(matter=row, pk__in=plan.closes).update(
        closed_at=Greatest("opened_at", at), holder_id=Coalesce("holder_id", plan.closer_id)
    )
    for number, seat in plan.changes:
        Seat.objects.filter(matter=row, pk=number).update(
            organ_id=seat.organ_id,
            role=seat.role,
            phase=seat.phase,
            holder_id=seat.holder_id,
            clock=seat.clock,
            due_on=seat.due_on,
        )
    for clock in plan.moves:
        MatterClock.objects.filter(matter=row, clock=clock.clock).update(
            days=clock.days,
            unit=clock.unit,
            started_on=clock.started_on,
            stopped_on=clock.stopped_on,
            pauses=list(clock.pauses),
            extension=clock.extension,
            due_on=clock.due_on,
            provisional=clock.provisional,
            revision=clock.revision,
        )
    _beside(row, plan, ordinal, at, actor)
    return digest


def _body(matter, plan, ordinal, at, recorded_at, actor):
    return ledger.canonical(
        subject=matter.subject,
        ordinal=ordinal,
        at=at,
        recorded_at=recorded_at,
        event=plan.event,
        actor=actor,
        organ=str(matter.organ_id),
        detail=plan.detail,
    )


def _line(matter, plan, ordinal, previous, digest, body, at, recorded_at, actor):
    LedgerEntry.objects.create(
        subject=matter.subject,
        ordinal=ordinal,
        at=at,
        recorded_at=recorded_at,
        event=plan.event,
        actor=actor,
        organ=str(matter.organ_id),
        body=body,
        previous=previous,
        digest=digest,
    )


def _beside(row, plan, ordinal, at, actor):
    for seat in plan.opens:
        Seat.objects.create(
            matter=row,
            seat=seat.seat,
            organ_id=seat.organ_id,
            role=seat.role,
            phase=seat.phase,
            holder_id=seat.holder_id,
            clock=seat.clock,
            due_on=seat.due_on,
            opened_at=at,
            urgent=row.settings.get("urgent", False),
        )
    for clock in plan.starts:
        MatterClock.objects.create(
            matter=row,
            clock=clock.clock,
            kind=clock.kind,
            unit=clock.unit,
            days=clock.days,
            started_on=clock.started_on,
            stopped_on=clock.stopped_on,
            pauses=list(clock.pauses),
            extension=clock.extension,
            due_on=clock.due_on,
            provisional=clock.provisional,
            revision=clock.revision,
        )
    for field, step, text in plan.texts:
        StepText.objects.create(matter=row, ordinal=ordinal, field=field, step=step, author=actor, text=text)
    for effect, payload in plan.jobs:
        Job.objects.create(matter=row, ordinal=ordinal, effect=effect, payload=payload, due_at=at)
