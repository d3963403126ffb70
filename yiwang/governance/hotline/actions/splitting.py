"""An order split into parts: other units are asked, answer each for itself, and the lead unit joins what they said."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline import guards, queries, rules
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.queries.order import unit
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing

PROCESS, TABLE = "governance.hotline-part", "hotline_part"
TOGETHER = "请就涉及本单位职责的部分办理，并把结果告知主办单位。"
SPLITTABLE = frozenset({"recorded", "dispatched", "handling", "redoing", "stage-closed"})


def split(*, reference: str, organ: str, task: str, by: Doer, at: datetime) -> Standing:
    """Ask one more unit (its code) for a part of an order. By whoever dispatches.

    Refused: nobody who dispatches, an order that has been answered or merged, the lead unit itself, a unit asked already.
    """
    order = queries.order(by, reference)
    if not by.may(Permission.ORDER_DISPATCH, order.organ_id):
        raise NotAllowed("只有热线机构可以安排协办。")
    if order.matter.state not in SPLITTABLE:
        raise Refusal("本件已答复、已并入或已办结，不能再安排协办。", code="not-now")
    organ_id = unit(organ, day_of(at))
    if organ_id == order.handling_organ_id:
        raise Refusal("该单位就是主办单位。", code="lead-unit", field="organ")
    if order.parts.filter(organ_id=organ_id, matter__closed_at=None).exists():
        raise Refusal("已请该单位协办，还没有答复。", code="asked-already", field="organ")
    return ask(order, organ_id=organ_id, task=task, by=by, at=at)


def ask(order: Order, *, organ_id: int, task: str, by: Doer, at: datetime) -> Standing:
    """Open the part under its order, in the caller's transaction. Refused: a unit the order complains of."""
    if organ_id in queries.accused(order):
        raise rules.Accused(guards.ACCUSED, field="organ")
    rule = queries.rule(day_of(at))
    return matters.open(
        process=PROCESS,
        by=by,
        at=at,
        organ_id=organ_id,
        title=f"协办：{order.matter.title}"[:120],
        parent=order.matter.reference,
        organs={"hotline": order.organ_id},
        urgent=order.urgent,
        budgets={"part.days": rule.part_days},
        values={"task": task},
        given={"order_id": order.pk},
        step="ask",
    )
