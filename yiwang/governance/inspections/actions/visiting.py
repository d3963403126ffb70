"""A visit: opened for an object, recorded by those sent, countersigned, made good, published. The matter's own steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.governance.inspections import frozen, queries, rules
from yiwang.governance.inspections.actions import officers
from yiwang.governance.inspections.models import (
    Attendance,
    Behaviour,
    CheckList,
    Claim,
    Draw,
    Inspection,
    Inspector,
    Part,
    Subject,
)
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing

ASKED = {Inspection.Source.PLAN, Inspection.Source.COMPLAINT, Inspection.Source.ORDER, Inspection.Source.CLUE}


class TooOften(Refusal):
    """The object was visited as often this year as its lists allow."""

    code = "too-often"
    article = "国办发〔2024〕54号"


@dataclass(frozen=True, slots=True)
class Order:
    """What a visit is opened with. ``lists`` may belong to several departments; the first of ``organ_id`` leads."""

    source: str
    cause: str
    organ_id: int
    subject: Subject
    lists: Sequence[CheckList]
    inspectors: Sequence[Inspector]
    draw: Draw | None = None
    first_check_days: int | None = None


def assign(
    *,
    source: str,
    cause: str,
    organ_id: int,
    subject_code: str,
    list_ids: Sequence[int],
    inspector_codes: Sequence[str],
    by: Doer,
    at: datetime,
) -> Standing:
    """Send inspectors to an object without a draw: a planned special check, a complaint, an order from above, a clue.

    Refused: whoever may not for the organ; a source that is drawn or follows a licence; no number of the complaint, order
    or plan it rests on; a list incomplete or another organ's; fewer than the officers the law asks for, one with an
    interest in the object or whose certificate does not cover the field (``out-of-scope``); an object closed, or
    (``too-often``) visited as often this year as allowed.
    """
    if not by.may(Permission.INSPECTION_EDIT, organ_id):
        raise NotAllowed("只有本单位的事项管理人员可以下达检查任务。")
    if source not in ASKED:
        raise Refusal("双随机和审批后首次检查由系统下达；其他请选择检查来源。", code="source", field="source")
    cause = cause.strip()
    if not 2 <= len(cause) <= 60 or not cause.isprintable():
        raise Refusal("请写明计划、举报、交办或者线索的编号。", code="cause", field="cause")
    subject = Subject.objects.filter(code=subject_code.strip().upper()).first()
    if subject is None:
        raise Refusal("没有这个检查对象，请先登记。", code="no-such-subject", field="subject")
    lists = list(CheckList.objects.filter(pk__in=list_ids, claim__organ_id=organ_id).select_related("claim"))
    if not lists or len(lists) != len(set(list_ids)):
        raise Refusal("请选择本单位的检查实施清单。", code="lists", field="lists")
    inspectors = list(Inspector.objects.filter(code__in=inspector_codes, organ_id=organ_id))
    return open_visit(Order(source, cause, organ_id, subject, lists, inspectors), by=by, at=at)


def open_visit(order: Order, *, by: Doer, at: datetime) -> Standing:
    """Open the matter of a visit with its parts and who goes; behind ``assign``, a draw and a licence, which have asked."""
    on = day_of(at)
    rule: rules.InspectionRule = packs.rule(rules.KIND, rules.RULE, on).value
    _check(order, rule, on)
    others = sorted({each.claim.organ_id for each in order.lists} - {order.organ_id})
    budgets = {"remedy": rule.remedy_days}
    if order.first_check_days:
        budgets["first_check"] = order.first_check_days

    def parts(ctx: Context) -> Mapping[str, Any]:
        Part.objects.bulk_create(
            Part(
                inspection_id=ctx.matter.id,
                claim=each.claim,
                checklist=each,
                organ_id=each.claim.organ_id,
                entries=each.entries,
            )
            for each in order.lists
        )
        Attendance.objects.bulk_create(
            Attendance(inspection_id=ctx.matter.id, inspector=one, organ_id=one.organ_id) for one in order.inspectors
        )
        return {
            "lists": [f"list:{each.pk}" for each in order.lists],
            "inspectors": sorted(one.code for one in order.inspectors),
        }

    return matters.open(
        process=rules.PROCESS,
        by=by,
        at=at,
        organ_id=order.organ_id,
        title="、".join(sorted({each.title for each in order.lists}))[:120],
        item=order.lists[0].claim.code,
        budgets=budgets,
        organs={f"joint-{number}": organ for number, organ in enumerate(others, 1)},
        values={
            "source": order.source,
            "subject": order.subject.code,
            **({"cause": order.cause} if order.cause else {}),
        },
        given={
            "inspections": True,
            "columns": {
                "subject_id": order.subject.pk,
                "organ_id": order.organ_id,
                "source": order.source,
                "cause": order.cause,
                "draw_id": order.draw.pk if order.draw else None,
                "opened_on": on,
            },
        },
        also=parts,
    )


def _check(order: Order, rule: rules.InspectionRule, on: date) -> None:
    if order.subject.closed_on is not None and order.subject.closed_on <= on:
        raise Refusal("检查对象已经注销或者停业。", code="closed-down", field="subject")
    for each in order.lists:
        if each.completed_at is None or each.claim.level != Claim.Level.HERE:
            raise Refusal(f"“{each.title}”还没有填报完备，不能据以检查。", code="incomplete", field="lists")
    visits = frozen.visits_of([order.subject], on)[order.subject.pk]
    allowed = rules.allowed_visits(rule, [each.per_year for each in order.lists])
    if order.draw is None and rules.too_often(order.source, visits=visits, allowed=allowed):
        raise TooOften(
            f"该对象本年已安排检查{visits}次，达到频次上限{allowed}次。确有投诉举报、上级部署或者线索的，请按相应来源下达。"
        )
    if order.source == Inspection.Source.LICENCE:
        return  # officers are sent when the first check is recorded; the duty exists from the decision on
    barred, fields = queries.interested(order.subject), queries.fields_of(order.lists)
    for organ in {each.claim.organ_id for each in order.lists}:
        sent = [one for one in order.inspectors if one.organ_id == organ]
        if len(sent) < rule.officers:
            raise Refusal(
                f"每个单位派出的执法检查人员不得少于{rule.officers}人。",
                code="too-few-officers",
                field="inspectors",
                article="行政处罚法 第四十二条",
            )
        for one in sent:
            if one.pk in barred or one.valid_until <= on or (one.left_on and one.left_on <= on):
                raise Refusal(
                    f"{one.code}与检查对象有利益关系、已离岗或者执法证失效，不能派出。",
                    code="barred",
                    field="inspectors",
                    article="行政处罚法 第四十三条",
                )
            if order.draw is None:  # of a draw the frozen list has decided
                officers.refuse_beyond(one, rule, fields.get(organ, set()))


@transaction.atomic
def record(
    *,
    reference: str,
    visited_on: date,
    results: Mapping[str, Mapping[str, Mapping[str, str]]],
    outcome: str,
    remedy_by: date | None = None,
    version: int | None = None,
    by: Doer,
    at: datetime,
) -> Standing:
    """填写检查记录: the results of the lists of the doer's department (list id → entry → ``{result, note}``). Of several lists
    each officer may fill his own: one without any result is left to a colleague, and the department's step is taken with
    the last. The leading department's closes the visit with its outcome, once the others have recorded theirs.

    Refused: 404 for whoever sees no such visit; nobody sent on it; an entry without result; an outcome that does not fit
    what was found; a day ahead; a remedy day out of reach; recorded already.
    """
    inspection = queries.inspection(by, reference)
    on = day_of(at)
    me = _sent(inspection, by, on)
    mine = list(Part.objects.select_for_update().filter(inspection=inspection, organ_id=me.organ_id))
    waiting = [part for part in mine if part.recorded_at is None]
    if not waiting:
        raise Refusal("本单位的检查记录已经填写。", code="recorded")
    if not inspection.opened_on <= visited_on <= on:
        raise Refusal("检查日不能早于任务下达日，也不能晚于今天。", code="visited-on", field="visited_on")
    gone = outcome == Inspection.Outcome.GONE
    if gone and len(waiting) < len(mine):
        raise Refusal("已有人员填写了清单，不能作“查无”。", code="outcome-does-not-fit", field="outcome")
    filled = waiting if gone else rules.filled(waiting, results)
    for part in filled:
        entered = [] if gone else rules.results_of(part.entries, results.get(str(part.checklist_id), {}))
        part.results, part.recorded_at, part.recorded_by = entered, at, by.reference
        part.save(update_fields=["results", "recorded_at", "recorded_by"])
    if left := len(waiting) - len(filled):
        detail = {"inspector": me.code, "lists": len(filled), "left": left}
        return matters.note(reference=reference, event="inspections.part-recorded", detail=detail, by=by, at=at)
    leads = me.organ_id == inspection.organ_id
    step = _step(outcome) if leads else _joint_step(inspection, me.organ_id)
    values: dict[str, Any] = {}
    if leads:
        _fits(inspection, outcome, remedy_by, on)
        values = {"outcome": outcome, "visited-on": visited_on}
        if outcome == Inspection.Outcome.ORDERED:
            values["remedy-by"] = remedy_by
    taken = matters.take(
        reference=reference, step=step, by=by, at=at, values=values, version=version, given={"inspections": True}
    )
    Behaviour.objects.bulk_create(
        Behaviour(
            reference=f"{reference}/{part.checklist_id}",
            claim_id=part.claim_id,
            organ_id=part.organ_id,
            kind=Behaviour.Kind.INSPECTION,
            subject_code=inspection.subject.code,
            happened_on=visited_on,
            found=rules.troubled(part.results),
            recorded_at=at,
            matter_id=inspection.pk,
        )
        for part in mine
    )
    return taken


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Any other step of a visit (countersign, recheck, publish, cancel). Refuses as ``matters.take``; 404 for no visit."""
    queries.inspection(by, reference)
    return matters.take(
        reference=reference, step=step, by=by, at=at, values=values, version=version, of="inspections_inspection"
    )


