"""Effects of a visit's steps on its row: pure data, written in the step's own statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import effect
from yiwang.matters.standing import Context


@effect("inspections.assigned")
def assigned(ctx: Context) -> Mapping[str, Any]:
    return {"row": dict(ctx.given["columns"])}


@effect("inspections.recorded")
def recorded(ctx: Context) -> Mapping[str, Any]:
    return {
        "row": {
            "outcome": ctx.values["outcome"],
            "visited_on": ctx.values["visited-on"],
            "remedy_by": ctx.values.get("remedy-by"),
        }
    }


@effect("inspections.rechecked")
def rechecked(ctx: Context) -> Mapping[str, Any]:
    outcome = "remedied" if ctx.step.name == "recheck-good" else "transferred"
    return {"row": {"outcome": outcome, "rechecked_on": ctx.on}, "ledger": {"outcome": outcome}}


@effect("inspections.published")
def published(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"published_on": ctx.on}}
