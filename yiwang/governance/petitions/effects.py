"""What a step writes into the petition's row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.masking import scrubbed
from yiwang.governance.petitions import rules
from yiwang.kernel.names import effect
from yiwang.matters.standing import Context

Answer = Mapping[str, Any]


@effect("petitions.registered")
def registered(ctx: Context) -> Answer:
    """The row. Who petitions is encrypted for this row; the ledger gets codes."""
    said: rules.Intake = ctx.given["petitions"]
    names = ("source", "purpose", "people", "content", "party_id", "order_reference", "against_id")
    row = {name: getattr(said, name) for name in names} | {"organ_id": ctx.matter.organ_id}
    codes = {"source": said.source, "purpose": said.purpose}
    if said.order_reference:
        codes["order"] = said.order_reference
    return {"row": row | sealed(said, matter_id=ctx.matter.id, at=ctx.at), "ledger": codes}


def sealed(said: rules.Intake, *, matter_id: int, at: datetime) -> dict[str, bytes | None]:
    """The person's columns: bound to the petition's row, the number with its keyed index."""
    about = f"petition:{matter_id}"
    return {
        "person_name": cipher.seal(said.name, about=f"{about}:name", at=at) if said.name else None,
        "person_phone": cipher.seal(said.phone, about=f"{about}:phone", at=at) if said.phone else None,
        "person_index": cipher.index(said.phone, at=at) if said.phone else None,
    }


@effect("petitions.told")
def told(ctx: Context) -> Answer:
    """Taken in and whose it is; late if the fifteen days were over."""
    row: dict[str, Any] = {"told_at": ctx.at, "told_late": rules.overdue(ctx.matter.clocks, "tell", ctx.on)}
    if ctx.values.get("ground"):
        return {"row": row | {"ground": ctx.values["ground"]}}
    given = moved(ctx)
    return {**given, "row": row | given["row"]}


@effect("petitions.moved")
def moved(ctx: Context) -> Answer:
    """Whose it is, and the seat with it."""
    unit_id = ctx.given["unit_id"]
    organs = {**ctx.matter.settings.get("organs", {}), "handling": unit_id}
    return {"row": {"unit_id": unit_id}, "settings": {"organs": organs}, "ledger": {"unit": f"organ:{unit_id}"}}


@effect("petitions.extended")
def extended(ctx: Context) -> Answer:
    return {"row": {"extended_days": ctx.needs["petitions.petition"]["extended"] + ctx.values["days"]}}


@effect("petitions.decided")
def decided(ctx: Context) -> Answer:
    """What was decided or replied, with its law where it decides an appeal (信访工作条例 第三十二条)."""
    late = rules.overdue(ctx.matter.clocks, "decide", ctx.on)
    words = ctx.texts["decision"] + (f"\n依据：{ctx.texts['law']}" if "law" in ctx.texts else "")
    row = {"opinion": scrubbed(words), "outcome": ctx.values["outcome"]}
    return {"row": row | {"decided_at": ctx.at, "decided_late": late}, "ledger": {"late": late}}


@effect("petitions.reviewed")
def reviewed(ctx: Context) -> Answer:
    return {"row": {"review": scrubbed(ctx.texts["decision"]), "reviewed_at": ctx.at}}


@effect("petitions.rechecked")
def rechecked(ctx: Context) -> Answer:
    return {"row": {"recheck": scrubbed(ctx.texts["decision"]), "rechecked_at": ctx.at}}
