"""Who called, as far as the viewer's work needs it; and calls in which a history was read and no order came of it."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.foundation.identifiers import cipher, masking
from yiwang.governance.hotline import rules
from yiwang.governance.hotline.models import Call, Disclosure, Order
from yiwang.governance.hotline.queries.order import against_us, no_such_order
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
    """The hotline's own people, and of the handling unit whoever handles orders there, unless the caller asked for secrecy.

    In a complaint of the hotline its overseer stands in its place, as soon as there is one: of whoever sits in the hotline only
    the operator who wrote the complaint down knows who complained, also where the same person handles orders elsewhere.
    """
    place: int | None = order.organ_id
    if against_us(order):
        if rules.sits_in(viewer.posts, order.organ_id):
            wrote = order.matter.steps.startswith(f"record={viewer.reference}\n")
            return wrote and viewer.may(Permission.ORDER_TAKE, order.organ_id)
        place = order.overseer_organ_id
    if place is not None and any(viewer.may(permission, place) for permission in HOTLINE):
        return True
    handling = order.handling_organ_id is not None and viewer.may(Permission.ORDER_HANDLE, order.handling_organ_id)
    return handling and order.disclosure == Disclosure.OPEN


def caller_of(viewer: Doer, order: Order) -> Caller:
    """What the page of an order shows of the caller."""
    known = may_know(viewer, order)
    if not known and order.disclosure == Disclosure.CONFIDENTIAL:
        return Caller("保密", "保密", order.get_disclosure_display(), False)
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
