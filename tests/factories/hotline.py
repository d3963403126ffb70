"""Orders of the demo county: who calls, which unit handles, each step on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.factories import cases as cast
from yiwang.governance.hotline import actions
from yiwang.governance.hotline.actions.handling import READ
from yiwang.governance.hotline.models import Knowledge, Order, Ruling
from yiwang.governance.hotline.rules import Intake
from yiwang.kernel.permissions import SYSTEM
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
    if step in READ:  # many of these replies are the same; what a reply must say is tested where it is read
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


def under_way(at: datetime) -> dict[str, Any]:
    """What the permission table points at: 林's order at 赵's bureau with a part of another's, a call, a ruling, an entry."""
    day, lin = f"{at:%Y-%m-%d}", cast.lin(f"{at:%Y-%m-%d}")
    reference = actions.file(intake=replace(SAID, party_id=lin.person_id), by=lin, at=at).reference
    operator = cast.staff(OPERATOR, day)
    given = {"organ": "market", "co-organs": "urban-management"}
    actions.take(reference=reference, step="dispatch", by=operator, at=at, values=given)
    found = order(reference)
    ruled = Ruling.objects.create(
        order=found,
        organ_id=found.handling_organ_id,
        topic="waste",
        gist="垃圾清运",
        no_power=True,
        reason="理由",
        basis="依据",
        ruled_at=at,
        ruled_by=operator.reference,
        settled_by="",
    )
    entry = Knowledge.objects.create(
        topic="waste", question="垃圾几点清运", answer="每日两次。", written_at=at, written_by=operator.reference
    )
    client, _ = actions.register_client(name="小程序", by=SYSTEM, at=at)
    call = actions.begin_call(phone=PHONE, by=operator, at=at)
    return {
        "order": found,
        "part": found.parts.get(),
        "ruling": ruled,
        "knowledge": entry,
        "client": client,
        "call": call,
    }


def order(reference: str) -> Order:
    return Order.objects.select_related("matter").get(matter__reference=reference)
