"""What a step writes into the issue's row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.identifiers.masking import scrubbed
from yiwang.kernel.names import effect
from yiwang.matters.standing import Context

Answer = Mapping[str, Any]


@effect("meetings.handed-out")
def handed_out(ctx: Context) -> Answer:
    """The row; numbers of persons in the words are masked, more people read them than heard them."""
    given = ctx.given["meetings"]
    row = {name: given[name] for name in ("batch_id", "number")}
    unit = {"unit_id": given["unit_id"], "first_unit_id": given["unit_id"]}
    row |= {"source": ctx.values["source"], "content": scrubbed(ctx.texts["content"])}
    return {"row": row | unit, "ledger": {"batch": given["batch"], "unit": f"organ:{given['unit_id']}"}}


@effect("meetings.moved")
def moved(ctx: Context) -> Answer:
    """Another unit has it, and the seat with it."""
    unit_id = ctx.given["unit_id"]
    row = {"unit_id": unit_id, "moved": ctx.needs["meetings.issue"]["moved"] + 1}
    organs = {**ctx.matter.settings.get("organs", {}), "handling": unit_id}
    return {"row": row, "settings": {"organs": organs}, "ledger": {"unit": f"organ:{unit_id}"}}


@effect("meetings.reported")
def reported(ctx: Context) -> Answer:
    """What was done, with what shows it; what was looked at before belonged to the earlier report."""
    row: dict[str, Any] = {
        "result": scrubbed(ctx.texts["result"]),
        "evidence_id": ctx.given["evidence_id"],
        "reported_on": ctx.on,
        "visited_on": None,
        "visited_by": None,
        "way": "",
    }
    if "plan" in ctx.texts:
        row |= {"plan": scrubbed(ctx.texts["plan"]), "plan_until": ctx.values["until"]}
    return {"row": row}


@effect("meetings.visited")
def visited(ctx: Context) -> Answer:
    """Somebody else went there: who, when, how. A stage closure keeps the moment of the first."""
    row: dict[str, Any] = {
        "visited_on": ctx.values["visited-on"],
        "visited_by": ctx.by.account_id,
        "way": ctx.values["way"],
    }
    if ctx.step.to == "stage-closed" and not ctx.needs["meetings.issue"]["stage_closed"]:
        row["stage_closed_at"] = ctx.at
    return {"row": row}


@effect("meetings.sent-back")
def sent_back(ctx: Context) -> Answer:
    return {"row": {"sent_back": ctx.needs["meetings.issue"]["sent_back"] + 1}}
