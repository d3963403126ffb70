"""The words a page shows for a case: stages, tones, what happens if nobody acts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from yiwang.matters.queries.explaining import Explained
from yiwang.services.catalogue.declarations import Declaration

STAGES = ("收件", "受理", "审核", "决定", "送达")
STAGE_OF = {
    "received": 1,
    "awaiting-correction": 1,
    "accepted": 2,
    "under-review": 2,
    "special-procedure": 2,
    "inspecting": 2,
    "joint-review": 2,
    "joint-overdue": 2,
    "in-contest": 2,
    "hearing-offered": 2,
    "hearing-asked": 2,
    "hearing": 2,
    "hearing-other-chair": 2,
    "publicity": 2,
    "answering": 2,
    "payment": 3,
    "to-decide": 3,
    "granted": 4,
    "issued": 4,
    "in-transit": 4,
    "at-window": 4,
    "delivered": 5,
}
# 行政许可法 第三十二条第一款第四项 for the first; the others are what the process does by itself.
IF_SILENT = {
    "received": "到期没有告诉您结果，自收到材料之日起视为受理",
    "awaiting-correction": "到期没有补齐，本次申请结束，可以重新申请",
    "accepted": "超过期限会被监督部门督办，您可以拨打12345投诉",
    "under-review": "超过期限会被监督部门督办，您可以拨打12345投诉",
    "to-decide": "超过期限会被监督部门督办，您可以拨打12345投诉",
    "granted": "十个工作日内没有送达会被督办，您可以拨打12345投诉",
}
STATE_TONES = {
    "joint-overdue": "late",
    "awaiting-correction": "soon",
    "at-window": "ok",
    "delivered": "ok",
    "denied": "late",
    "not-done": "late",
    "refused-acceptance": "off",
    "refused-as-false": "late",
    "not-required": "off",
    "lapsed": "off",
    "withdrawn": "off",
    "terminated": "off",
    "not-handed-out": "off",
    "transferred-up": "off",
    "mediated": "ok",
    "paid": "ok",
}
CLOCK_TONES = {"plain": "ok", "soon": "soon", "overdue": "late", "paused": "calm", "stopped": "off"}


def stages(state: str) -> list[dict[str, object]]:
    """The five stages with what is done and where the case is now; a case that ended early has no present stage."""
    at = STAGE_OF.get(state, -1)
    return [{"title": title, "done": number < at, "current": number == at} for number, title in enumerate(STAGES)]


def if_silent(state: str, deemed: bool) -> str:
    """What happens if nobody acts in this state; ``deemed``: the process accepts by silence."""
    if state == "received" and not deemed:
        return IF_SILENT["accepted"]
    return IF_SILENT.get(state, "")


def left_says(clock: Explained) -> str:
    """``剩3个工作日``, ``超2个工作日``, ``暂停计时``, ``已停表``."""
    match clock.tone:
        case "stopped":
            return "已停表"
        case "paused":
            return "暂停计时"
        case "overdue":
            return f"超{clock.overdue}{_counted(clock.unit)}"
    return f"剩{clock.left}{_counted(clock.unit)}" if clock.left else "今天到期"


def _counted(unit: str) -> str:
    """工作日 are counted with 个, 日 are not."""
    return "个工作日" if unit == "工作日" else unit


def founded(clocks: Iterable[Explained], guide: Declaration) -> list[Explained]:
    """Each clock with what its days rest on in this case: the law's own limit, the one several departments have together
    (第四十二条第二款), the other law the guide names, the promise the guide publishes."""
    return [replace(clock, basis=_basis(clock, guide)) for clock in clocks]


def _basis(clock: Explained, guide: Declaration) -> str:
    if clock.clock == "promised":
        return clock.basis or "办事指南公布的承诺办结时限"
    if clock.clock != "legal":
        return clock.basis
    own = clock.basis.replace("第四十二条第一款", "第四十二条第二款") if guide.joint_organs else clock.basis
    other = guide.limits.legal_basis or ""
    return own if not other or "行政许可法" in other else f"{other}；{own}"


def nearest(clocks: Iterable[Explained]) -> Explained | None:
    """The running clock whose day comes first: the day a person has to know."""
    running = [clock for clock in clocks if clock.tone != "stopped" and clock.due_on is not None]
    return min(running, key=lambda clock: clock.due_on or date.max, default=None)


def left_tone(left: int | None) -> str:
    """The tone of a seat's remaining working days in a list."""
    if left is None:
        return "calm"
    return "late" if left < 0 else "soon" if left <= 3 else "ok"


def left_text(left: int | None) -> str:
    """``剩5天``, ``今天到期``, ``超2天`` (working days), or 不计时."""
    if left is None:
        return "不计时"
    if left == 0:
        return "今天到期"
    return f"剩{left}天" if left > 0 else f"超{-left}天"
