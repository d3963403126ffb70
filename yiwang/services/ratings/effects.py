"""Effects of a rectification's steps on its row: pure data, written in the step's own statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import effect
from yiwang.matters.standing import Context
from yiwang.services.ratings import rules

OUTCOMES = {"find-valid": "valid", "find-partly": "partly", "find-mistaken": "mistaken", "find-malicious": "malicious"}


@effect("ratings.opened")
def opened(ctx: Context) -> Mapping[str, Any]:
    """The row: which rating, which unit. References and codes into the ledger."""
    row = dict(ctx.given["columns"])
    return {"row": row, "ledger": {"rating": f"rating:{row['rating_id']}", "level": ctx.given["level"]}}


@effect("ratings.dispatched")
def dispatched(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"category": ctx.values["category"]}}


@effect("ratings.called-back")
def called_back(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"called_back_at": ctx.at}}


@effect("ratings.found")
def found(ctx: Context) -> Mapping[str, Any]:
    """One of the four outcomes; the number for calling back is no longer needed."""
    return {"row": {"outcome": OUTCOMES[ctx.step.name], "bridge": "", "bridge_until": None}}


@effect("ratings.found-after-appeal")
def found_after_appeal(ctx: Context) -> Mapping[str, Any]:
    """误评 or 恶意 did not stand: the rating counts, as the reviewer weighed it."""
    return {"row": {"outcome": ctx.values["outcome"]}}


@effect("ratings.excluded")
def excluded(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"excluded": True}}


@effect("ratings.rectified")
def rectified(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"measures": ctx.texts["measures"], "rectified_on": ctx.on}}


@effect("ratings.fed-back")
def fed_back(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"feedback": ctx.texts["feedback"], "fed_back_on": ctx.on}}


@effect("ratings.who-signs")
def who_signs(ctx: Context) -> Mapping[str, Any]:
    """Where every leader of the unit was rated or mended, the leader above gets the seat to sign: nobody signs what he
    himself did, and nothing waits for a signature that cannot come."""
    rated = (ctx.needs.get("ratings.rectification") or {}).get("rated")
    barred = {f"staff:{rated}", *ctx.matter.actors_of(("rectify",))}
    above = rules.signs_above(ctx.needs.get("ratings.leaders") or (), barred, ctx.on)
    before = ctx.matter.settings.get("organs", {})
    organs = {name: organ for name, organ in before.items() if name not in rules.ABOVE.values()} | above
    return {"settings": {"organs": organs}} if organs != before else {}


@effect("ratings.signed")
def signed(ctx: Context) -> Mapping[str, Any]:
    return {"row": {"signed_on": ctx.on, "signed_by": ctx.by.reference}}