def give_way(inspection: Inspection, *, by: Doer, at: datetime) -> None:
    """The task of an object that cannot be had ends; behind ``replace``, which has asked."""
    matters.take(reference=inspection.matter.reference, step="give-way", by=by, at=at, given={"inspections": True})


def _sent(inspection: Inspection, by: Doer, on: date) -> Inspector:
    """The doer as one of those sent. A first check after a licence sends whoever records it, as far as the law lets him."""
    me = Inspector.objects.filter(account_id=by.account_id).first() if by.account_id else None
    if me is None:
        raise NotAllowed("只有登记在册的执法检查人员可以填写检查记录。")
    if me.valid_until <= on or (me.left_on and me.left_on <= on):
        raise NotAllowed("您的执法证已经失效或者已经离岗。")
    if inspection.attendances.filter(inspector=me, released_at=None).exists():
        return me
    if inspection.source != Inspection.Source.LICENCE or me.organ_id != inspection.organ_id:
        raise NotAllowed("您没有被派往这次检查。")
    if me.pk in queries.interested(inspection.subject):
        raise NotAllowed("您与检查对象有利益关系，应当回避。", code="barred")
    rule: rules.InspectionRule = packs.rule(rules.KIND, rules.RULE, on).value
    lists = [part.checklist for part in inspection.parts.select_related("checklist__claim")]
    officers.refuse_beyond(me, rule, queries.fields_of(lists).get(me.organ_id, set()))
    Attendance.objects.create(inspection=inspection, inspector=me, organ_id=me.organ_id)
    return me


