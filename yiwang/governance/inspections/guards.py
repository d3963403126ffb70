"""What the steps of a visit ask, beyond role and state."""

from __future__ import annotations

from datetime import date

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters.guarding import only_on_its_page
from yiwang.matters.standing import Context

guard("inspections.on-its-page")(only_on_its_page("inspections", "检查任务"))


@guard("inspections.one-of-the-visit")
def one_of_the_visit(ctx: Context) -> Refusal | None:
    """Only somebody sent on the visit signs or rechecks it; after a licence, an officer of the organ without interest."""
    visit = ctx.needs.get("inspections.visit") or {}
    may = set(visit.get("sent", ()))
    if visit.get("source") == "licence":
        may |= set(visit.get("officers", ()))
    if ctx.by.account_id in may:
        return None
    return NotAllowed("您没有被派往这次检查。", code="not-sent", article="行政处罚法 第四十二条")


@guard("inspections.remedy-day-is-over")
def remedy_day_is_over(ctx: Context) -> Refusal | None:
    """Nobody is handed over for not having made good what he may still make good."""
    visit = ctx.needs.get("inspections.visit") or {}
    until = visit.get("remedy_by")
    if until and ctx.on <= date.fromisoformat(until):
        return Refusal(f"限期改正日是{until}，期满之后才能作未改正处理。", code="remedy-not-over")
    return None


@guard("inspections.other-hands-publish")
def other_hands_publish(ctx: Context) -> Refusal | None:
    """Whoever went there does not publish what he found."""
    visit = ctx.needs.get("inspections.visit") or {}
    if ctx.by.account_id in visit.get("sent", ()):
        return NotAllowed("参加检查的人员不能审核公示。", code="same-hands")
    return None


@guard("inspections.not-drawn")
def not_drawn(ctx: Context) -> Refusal | None:
    """What was drawn is not dropped: an object that cannot be had is replaced by the next, with a reason."""
    visit = ctx.needs.get("inspections.visit") or {}
    if visit.get("drawn"):
        return Refusal("抽取产生的任务不能取消；对象不能检查的，请办理递补。", code="drawn")
    return None
