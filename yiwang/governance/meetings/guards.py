"""What the steps of an issue ask, beyond role, seat and state."""

from __future__ import annotations

from datetime import date

from yiwang.governance.meetings import rules
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.guarding import only_on_its_page
from yiwang.matters.standing import Context

guard("meetings.on-its-page")(only_on_its_page("meetings", "面对面问题"))


@guard("meetings.with-evidence")
def with_evidence(ctx: Context) -> Refusal | None:
    if ctx.given.get("evidence"):
        return None
    return rules.NoEvidence("没有佐证材料不能报结。请上传整改前后照片、验收单等。", field="evidence")


@guard("meetings.stage-has-its-day")
def stage_has_its_day(ctx: Context) -> Refusal | None:
    longest = ctx.process.clocks["follow"].days
    return rules.stage_until(ctx.values["until"], on=ctx.on, longest=int(longest))


@guard("meetings.somebody-went")
def somebody_went(ctx: Context) -> Refusal | None:
    reported = ctx.needs["meetings.issue"]["reported_on"]
    reported_on = date.fromisoformat(reported) if reported else None
    return rules.visited(ctx.values["visited-on"], reported_on=reported_on, on=ctx.on)


@guard("meetings.another-unit")
def another_unit(ctx: Context) -> Refusal | None:
    if ctx.given.get("unit_id") != ctx.needs["meetings.issue"]["unit"]:
        return None
    return Refusal("本件现由该单位承办，请选择另一个单位。", code="same-unit", field="unit")
