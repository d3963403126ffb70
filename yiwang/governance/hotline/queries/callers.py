"""Who called, as far as the viewer's work needs it; and calls in which a history was read and no order came of it."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.foundation.identifiers import cipher, masking
from yiwang.governance.hotline.models import Call, Disclosure, Order
from yiwang.governance.hotline.queries.order import no_such_order, overseer_of
from yiwang.kernel.permissions import Doer, Permission

HOTLINE = (Permission.ORDER_TAKE, Permission.ORDER_DISPATCH, Permission.ORDER_CALL_BACK, Permission.ORDER_RULE)


@dataclass(frozen=True, slots=True)
class Caller:
    """``name`` and ``phone`` as shown: masked. ``readable``: the whole may be asked for, with a purpose and a line."""

    name: str
    phone: str
    disclosure: str
    readable: bool


def may_know(viewer: Doer, order: Order) -> bool:
    """The hotline's own people; where another organ stands in its place, only that one's, and the operator who wrote it down. Of
    the handling unit whoever handles orders there, unless the caller asked for secrecy."""
    overseer_id = overseer_of(order)
    if any(viewer.may(permission, overseer_id or order.organ_id) for permission in HOTLINE):
        return True
    wrote = order.matter.steps.startswith(f"record={viewer.reference}\n")
    if wrote and viewer.may(Permission.ORDER_TAKE, order.organ_id):
        return True
    handling = order.handling_organ_id is not None and viewer.may(Permission.ORDER_HANDLE, order.handling_organ_id)
    return handling and order.disclosure == Disclosure.OPEN


def caller_of(viewer: Doer, order: Order) -> Caller:
    """What the page of an order shows of the caller."""
    known = may_know(viewer, order)
    if not known and order.disclosure == Disclosure.CONFIDENTIAL:
        return Caller("保密", "", order.get_disclosure_display(), False)
    name = unsealed(order, "name") if order.caller_name else ""
    phone = unsealed(order, "phone") if order.caller_phone else ""
    return Caller(
        masking.name(name), masking.phone(phone), order.get_disclosure_display(), known and bool(phone or name)
    )


def unsealed(order: Order, field: str) -> str:
    sealed = order.caller_name if field == "name" else order.caller_phone
    return cipher.unseal(bytes(sealed), about=f"order:{order.pk}:{field}") if sealed else ""


def calls_without_order(viewer: Doer) -> list[Call]:
    """Calls in which a history was read and that ended without an order, newest first; for who answers for the hotline."""
    if not viewer.may(Permission.ORDER_RULE):
        raise no_such_order()
    rows = Call.objects.filter(looked_at__isnull=False, order=None).order_by("-began_at")
    seeing = viewer.organs_of(Permission.ORDER_RULE)
    return list((rows if seeing is None else rows.filter(organ_id__in=seeing))[:100])
