"""Orders of the demo county: who calls, which unit handles, each step on its day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.factories import cases as cast
from yiwang.governance.hotline import actions
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.rules import Intake
from yiwang.matters.standing import Standing

DAY = "2026-09-21"
PHONE = "13900007711"
OPERATOR, DISPATCHER, VISITOR, RULER = "hotline-1", "hotline-2", "hotline-3", "hotline-4"
CITY, HOUSING = "urban-management-1", "housing-1"
ANSWER = "9月22日，我局执法队已到文明路现场核查，依照广东省城乡生活垃圾管理条例责令商户当日清理。如再发生请拨打0700-3310297。"
SAID = Intake(
    kind="complaint",
    topic="waste",
    title="文明路垃圾堆放无人清理",
    content="文明路菜市场门口垃圾堆了三天没人清，味道很大，请尽快处理。",
    channel="phone",
    town="449931001",
    place="文明路菜市场门口",
    name="黄小燕",
    phone=PHONE,
)


def intake(**changed: Any) -> Intake:
    return replace(SAID, **changed)


def recorded(day: str = DAY, who: str = OPERATOR, **changed: Any) -> str:
    """An order just written down; its reference."""
    return actions.record(intake=intake(**changed), by=cast.staff(who, day), at=cast.at(day)).reference


def take(reference: str, step: str, who: str, day: str = DAY, hour: int = 11, **values: Any) -> Standing:
    given = {name.replace("_", "-"): value for name, value in values.items()}
    if step == "reply":  # many of these replies are the same; what a reply must say is tested where it is read
        given.setdefault("overrule", "同一地点的同类问题，处理结果相同。")
    return actions.take(reference=reference, step=step, by=cast.staff(who, day), at=cast.at(day, hour), values=given)


def dispatched(day: str = DAY, organ: str = "urban-management", **changed: Any) -> str:
    reference = recorded(day, **changed)
    take(reference, "dispatch", OPERATOR, day, organ=organ)
    return reference


def handling(day: str = DAY, **changed: Any) -> str:
    reference = dispatched(day, **changed)
    take(reference, "sign", CITY, day, 14)
    return reference


def replied(day: str = DAY, **changed: Any) -> str:
    reference = handling(day, **changed)
    take(reference, "reply", CITY, day, 16, answer=ANSWER, result="solved")
    return reference


def calling_back(day: str = DAY, **changed: Any) -> str:
    reference = replied(day, **changed)
    take(reference, "pass", DISPATCHER, day, 17)
    return reference


def order(reference: str) -> Order:
    return Order.objects.select_related("matter").get(matter__reference=reference)
