"""Effects of a case's steps on its detail row: pure data, written in the step's own statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import effect
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context


@effect("cases.opened")
def opened(ctx: Context) -> Mapping[str, Any]:
    """The case's own row. ``given["columns"]`` makes it once reference and id of the matter are known."""
    row = ctx.given["columns"](ctx.matter)
    return {"row": row, "ledger": {"channel": row["channel"], "case": row["number"]}}


@effect("cases.granted")
def granted(ctx: Context) -> Mapping[str, Any]:
    """准予: outcome, day, and until when the result is valid if the law limits it."""
    until = ctx.values.get("valid-until")
    if until is not None and until <= ctx.on:
        raise Refusal("证件有效期须晚于决定之日。", code="valid-until", field="valid-until")
    return {"row": {"outcome": "granted", "decided_on": ctx.on, "valid_until": until}, "ledger": {"outcome": "granted"}}


@effect("cases.denied")
def denied(ctx: Context) -> Mapping[str, Any]:
    """不予: outcome and day; that reasons and remedies are present goes into the ledger as codes."""
    return {
        "row": {"outcome": "denied", "decided_on": ctx.on},
        "ledger": {"outcome": "denied", "reasons": True, "remedies": True},
    }


@effect("cases.to-department")
def to_department(ctx: Context) -> Mapping[str, Any]:
    """The acceptor's seat moves from the hall to the queue of the responsible organ; the clock runs on."""
    organs = ctx.matter.settings.get("organs", {})
    return {"settings": {"organs": {**organs, "accepting": ctx.matter.organ_id}}, "ledger": {}}
