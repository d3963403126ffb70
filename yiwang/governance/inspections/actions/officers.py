"""Who inspects: officers with a certificate of law enforcement are entered, kept and leave; and whom they must not meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.inspections import reading, rules
from yiwang.governance.inspections.models import Attendance, Inspector, Interest, Subject
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

LONGEST_SCOPE = 120


class OutOfScope(Refusal):
    """The scope printed on an officer's certificate does not cover what is to be looked at."""

    code = "out-of-scope"
    article = "行政处罚法 第四十二条"


def refuse_beyond(one: Inspector, rule: rules.InspectionRule, fields: Iterable[str]) -> None:
    """Refuses (``OutOfScope``) an officer whose certificate does not cover a field of what is to be looked at."""
    lacking = rule.beyond(one.scope, fields)
    if lacking:
        printed = f"“{one.scope}”" if one.scope else "没有登记"
        says = f"{one.code}的执法范围是{printed}，不含检查事项所属的{'、'.join(lacking)}领域，不能派出。"
        raise OutOfScope(says, field="inspectors")


@transaction.atomic
def register_inspector(
    *, account_id: int, organ_id: int, code: str, valid_until: date, scope: str, by: Doer, at: datetime
) -> Inspector:
    """Enter an officer with a certificate of law enforcement: its number, ``scope`` (执法范围 as printed on it) and last day.

    Refused: whoever may not keep this organ's list, somebody who does not work there, a number that is none, no scope, a
    certificate that has run out, an account or number entered already.
    """
    if by.kind != "system" and not by.may(Permission.INSPECTION_EDIT, organ_id):
        raise NotAllowed("只有本单位的事项管理人员可以登记执法检查人员。")
    on = day_of(at)
    if not Post.objects.filter(holding(on), organ_id=organ_id, account_id=account_id).exists():
        raise Refusal("请从本单位在岗人员中选择。", code="no-such-colleague", field="account")
    code = code.strip().upper()
    if not reading.CODE.fullmatch(code) or len(code) > 24:
        raise Refusal("执法证号由字母和数字组成，24位以内。", code="certificate", field="code")
    scope = _certified(valid_until, scope, on)
    if Inspector.objects.filter(account_id=account_id).exists() or Inspector.objects.filter(code=code).exists():
        raise Refusal("这名人员或者这个执法证号已经登记。", code="registered", field="code")
    made = Inspector.objects.create(
        account_id=account_id, organ_id=organ_id, code=code, valid_until=valid_until, scope=scope
    )
    _note(made, "inspections.inspector-registered", {"code": code, "account": f"staff:{account_id}"}, by, at)
    return made


@transaction.atomic
def keep_inspector(*, inspector_id: int, valid_until: date, scope: str, by: Doer, at: datetime) -> Inspector:
    """换证、回岗: a new term and scope of the same certificate; who had left is back. Refused as at registration."""
    found = _own(inspector_id, by)
    found.scope = _certified(valid_until, scope, day_of(at))
    found.valid_until, found.left_on = valid_until, None
    found.save(update_fields=["scope", "valid_until", "left_on"])
    _note(found, "inspections.inspector-kept", {"code": found.code, "until": valid_until.isoformat()}, by, at)
    return found


@transaction.atomic
def end_inspector(*, inspector_id: int, left_on: date, by: Doer, at: datetime) -> int:
    """离岗: from that day he is neither drawn nor sent, and signs nothing. Answers how many open visits he was sent on, for
    whom somebody else has to go. Refused: another organ's officer (404), one who left already, a day ahead of today."""
    found = _own(inspector_id, by)
    if found.left_on is not None:
        raise Refusal("该人员已经离岗。", code="left", field="left_on")
    if left_on > day_of(at):
        raise Refusal("离岗日不能晚于今天。", code="day", field="left_on")
    found.left_on = left_on
    found.save(update_fields=["left_on"])
    _note(found, "inspections.inspector-left", {"code": found.code, "on": left_on.isoformat()}, by, at)
    sent = Attendance.objects.filter(inspector=found, released_at=None, inspection__matter__state="assigned")
    return sent.count()


@transaction.atomic
def declare_interest(*, inspector_id: int, subject_code: str, reason: str, by: Doer, at: datetime) -> Interest:
    """利益关系申报: the inspector himself, or whoever keeps the list. From the next frozen list on he is not drawn for that
    object; where he was drawn already he is replaced (行政处罚法 第四十三条)."""
    inspector = Inspector.objects.filter(pk=inspector_id).first()
    if inspector is None or not (
        by.account_id == inspector.account_id or by.may(Permission.INSPECTION_EDIT, inspector.organ_id)
    ):
        raise NotAllowed("只有检查人员本人或者本单位的事项管理人员可以申报。")
    subject = Subject.objects.filter(code=subject_code.strip().upper()).first()
    if subject is None:
        raise Refusal("没有这个检查对象，请先登记。", code="no-such-subject", field="subject")
    reason = reason.strip()
    if not 1 <= len(reason) <= 200:
        raise Refusal("请说明利益关系（200字以内）。", code="reason", field="reason")
    if Interest.objects.filter(inspector=inspector, subject=subject).exists():
        raise Refusal("已经申报过。", code="declared", field="subject")
    made = Interest.objects.create(
        inspector=inspector, subject=subject, reason=reason, declared_at=at, declared_by=by.reference
    )
    ledger.record(
        subject=f"inspector:{inspector.pk}",
        event="inspections.interest-declared",
        by=by,
        at=at,
        organ=str(inspector.organ_id),
        detail={"inspector": inspector.code, "subject": subject.code},
    )
    return made


def _own(inspector_id: int, by: Doer) -> Inspector:
    found = Inspector.objects.select_for_update().filter(pk=inspector_id).first() if 0 < inspector_id < 2**63 else None
    if found is None or not by.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这名执法检查人员，或者不是您所在单位的。", code="no-such-inspector")
    return found


def _certified(valid_until: date, scope: str, on: date) -> str:
    scope = scope.strip()
    if not 0 < len(scope) <= LONGEST_SCOPE or "\0" in scope:  # who has none printed could be neither drawn nor sent
        raise Refusal(f"请按执法证填写执法范围，最多{LONGEST_SCOPE}字。", code="scope", field="scope")
    if valid_until <= on:
        raise Refusal("执法证已经过期，不能登记。", code="expired", field="valid_until")
    return scope


def _note(found: Inspector, event: str, detail: dict[str, object], by: Doer, at: datetime) -> None:
    ledger.record(subject=f"inspector:{found.pk}", event=event, by=by, at=at, organ=str(found.organ_id), detail=detail)
