"""双随机 in three deeds: freeze the list, draw once the ledger has sealed the freezing, replace in the draw's own order.

Whoever tries a second draw is refused and the attempt stays in the ledger, although nothing else of it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.inspections import drawing, frozen, queries
from yiwang.governance.inspections.actions import visiting
from yiwang.governance.inspections.models import Attendance, Draw, Inspection, Inspector, PlanLine, Replacement, Subject
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal

LONGEST = 200


class DrawnAlready(Refusal):
    """One frozen list, one draw: what came out stands. The attempt is in the ledger."""

    code = "drawn-already"
    status = 409


class NoMoreBatches(Refusal):
    """The published plan allows no further draw. The attempt is in the ledger."""

    code = "no-more-batches"
    status = 409


class NotSealedYet(Refusal):
    """The checkpoint that contains the freezing is not made yet, so the seed is not known."""

    code = "not-sealed-yet"


def freeze(*, line_id: int, public_name: str = "", public_on: date | None = None, by: Doer, at: datetime) -> Draw:
    """冻结名单: objects, inspectors, conflicts and who was left out, as one text whose digest is public from now on.

    ``public_name``, ``public_on``: a value of the outside world (a lottery's number) that is known on that day and goes
    into the seed as well; none is needed. Refused: 404 for another organ's plan; a plan not published or not in its days;
    a batch whose draw is open; more batches than the plan says (logged); a list too short for the draw; a public value
    whose day is not ahead.
    """
    line = _line(line_id, by)
    try:
        with transaction.atomic():
            return _freeze(line.pk, public_name.strip(), public_on, by, at)
    except NoMoreBatches as refusal:
        _refused(line.code, refusal.code, line.organ_id, by, at)
        raise


def _freeze(line_id: int, public_name: str, public_on: date | None, by: Doer, at: datetime) -> Draw:
    line, on = PlanLine.objects.select_for_update().get(pk=line_id), day_of(at)
    if line.published_at is None or not line.from_on <= on < line.until_on:
        raise Refusal("计划公布之后、在计划期内才能抽取。", code="not-published")
    if line.draws.filter(drawn_at=None).exists():
        raise Refusal("上一批名单已经冻结、还没有抽取，请先完成抽取。", code="open-draw")
    batch = line.draws.count() + 1
    if batch > line.batches:
        raise NoMoreBatches(f"计划公布的{line.batches}批已经抽完，不能再抽。需要增加的，另行编制并公布计划。")
    if bool(public_name) != (public_on is not None) or len(public_name) > 120:
        raise Refusal("外部公开数值须写明名称和公布日。", code="public-value", field="public_name")
    if public_on is not None and public_on <= on:
        raise Refusal("外部公开数值须在名单冻结之后公布。", code="public-day", field="public_on")
    code = f"CQ-{line.code.removeprefix('JH-')}-{batch:02d}"
    made = frozen.gather(line, code=code, batch=batch, on=on, public_name=public_name, public_on=public_on)
    text = drawing.canonical(made)
    try:
        drawing.listing(text)
    except drawing.NoSuchDraw as error:
        raise Refusal(str(error), code="list-too-short") from None
    digest = drawing.sha256(text)
    entry = _note(
        code,
        "inspections.draw-frozen",
        line.organ_id,
        by=by,
        at=at,
        detail={
            "digest": digest,
            "subjects": len(made["objects"]),
            "inspectors": len(made["inspectors"]),
        },
    )
    return Draw.objects.create(
        code=code,
        line=line,
        batch=batch,
        organ_id=line.organ_id,
        frozen=text,
        digest=digest,
        frozen_at=at,
        frozen_by=by.reference,
        entry=entry,
        public_name=public_name,
        public_on=public_on,
    )


def draw(*, code: str, public_value: str = "", by: Doer, at: datetime) -> Draw:
    """抽取: the seed from the frozen list, the first checkpoint that contains the freezing and the value named then; what
    comes out, and a task for each visit. Nobody chooses anything here, so whoever presses gets the same.

    Refused: 404 for another organ's; drawn already (409, and the attempt is logged); the checkpoint is not made yet; the
    outside value is not known yet, or missing.
    """
    found = _draw(code, by)
    try:
        with transaction.atomic():
            return _do(found.pk, public_value.strip(), by, at)
    except DrawnAlready as refusal:
        _refused(code, refusal.code, found.organ_id, by, at)
        raise


def _do(draw_id: int, public_value: str, by: Doer, at: datetime) -> Draw:
    found = Draw.objects.select_for_update().select_related("line").get(pk=draw_id)
    if found.drawn_at is not None:
        raise DrawnAlready("这份名单已经抽取，一份名单只抽一次，结果不能重来。重抽的请求已记入台账。")
    if found.public_name:
        if found.public_on is None or day_of(at) < found.public_on:
            raise NotSealedYet("名单写明的外部公开数值还没有公布。")
        if not 1 <= len(public_value) <= 120:
            raise Refusal(f"请填写{found.public_name}公布的数值。", code="public-value", field="public_value")
    elif public_value:
        raise Refusal("名单冻结时没有写明外部公开数值，不能后加。", code="public-value", field="public_value")
    sealed = queries.checkpoint_of(found.entry)
    if sealed is None:
        raise NotSealedYet("名单的冻结还没有进入台账存证（一分钟以内），存证之后种子才能确定，请稍候再抽。")
    found.public_value = public_value
    found.checkpoint, found.checkpoint_digest = sealed
    found.seed = drawing.seed_of(found.digest, found.checkpoint_digest, public_value)
    visits = drawing.draw(drawing.listing(found.frozen), found.seed)
    found.result = [visit.shown() for visit in visits]
    found.drawn_at, found.drawn_by = at, by.reference
    found.save()
    _note(
        found.code,
        "inspections.drawn",
        found.organ_id,
        by=by,
        at=at,
        detail={
            "seed": found.seed,
            "checkpoint": found.checkpoint,
            "visits": len(visits),
            "result": drawing.sha256(drawing.canonical(found.result)),
        },
    )
    for visit in visits:
        _task(found, visit, by, at)
    return found


@transaction.atomic
def replace(
    *, code: str, kind: str, subject_code: str, out: str = "", ground: str, reason: str, by: Doer, at: datetime
) -> Replacement:
    """递补: the object (``subject``) or one inspector ``out`` of its visit gives way to the next in the draw's order.

    Refused: 404 for another organ's; not drawn; no ground or words; a visit recorded already; nobody left on the list.
    """
    found = Draw.objects.select_for_update().get(pk=_draw(code, by).pk)
    if found.drawn_at is None:
        raise Refusal("还没有抽取。", code="not-drawn")
    reason = reason.strip()
    if kind not in Replacement.Kind.values or ground not in Replacement.Ground.values:
        raise Refusal("请选择递补类别和事由。", code="ground", field="ground")
    if not 2 <= len(reason) <= LONGEST:
        raise Refusal("请写明递补的具体情况（2至200字）。", code="reason", field="reason")
    inspection = (
        Inspection.objects.select_related("matter", "subject")
        .filter(draw=found, subject__code=subject_code, matter__state="assigned")
        .first()
    )
    if inspection is None:
        raise Refusal("这户不在抽取结果中，或者已经检查。", code="no-such-visit", field="subject_code")
    listing, before = drawing.listing(found.frozen), queries.replacements(found)
    try:
        visits = drawing.replay(listing, found.seed, before)
        visit = next(one for one in visits if one.object == subject_code)
        if kind == Replacement.Kind.SUBJECT:
            used = [one["object"] for one in before if one["kind"] == "subject"]
            fresh = drawing.next_object(listing, found.seed, visits, used)
            out, into = subject_code, fresh.object
        else:
            into = drawing.next_inspector(listing, found.seed, visit, out)
    except drawing.NoSuchDraw as error:
        raise Refusal(str(error), code="nobody-left") from None
    made = Replacement.objects.create(
        draw=found,
        ordinal=len(before) + 1,
        kind=kind,
        subject=inspection.subject,
        out=out,
        into=into,
        inspector=Inspector.objects.filter(code=out).first() if kind == Replacement.Kind.INSPECTOR else None,
        ground=ground,
        reason=reason,
        at=at,
        by=by.reference,
    )
    _note(
        found.code,
        "inspections.replaced",
        found.organ_id,
        by=by,
        at=at,
        detail={"kind": kind, "out": out, "into": into, "ground": made.get_ground_display()},
    )
    if kind == Replacement.Kind.SUBJECT:
        visiting.give_way(inspection, by=by, at=at)
        _task(found, fresh, by, at)
    else:
        came = Inspector.objects.get(code=into)
        Attendance.objects.filter(inspection=inspection, inspector__code=out).update(released_at=at)
        Attendance.objects.create(inspection=inspection, inspector=came, organ_id=came.organ_id)
    return made


def _task(found: Draw, visit: drawing.Visit, by: Doer, at: datetime) -> None:
    codes = [who for organ in visit.inspectors.values() for who in organ]
    visiting.open_visit(
        visiting.Order(
            source=Inspection.Source.DRAW,
            cause=found.code,
            organ_id=found.organ_id,
            subject=Subject.objects.get(code=visit.object),
            lists=list(found.line.lists.select_related("claim")),
            inspectors=list(Inspector.objects.filter(code__in=codes)),
            draw=found,
        ),
        by=by,
        at=at,
    )


def _line(line_id: int, by: Doer) -> PlanLine:
    found = PlanLine.objects.filter(pk=line_id).first()
    if found is None or not by.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这项检查计划，或者不由您所在的单位牵头。", code="no-such-plan")
    return found


def _draw(code: str, by: Doer) -> Draw:
    found = Draw.objects.filter(code=code).first()
    if found is None or not by.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这次抽取，或者不由您所在的单位牵头。", code="no-such-draw")
    return found


def _refused(code: str, ground: str, organ_id: int, by: Doer, at: datetime) -> None:
    """The refused deed leaves nothing; this line stays."""
    _note(code, "inspections.draw-refused", organ_id, by=by, at=at, detail={"ground": ground})


def _note(code: str, event: str, organ_id: int, *, by: Doer, at: datetime, detail: Mapping[str, Any]) -> int:
    """The ledger line of a draw; answers its number."""
    return ledger.record(
        subject=f"draw:{code}", event=event, by=by, at=at, organ=str(organ_id), detail={"draw": code, **detail}
    )
