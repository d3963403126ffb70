"""Absences: declared by the person or the organ's administrator, with a deputy; ended early on return."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import rules
from yiwang.foundation.organs.models import Absence, Account
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

REASONS = ("公休", "病假", "事假", "产假", "出差", "培训", "其他")


@transaction.atomic
def declare_absence(
    *,
    account: Account,
    from_on: date,
    until_on: date,
    reason: str,
    deputy: Account | None = None,
    by: Doer,
    at: datetime,
) -> Absence:
    """Declare that somebody is away on ``[from_on, until_on)``; a named deputy holds their ordinary posts meanwhile.

    Posts that ask for a second factor do not pass by naming; their B岗 is appointed. Refused: other people's
    absence (unless the organ's administrator declares it), days before today, overlapping absences, a deputy of
    another organ, closed, or away on one of those days.
    """
    if by.account_id != account.pk:
        rules.refuse_foreign_administrator(by, account.organ_id)
    if account.kind != Account.Kind.STAFF or not account.is_active:
        raise Refusal("只能为启用状态的工作人员账号登记离岗。", code="not-staff", field="account")
    rules.refuse_backward_term(from_on, until_on)
    if from_on < today.day_of(at):
        raise Refusal("离岗日不得早于今天：代理权限不能倒签。", code="backdated", field="from_on")
    if reason not in REASONS:
        raise Refusal("请从列表中选择离岗原因。", code="unknown-reason", field="reason")
    # Both people's rows are taken in one order, so that two declarations naming each other wait instead of deadlock.
    people = {account.pk, deputy.pk} if deputy else {account.pk}
    list(Account.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    overlapping = Absence.objects.filter(from_on__lt=until_on, until_on__gt=from_on)
    if overlapping.filter(account=account).exists():
        raise Refusal("与已登记的离岗时间重叠，请先办理返岗或者调整时间。", code="overlapping-absence", field="from_on")
    if overlapping.filter(deputy=account).exists():
        raise Refusal("本人在此期间正为他人代理，请先为被代理人另选代理人。", code="covering", field="from_on")
    if deputy is not None:
        if deputy.pk == account.pk or not deputy.is_active or deputy.organ_id != account.organ_id:
            raise Refusal("代理人须是本机构另一名在岗人员。", code="wrong-deputy", field="deputy")
        if overlapping.filter(account=deputy).exists():
            raise Refusal("代理人在此期间也离岗，请另选代理人。", code="wrong-deputy", field="deputy")
    absence = Absence.objects.create(account=account, deputy=deputy, reason=reason, from_on=from_on, until_on=until_on)
    detail = {
        "absence": absence.pk,
        "from_on": str(from_on),
        "until_on": str(until_on),
        "deputy": f"staff:{deputy.pk}" if deputy else "未指定",
    }
    record(
        subject=f"account:{account.pk}",
        event="organs.absence-declared",
        by=by,
        at=at,
        organ=str(account.organ_id or ""),
        detail=detail,
    )
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: Doer, at: datetime) -> Absence:
    """Back early: the absence ends today. Refused to strangers, and when it is already over."""
    if by.account_id != absence.account_id:
        rules.refuse_foreign_administrator(by, absence.account.organ_id)
    on = today.day_of(at)
    if not Absence.objects.filter(pk=absence.pk, until_on__gt=on).update(until_on=Greatest(F("from_on"), on)):
        raise Refusal("该次离岗已经结束。", code="already-ended")
    absence.refresh_from_db()
    record(
        subject=f"account:{absence.account_id}",
        event="organs.absence-ended",
        by=by,
        at=at,
        organ=str(absence.account.organ_id or ""),
        detail={"absence": absence.pk, "on": str(on)},
    )
    return absence
