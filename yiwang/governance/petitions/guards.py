"""What the steps of a petition ask, beyond role, seat and state."""

from __future__ import annotations

from yiwang.governance.petitions import rules
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.guarding import only_on_its_page
from yiwang.matters.standing import Context

guard("petitions.on-its-page")(only_on_its_page("petitions", "信访事项"))


@guard("petitions.in-time")
def in_time(ctx: Context) -> Refusal | None:
    """A petition past its day is not quietly closed: the other step says why, and counts it as late."""
    if not rules.overdue(ctx.matter.clocks, "decide", ctx.on):
        return None
    day = rules.last_day(ctx.matter.clocks, "decide")
    says = f"办理期限已于{day:%Y年%m月%d日}届满，须由负责人办理“逾期作出处理意见”并说明原因。"
    return rules.OverItsTerm(says)


@guard("petitions.late-only")
def late_only(ctx: Context) -> Refusal | None:
    if rules.overdue(ctx.matter.clocks, "decide", ctx.on):
        return None
    return Refusal("办理期限没有届满，请办理“作出处理意见”。", code="not-late")


@guard("petitions.an-appeal")
def an_appeal(ctx: Context) -> Refusal | None:
    """复查 and 复核 are for appeals only."""
    if ctx.needs["petitions.petition"]["purpose"] == "appeal":
        return None
    return Refusal("只有申诉求决类事项可以请求复查、复核。", code="no-appeal", article="信访工作条例 第三十五条")


@guard("petitions.asked-in-time")
def asked_in_time(ctx: Context) -> Refusal | None:
    """Asked for within thirty days of getting the answer."""
    if not rules.overdue(ctx.matter.clocks, rules.ASK, ctx.on):
        return None
    day = rules.last_day(ctx.matter.clocks, rules.ASK)
    return rules.AskedTooLate(day) if day else None


@guard("petitions.thirty-days-at-most")
def thirty_days_at_most(ctx: Context) -> Refusal | None:
    days = ctx.needs["petitions.petition"]["extended"] + ctx.values["days"]
    if ctx.values["days"] >= 1 and days <= 30:
        return None
    return Refusal("延长不得超过30日。", code="too-long", field="days", article="信访工作条例 第三十四条")