def _fits(inspection: Inspection, outcome: str, remedy_by: date | None, on: date) -> None:
    parts = list(inspection.parts.all())
    troubled = any(rules.troubled(part.results) for part in parts)
    wrong = {Inspection.Outcome.CLEAN: troubled, Inspection.Outcome.ON_THE_SPOT: not troubled}
    wrong[Inspection.Outcome.ORDERED] = not troubled
    if outcome not in {*wrong, Inspection.Outcome.GONE}:
        raise Refusal("请选择检查结果。", code="outcome", field="outcome")
    if wrong.get(Inspection.Outcome(outcome), False):
        said = "记录有不合格项，不能作“未发现问题”。" if troubled else "各检查项没有不合格，不能作“发现问题”。"
        raise Refusal(said, code="outcome-does-not-fit", field="outcome")
    if outcome == Inspection.Outcome.ORDERED:
        rule: rules.InspectionRule = packs.rule(rules.KIND, rules.RULE, on).value
        if remedy_by is None or not on < remedy_by <= on + timedelta(days=rule.remedy_days):
            raise Refusal(f"请填写限期改正日，在明天起{rule.remedy_days}日以内。", code="remedy-by", field="remedy_by")


def _step(outcome: str) -> str:
    return "record-problem" if outcome == Inspection.Outcome.ORDERED else "record-clean"


def _joint_step(inspection: Inspection, organ_id: int) -> str:
    organs = inspection.matter.settings.get("organs", {})
    for key, organ in organs.items():
        if organ == organ_id:
            return f"record-{key}"
    raise NotFound("您所在的单位没有参加这次检查。", code="no-such-part")
