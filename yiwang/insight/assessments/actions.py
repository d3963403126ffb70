"""Counting a month, once; and a unit's answer to it. Neither takes a figure from anybody."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.insight.assessments import counting, rules
from yiwang.insight.assessments.models import Answer, Assessment, Line
from yiwang.insight.facts import reading
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

LONGEST = 1000
DECIDER = "decider"  # who is told that the unit may answer


@transaction.atomic
def count(*, month: date, by: Doer, at: datetime) -> Assessment:
    """Count a month for every unit and counter that has anything in it, from the facts as they are now. Once: what was
    counted stands, and is what units answer to; whoever decides in a unit is told of it, with the day to answer by.

    Refused: whoever does not supervise; a month that is not over, or not yet in the facts; one that was counted.
    """
    if by.kind != "system" and not by.may(Permission.CASE_SUPERVISE):
        raise NotAllowed("只有效能监督机构可以统计考核。")
    month = month.replace(day=1)
    until = rules.following(month)
    over = datetime.combine(until, time.min, SHANGHAI)
    if at < over:
        raise Refusal("这个月还没有结束。", code="month-not-over", field="month")
    if Assessment.objects.filter(month=month).exists():
        raise Refusal("这个月已经统计过，统计结果不能重来。", code="counted", field="month")
    as_of = reading.current().as_of
    if as_of < over:
        raise Refusal("统计事实还没有写到这个月的月底，请先更新。", code="facts-too-old", field="month")
    rule = packs.rule(rules.KIND, rules.RULE, month)
    asked: rules.AssessmentRule = rule.value
    lines = list(counting.lines(asked, (month, until), as_of))
    said = json.dumps([[x.about, x.code, x.indicator, x.numerator, x.denominator, x.value] for x in lines])
    made = Assessment.objects.create(
        month=month,
        rule_version=rule.version,
        facts_as_of=as_of,
        small=asked.small,
        answer_by=calendar.table().add(day_of(at), asked.answer_days),
        digest=hashlib.sha256(said.encode()).hexdigest(),
        counted_at=at,
        counted_by=by.reference,
    )
    for one in lines:
        one.assessment = made
    Line.objects.bulk_create(lines, batch_size=2000)
    detail = {"month": f"{month:%Y-%m}", "lines": len(lines), "digest": made.digest}
    ledger.record(subject=f"assessment:{month:%Y-%m}", event="assessments.counted", by=by, at=at, detail=detail)
    _tell(made, {one.organ_id for one in lines}, at)
    return made


def _tell(made: Assessment, units: set[int], at: datetime) -> None:
    people = {(who.pk, unit) for unit in units for who in organs.holders(unit, DECIDER, day_of(at))}
    for account_id, organ_id in sorted(people):
        letters.tell(
            kind="assessment-counted",
            to_account=account_id,
            data={
                "month": f"{made.month.year}年{made.month.month}月",
                "due": f"{made.answer_by.month}月{made.answer_by.day}日",
                "link": f"{settings.SITE_URL}/desk/assessments/?month={made.month:%Y-%m}",
            },
            key=f"assessment:{made.month:%Y-%m}:{organ_id}:{account_id}",
            by=SYSTEM,
            at=at,
            organ_id=organ_id,
        )


@transaction.atomic
def answer(*, month: date, text: str, by: Doer, at: datetime) -> Answer:
    """单位说明: once, by somebody who decides in the unit; it stands beside the figures and changes none.

    Refused: 404 for whoever's unit is not in the month; no words; answered already; after the day to answer by.
    """
    found = Assessment.objects.filter(month=month.replace(day=1)).first()
    organ_id = by.organ_id or 0
    if found is None or not found.lines.filter(organ_id=organ_id).exists():
        raise NotFound("没有这个月的考核，或者其中没有您所在的单位。", code="no-assessment")
    if not by.may(Permission.CASE_DECIDE, organ_id):
        raise NotAllowed("只有本单位有审批决定权的人员可以作出说明。")
    if day_of(at) > found.answer_by:
        says = f"说明期限已于{found.answer_by:%Y年%m月%d日}届满，以后月份的情况请在以后的考核中说明。"
        raise Refusal(says, code="answer-over")
    text = text.strip()
    if not 4 <= len(text) <= LONGEST:
        raise Refusal("请写明说明内容（4至1000字）。", code="text", field="text")
    if found.answers.filter(organ_id=organ_id).exists():
        raise Refusal("本单位已经作出说明。", code="answered", field="text")
    made = Answer.objects.create(
        assessment=found, organ_id=organ_id, text=text, answered_at=at, answered_by=by.reference
    )
    ledger.record(
        subject=f"assessment:{found.month:%Y-%m}",
        event="assessments.answered",
        by=by,
        at=at,
        organ=str(organ_id),
        detail={"month": f"{found.month:%Y-%m}", "on": day_of(at).isoformat()},
    )
    return made
