"""What the steps of a petition ask, beyond role, seat and state."""

from __future__ import annotations

from yiwang.governance.petitions import rules
from yiwang.governance.petitions.models import Purpose
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


@guard("petitions.objects-in-time")
def objects_in_time(ctx: Context) -> Refusal | None:
    """A unit says within five working days that it is not its duty; after them it answers."""
    if not rules.overdue(ctx.matter.clocks, rules.OBJECT, ctx.on):
        return None
    day = rules.last_day(ctx.matter.clocks, rules.OBJECT)
    says = f"须在收到之日起5个工作日内提出异议，期限已于{day:%Y年%m月%d日}届满。"
    return Refusal(says, code="objects-too-late", article="信访工作条例 第二十三条第三款")


@guard("petitions.another-unit")
def another_unit(ctx: Context) -> Refusal | None:
    if ctx.given.get("unit_id") != ctx.needs["petitions.petition"]["unit"]:
        return None
    return Refusal("本件现由该单位办理，请选择另一个单位。", code="same-unit", field="unit")


@guard("petitions.not-the-accused")
def not_the_accused(ctx: Context) -> Refusal | None:
    """What accuses a unit is not handed to it, nor to one under it."""
    if ctx.given.get("unit_id") not in ctx.given.get("accused", ()):
        return None
    says = "不得转给被检举控告的单位和它的下属单位，请选择有权处理的其他单位。"
    return Refusal(says, code="accused", field="unit", article="信访工作条例 第三十条第三款")


@guard("petitions.decides-an-appeal")
def decides_an_appeal(ctx: Context) -> Refusal | None:
    """处理意见书 is the answer to an appeal."""
    if ctx.needs["petitions.petition"]["purpose"] == Purpose.APPEAL:
        return None
    says = "建议意见、检举控告类事项不出具处理意见书，请办理“书面回复、反馈”。"
    return Refusal(says, code="no-appeal", article="信访工作条例 第二十九条、第三十条")


@guard("petitions.replies-to-no-appeal")
def replies_to_no_appeal(ctx: Context) -> Refusal | None:
    if ctx.needs["petitions.petition"]["purpose"] != Purpose.APPEAL:
        return None
    says = "申诉求决类事项应当作出处理意见，不能只作回复。"
    return Refusal(says, code="an-appeal", article="信访工作条例 第三十一条第六项")


@guard("petitions.an-appeal")
def an_appeal(ctx: Context) -> Refusal | None:
    """复查 and 复核 are for appeals only."""
    if ctx.needs["petitions.petition"]["purpose"] == Purpose.APPEAL:
        return None
    return Refusal("只有申诉求决类事项可以请求复查、复核。", code="no-appeal", article="信访工作条例 第三十五条")


@guard("petitions.asked-in-time")
def asked_in_time(ctx: Context) -> Refusal | None:
    """Asked for within thirty days of getting the answer; one that did not reach them yet lets no day pass."""
    if not rules.overdue(ctx.matter.clocks, rules.ASK, ctx.on):
        return None
    day = rules.last_day(ctx.matter.clocks, rules.ASK)
    return rules.AskedTooLate(day, ctx.step.basis) if day else None


@guard("petitions.thirty-days-at-most")
def thirty_days_at_most(ctx: Context) -> Refusal | None:
    days = ctx.needs["petitions.petition"]["extended"] + ctx.values["days"]
    if ctx.values["days"] >= 1 and days <= 30:
        return None
    return Refusal("延长不得超过30日。", code="too-long", field="days", article="信访工作条例 第三十四条")
