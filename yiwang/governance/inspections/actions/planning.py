"""The year's plan: who checks whom about what, in how many draws; published before the first list is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.inspections import rules
from yiwang.governance.inspections.models import CheckList, Claim, PlanLine
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal


@transaction.atomic
def make_line(
    *,
    organ_id: int,
    title: str,
    field: str,
    list_ids: Sequence[int],
    count: int,
    batches: int,
    from_on: date,
    until_on: date,
    by: Doer,
    at: datetime,
) -> PlanLine:
    """One line of the plan. Lists of several departments make one visit of all of them (综合查一次).

    Refused: whoever may not plan for the organ, no list of its own, an incomplete list, the same list in another standing
    line of that time for the same field, more departments than take part in one visit, days of two years.
    """
    if not by.may(Permission.INSPECTION_EDIT, organ_id):
        raise NotAllowed("只有牵头单位的事项管理人员可以编制检查计划。")
    title, field = title.strip(), field.strip()
    if not 2 <= len(title) <= 120 or not 1 <= len(field) <= 40:
        raise Refusal("请填写计划名称（2至120字）和监管领域。", code="title", field="title")
    if not (1 <= count <= 10_000 and 1 <= batches <= 52):
        raise Refusal("每批抽取1至10000户，一年不超过52批。", code="count", field="count")
    if not from_on < until_on or from_on.year != until_on.year or until_on <= day_of(at):
        raise Refusal("计划的起止日须在同一年，且还没有结束。", code="period", field="until_on")
    lists = list(CheckList.objects.filter(pk__in=list_ids).select_related("claim"))
    if not lists or len(lists) != len(set(list_ids)):
        raise Refusal("请选择检查实施清单。", code="lists", field="lists")
    for each in lists:
        if each.completed_at is None or each.claim.level != Claim.Level.HERE:
            raise Refusal(f"“{each.title}”还没有填报完备，不能列入计划。", code="incomplete", field="lists")
    organs = {each.claim.organ_id for each in lists}
    if organ_id not in organs:
        raise Refusal("牵头单位自己没有检查内容。", code="no-own-list", field="lists")
    if len(organs) > rules.MOST_JOINT + 1:
        raise Refusal(f"一次联合检查最多{rules.MOST_JOINT + 1}个单位。", code="too-many-organs", field="lists")
    twice = PlanLine.objects.filter(
        year=from_on.year, field=field, lists__in=lists, from_on__lt=until_on, until_on__gt=from_on
    ).first()
    if twice is not None:
        raise Refusal(f"同一领域、同一清单已列入计划{twice.code}，请并入该计划，不得重复检查。", code="twice")
    newest = PlanLine.objects.filter(year=from_on.year).aggregate(most=Max("id"))["most"] or 0
    made = PlanLine.objects.create(
        code=f"JH-{from_on.year}-{newest + 1:04d}",
        year=from_on.year,
        organ_id=organ_id,
        title=title,
        field=field,
        count=count,
        batches=batches,
        from_on=from_on,
        until_on=until_on,
        made_at=at,
    )
    made.lists.set(lists)
    _note(made, "inspections.plan-made", {"code": made.code}, by, at)
    return made


@transaction.atomic
def publish_line(*, line_id: int, by: Doer, at: datetime) -> PlanLine:
    """公布: from then on the line stands as it is, and its draws may be made. Refused: published already; 404 for others'."""
    found = PlanLine.objects.select_for_update().filter(pk=line_id).first()
    if found is None or not by.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这项检查计划，或者不由您所在的单位牵头。", code="no-such-plan")
    if found.published_at is not None:
        raise Refusal("该计划已经公布。", code="published")
    found.published_at, found.published_by = at, by.reference
    found.save(update_fields=["published_at", "published_by"])
    detail = {"code": found.code, "batches": found.batches, "count": found.count}
    _note(found, "inspections.plan-published", detail, by, at)
    return found


def _note(of: PlanLine, event: str, detail: dict[str, object], by: Doer, at: datetime) -> None:
    ledger.record(subject=f"inspection-plan:{of.pk}", event=event, by=by, at=at, organ=str(of.organ_id), detail=detail)
