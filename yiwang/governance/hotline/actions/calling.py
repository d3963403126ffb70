"""The call, and what may be looked at about a caller: earlier orders within an open call or a draft of one's own; the whole
name or number with a purpose. Every look is a line in the ledger (个人信息保护法 第六条、第五十一条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger.actions import record as line
from yiwang.governance.hotline import queries
from yiwang.governance.hotline.models import Call, Order
from yiwang.governance.hotline.queries.callers import may_know, unsealed
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import processes

SHOWN = 20
PURPOSES = {"contact": "联系诉求人", "call-back": "回访", "verify": "核实情况"}
FIELDS = {"phone": "电话", "name": "姓名"}


class LooksTooMuch(Refusal):
    """An operator reads history after history and no order comes of it."""

    code = "looks-too-much"
    status = 429


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier order of a caller, as an operator needs it while listening."""

    reference: str
    number: str
    title: str
    state: str
    received_at: datetime
    open: bool
    answer: str


@transaction.atomic
def begin_call(*, phone: str = "", by: Doer, at: datetime) -> Call:
    """The telephone rings at an operator's desk. ``phone`` is the number shown, empty where none is.

    A call of the same operator still open ends without an order. Refused: nobody who takes orders, a number that is none.
    """
    organ_id = queries.hotline_organ(day_of(at))
    if not by.may(Permission.ORDER_TAKE, organ_id) or by.account_id is None:
        raise NotAllowed("您不是热线话务员，不能接听来电。")
    number = identifiers.check_phone(phone) if phone.strip() else ""
    for left in Call.objects.filter(operator_id=by.account_id, ended_at=None):
        end_call(call_id=left.pk, by=by, at=at)
    call = Call.objects.create(organ_id=organ_id, operator_id=by.account_id, began_at=at)
    if number:
        call.phone = cipher.seal(number, about=f"call:{call.pk}:phone", at=at)
        call.phone_index = cipher.index(number, at=at)
        call.save(update_fields=["phone", "phone_index"])
    line(subject=f"call:{call.pk}", event="hotline.call-began", by=by, at=at, organ=str(organ_id))
    return call


@transaction.atomic
def end_call(*, call_id: int, by: Doer, at: datetime) -> Call:
    """Hung up without an order. Whoever read a history in it and ends like this stands on the head's list."""
    call = _open_call(call_id, by)
    call.ended_at = max(at, call.began_at)
    call.save(update_fields=["ended_at"])
    line(subject=f"call:{call.pk}", event="hotline.call-ended", by=by, at=at, organ=str(call.organ_id))
    return call


@transaction.atomic
def look_up(*, call_id: int | None = None, reference: str = "", by: Doer, at: datetime) -> list[Past]:
    """The earlier orders of the number that is calling, newest first: within one's own open call, or in an open order that
    one recorded oneself. Every look is a line; a call or order without a number shows nothing.

    Refused (404): another operator's call, one that ended, an order that is closed or somebody else's. ``LooksTooMuch`` from
    the pack's number of calls an hour on in which a history was read and that ended without an order.
    """
    if (call_id is None) == (not reference):
        raise Refusal("请在一通来电或一张工单里查阅。", code="no-call")
    if call_id is not None:
        call = _open_call(call_id, by)
        _refuse_browsing(by, at)
        index, subject, organ_id = call.phone_index, f"call:{call.pk}", call.organ_id
        if call.looked_at is None:
            Call.objects.filter(pk=call.pk).update(looked_at=at)
        found = _orders(index, organ_id, by)
        detail = {"count": len(found), "where": "来电"}
        line(subject=subject, event="hotline.history-read", by=by, at=at, organ=str(organ_id), detail=detail)
        return found
    order = queries.order(by, reference)
    recorded = order.matter.steps.startswith(f"record={by.reference}\n")
    if order.matter.closed_at is not None or not recorded or not by.may(Permission.ORDER_TAKE, order.organ_id):
        raise NotFound("只能在本人登记、还没有办结的工单里查阅来电人历史。", code="no-such-order")
    found = [one for one in _orders(order.caller_index, order.organ_id, by) if one.reference != reference]
    detail = {"count": len(found), "where": "工单"}
    matters.note(reference=reference, event="hotline.history-read", detail=detail, by=by, at=at)
    return found


@transaction.atomic
def read_caller(*, reference: str, field: str, purpose: str, by: Doer, at: datetime) -> str:
    """The whole ``name`` or ``phone`` of an order's caller, for a stated purpose; a line in the order's ledger.

    Refused: who need not know (the handling unit of an order whose caller asked for secrecy), a field or purpose there is
    not, an order that is closed, nothing kept.
    """
    order = queries.order(by, reference)
    if field not in FIELDS or purpose not in PURPOSES:
        raise Refusal("请选择查看什么、作什么用。", code="purpose", field="purpose")
    if order.matter.closed_at is not None or not may_know(by, order):
        raise NotAllowed(
            "本件不能查看诉求人信息：诉求人要求保密，或者工单已经办结，或者不由您办理。", code="not-yours-to-know"
        )
    text = unsealed(order, field)
    if not text:
        raise Refusal(f"没有登记{FIELDS[field]}。", code="nothing-kept", field="field")
    detail = {"field": FIELDS[field], "purpose": PURPOSES[purpose], "code": purpose}
    matters.note(reference=reference, event="hotline.caller-read", detail=detail, by=by, at=at)
    return text


def _open_call(call_id: int, by: Doer) -> Call:
    found = Call.objects.filter(pk=call_id, operator_id=by.account_id or 0, ended_at=None).first()
    if found is None:
        raise NotFound("没有这通来电，或已结束。", code="no-such-call")
    return found


def _refuse_browsing(by: Doer, at: datetime) -> None:
    looked = Call.objects.filter(
        operator_id=by.account_id or 0, looked_at__gt=at - timedelta(hours=1), order=None, ended_at__isnull=False
    )
    if looked.count() >= queries.rule(day_of(at)).looks:
        raise LooksTooMuch("一小时内查阅来电人历史而没有成单的次数过多，请先登记工单；确有需要的，请热线负责人核实。")


def _orders(index: object, organ_id: int, by: Doer) -> list[Past]:
    """Without complaints of the hotline, but for those ``by`` wrote down: a number would tell a colleague who complained."""
    if not index:
        return []
    assert isinstance(index, bytes | memoryview)
    others = Q(against_organ_id__in=queries.ours(organ_id)) & ~Q(matter__steps__startswith=f"record={by.reference}\n")
    rows = Order.objects.select_related("matter").filter(caller_index=bytes(index), organ_id=organ_id).exclude(others)
    return [
        Past(
            reference=one.matter.reference,
            number=one.number,
            title=one.title,
            state=processes.bound(one.matter.process_id, one.matter.process_version).states[one.matter.state].title,
            received_at=one.matter.received_at,
            open=one.matter.closed_at is None,
            answer=one.answer,
        )
        for one in rows.order_by("-pk")[:SHOWN]
    ]
