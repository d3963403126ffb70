"""What the steps of a card ask, beyond role and state."""

from __future__ import annotations

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.guarding import only_on_its_page
from yiwang.matters.standing import Context

guard("supervision.on-its-page")(only_on_its_page("supervision", "监督件"))


@guard("supervision.ground-has-its-days")
def ground_has_its_days(ctx: Context) -> Refusal | None:
    """An appeal says which days are right: 特别程序 needs its kind (第四十五条) and both of its days; no day lies ahead.
    That the step was another unit's needs that unit, and it cannot be the one charged."""
    card = ctx.needs.get("supervision.card") or {}
    if "@" not in str(card.get("occasion", "")):
        return Refusal("本牌不是因期限而发，没有可以更正的计时。请答复。", code="no-clock", field="ground")
    from_on, until = ctx.values.get("from"), ctx.values.get("until")
    if from_on is not None and from_on > ctx.on:
        return Refusal("更正日期不能晚于今天。", code="day-ahead", field="from")
    if ctx.values.get("ground") == "seat":
        unit = ctx.values.get("unit")
        if not unit or unit == card.get("organ"):
            return Refusal("请选择超期时承办该环节的另一单位。", code="no-unit", field="unit")
        return None
    if ctx.values.get("ground") != "pause":
        return None
    if ctx.values.get("procedure") is None:
        return Refusal(
            "请选择特别程序的种类。", code="no-procedure", field="procedure", article="行政许可法 第四十五条"
        )
    if until is None or from_on is None or not from_on < until <= ctx.on:
        return Refusal("请填写恢复计时之日，须晚于停止计时之日，且不晚于今天。", code="no-until", field="until")
    return None
