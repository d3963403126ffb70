"""What the steps of an order ask, beyond role, seat and state."""

from __future__ import annotations

from datetime import date

from yiwang.governance.hotline import queries, rules
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context

ACCUSED = "该单位是被投诉的单位或其下属，不能承办、协办对它的投诉。请派给有监督职责的单位。"


def _elsewhere() -> Refusal:
    """Steps that need more than their fields are taken through the hotline's own deeds, whatever page asks."""
    return Refusal("请在工单页面办理此项。", code="on-its-page")


@guard("hotline.not-a-flood")
def not_a_flood(ctx: Context) -> Refusal | None:
    """An order is opened by the hotline's own deed, which counts what came from the same number today."""
    if "order" not in ctx.given:
        return _elsewhere()
    count, most = ctx.given["today"]
    return rules.flooded(count, most)


@guard("hotline.unit-stands")
def unit_stands(ctx: Context) -> Refusal | None:
    """The unit was found among the organs standing today, and somebody there handles orders."""
    return None if ctx.given.get("organ_id") else _elsewhere()


@guard("hotline.not-the-accused")
def not_the_accused(ctx: Context) -> Refusal | None:
    """Neither the unit complained of nor one under it handles the complaint, nor one merged into it."""
    return rules.Accused(ACCUSED, field="organ") if ctx.given.get("organ_id") in ctx.given.get("accused", ()) else None


@guard("hotline.not-by-the-accused")
def not_by_the_accused(ctx: Context) -> Refusal | None:
    """A complaint of the hotline's own organ, or of the one it is under, is not ended by the hotline: it is dispatched."""
    if not ctx.needs["hotline.order"]["against_us"]:
        return None
    return rules.Accused("投诉的是热线机构自己或它的主管单位，不能直接答复或不予受理，请派给其他单位核查。")


@guard("hotline.not-judged-by-itself")
def not_judged_by_itself(ctx: Context) -> Refusal | None:
    """Returns, rulings, review, call-back and 研判 of a complaint of the hotline, or of the organ above it, belong to the overseer;
    nobody who also sits in the hotline takes them there."""
    if not ctx.needs["hotline.order"]["against_us"]:
        return None
    if queries.OVERSEER not in ctx.matter.settings.get("organs", {}):
        return rules.Accused(
            "投诉的是热线机构自己或它的主管单位，须由监督单位办理，但登记时规则 hotline.orders 的 overseer 没有指定可用的单位。"
            "请联系系统管理员更正规则；规则更正后，本件在十分钟内自动转到监督单位。"
        )
    return rules.recused(ctx.by.posts, ctx.matter.organ_id)


@guard("hotline.withdrawn-by-the-caller")
def withdrawn_by_the_caller(ctx: Context) -> Refusal | None:
    """A complaint of the hotline is not taken back by the hotline in the caller's name."""
    if ctx.by.kind != "staff" or not ctx.needs["hotline.order"]["against_us"]:
        return None
    return rules.Accused(
        "投诉的是热线机构自己或它的主管单位，不能由热线代为撤回，请诉求人在网上撤回，或者在回访时说明。"
    )


@guard("hotline.another-unit")
def another_unit(ctx: Context) -> Refusal | None:
    """Redispatched means to another unit: to send it back is to refuse the return."""
    if ctx.given.get("organ_id") != ctx.needs["hotline.order"]["organ"]:
        return None
    return Refusal("该单位刚退回本件。不同意退单的，请选“不同意退单”。", code="same-unit", field="organ")


@guard("hotline.may-return")
def may_return(ctx: Context) -> Refusal | None:
    if "return_days" not in ctx.given:
        return _elsewhere()
    known = ctx.needs["hotline.order"]
    given_on = date.fromisoformat(known["given_on"]) if known["given_on"] else None
    return rules.may_return(
        designated=known["designated"], given_on=given_on, on=ctx.on, days=ctx.given["return_days"], table=ctx.table
    )


@guard("hotline.first-return")
def first_return(ctx: Context) -> Refusal | None:
    if ctx.needs["hotline.order"]["returns"] == 0:
        return None
    return Refusal("本件已退过单，再次退单须报请裁定。", code="goes-to-ruling")


@guard("hotline.later-return")
def later_return(ctx: Context) -> Refusal | None:
    if ctx.needs["hotline.order"]["returns"]:
        return None
    return Refusal("本件没有退过单，请先申请退单。", code="not-returned-yet")


@guard("hotline.parts-answered")
def parts_answered(ctx: Context) -> Refusal | None:
    """Parts other units were asked for are all in, or taken back, before the one answer goes out."""
    left = ctx.needs["hotline.parts"]
    return Refusal(f"还有{left}个协办单位没有答复，收齐后再答复，或先收回协办。", code="parts-open") if left else None


@guard("hotline.tried-enough")
def tried_enough(ctx: Context) -> Refusal | None:
    if "tries" not in ctx.given:
        return _elsewhere()
    tried, least = ctx.needs["hotline.order"]["tries"], ctx.given["tries"]
    return None if tried >= least else Refusal(f"须至少{least}次未接通，现为{tried}次。", code="tried-too-little")


@guard("hotline.may-hand-over")
def may_hand_over(ctx: Context) -> Refusal | None:
    """The petition is opened in this step's transaction by the hotline's own deed."""
    return None if ctx.given.get("handing_over") else _elsewhere()


@guard("hotline.lead-is-open")
def lead_is_open(ctx: Context) -> Refusal | None:
    """Into an order still on its way to an answer, itself merged into none; one that others were merged into stays."""
    lead = ctx.given.get("lead")
    if lead is None:
        return _elsewhere()
    if lead["id"] == ctx.matter.id or lead["state"] not in rules.OPEN_TO_MERGE:
        return Refusal("只能并入另一张还在办理、没有并入他单的工单。", code="no-lead", field="lead")
    if (
        ctx.needs["hotline.order"]["against_us"] and not lead["overseen"]
    ):  # or the hotline would review its own case there
        return rules.Accused("本件投诉的是热线机构自己或它的主管单位，不能并入由热线审核的工单。", field="lead")
    if lead["organ"] in ctx.given.get("accused", ()):
        return rules.Accused(ACCUSED, field="lead")
    if ctx.needs["hotline.merged"]:
        return Refusal("已有工单并入本件，不能再并入别的工单。", code="is-lead", field="lead")
    if ctx.needs["hotline.parts"]:
        return Refusal("本件还有协办没有答复，不能并入别的工单。", code="parts-open", field="lead")
    return None
