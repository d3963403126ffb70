"""窗口授权: a department lets a counter receive, accept, refuse or decide in its name, for a term, by a document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import rules
from yiwang.foundation.organs.models import Counter, CounterAuthorisation, Organ
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal


@transaction.atomic
def authorise_counter(
    *,
    counter: Counter,
    organ: Organ,
    powers: Sequence[str],
    item_codes: Sequence[str] = (),
    all_items: bool = False,
    from_on: date,
    until_on: date,
    document: str,
    by: Doer,
    at: datetime,
) -> CounterAuthorisation:
    """Authorise a counter for ``[from_on, until_on)``, for all items of the organ or the named ones.

    By the organ's head or the system administrator. Refused: no or unknown powers, neither or both of all and named
    items, a term that runs backward or begins before today, no document, a document already used for this counter,
    a closed counter or organ (行政许可法 第二十四条：委托须公告).
    """
    if not by.may(Permission.ORGAN_EDIT, organ.pk):
        raise NotAllowed("窗口授权由授权机构负责人或者系统管理员办理。")
    chosen = [power for power in CounterAuthorisation.Power.values if power in set(powers)]
    if not chosen or len(chosen) != len(set(powers)):
        raise Refusal("请至少选择一项授权权限（收件、受理、不予受理、决定）。", code="unknown-power", field="powers")
    codes = sorted({code.strip() for code in item_codes if code.strip()})
    if all_items == bool(codes):
        raise Refusal("请选择“全部事项”，或者逐项列出授权事项，二者选一。", code="all-or-named", field="item_codes")
    if not document.strip():
        raise Refusal("请填写窗口授权委托书的文号或者名称。", code="missing", field="document")
    rules.refuse_backward_term(from_on, until_on)
    if from_on < today.day_of(at):
        raise Refusal("授权起日不得早于今天。", code="backdated", field="from_on")
    for thing, says in ((counter, "该窗口"), (organ, "该机构")):
        if thing.until_on is not None and thing.until_on <= from_on:
            raise Refusal(f"{says}届时已停用，不能授权。", code="closed", field="counter")
    if CounterAuthorisation.objects.filter(counter=counter, organ=organ, document=document.strip()).exists():
        raise Refusal("这份委托书已对该窗口登记过。", code="already-recorded", field="document")
    authorisation = CounterAuthorisation.objects.create(
        counter=counter,
        organ=organ,
        all_items=all_items,
        item_codes=codes,
        powers=chosen,
        document=document.strip(),
        from_on=from_on,
        until_on=until_on,
    )
    detail = {"powers": "、".join(chosen), "document": authorisation.document}
    _record(authorisation, "organs.counter-authorised", by, at, from_on=str(from_on), until_on=str(until_on), **detail)
    return authorisation


@transaction.atomic
def revoke_authorisation(
    *, authorisation: CounterAuthorisation, on: date, by: Doer, at: datetime
) -> CounterAuthorisation:
    """End an authorisation from ``on``. Refused to others than the organ's head and the system administrator."""
    if not by.may(Permission.ORGAN_EDIT, authorisation.organ_id):
        raise NotAllowed("窗口授权由授权机构负责人或者系统管理员收回。")
    if on < today.day_of(at):
        raise Refusal("收回日不得早于今天。", code="backdated", field="on")
    open_ = CounterAuthorisation.objects.filter(pk=authorisation.pk, until_on__gt=on)
    if not open_.update(until_on=Greatest(F("from_on"), Least(F("until_on"), on))):
        raise Refusal("该授权届时已经到期。", code="already-ended", field="on")
    authorisation.refresh_from_db()
    _record(authorisation, "organs.counter-authorisation-revoked", by, at, on=str(on))
    return authorisation


def _record(authorisation: CounterAuthorisation, event: str, by: Doer, at: datetime, **detail: object) -> None:
    detail |= {"counter": authorisation.counter_id, "authorisation": authorisation.pk}
    record(
        subject=f"counter:{authorisation.counter_id}",
        event=event,
        by=by,
        at=at,
        organ=str(authorisation.organ_id),
        detail=detail,
    )
