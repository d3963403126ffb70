"""A ruling is written with the step that designates: whose duty such a matter is, and on what basis. It becomes a precedent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.identifiers import masking
from yiwang.governance.hotline.models import Order, Ruling
from yiwang.governance.hotline.queries import returned_by
from yiwang.matters.standing import Context


def written(order: Order, ctx: Context) -> Mapping[str, Any]:
    """The precedent's row; its number goes into the ledger line of the step."""
    basis = ctx.texts.get("basis", "").strip()
    made = Ruling.objects.create(
        order=order,
        organ_id=ctx.given["organ_id"],
        against=returned_by(ctx.matter.subject),
        topic=order.topic,
        town=order.town,
        gist=masking.scrubbed(order.title)[:200],
        reason=masking.scrubbed(ctx.texts["opinion"]),
        basis=masking.scrubbed(basis),
        no_power=bool(ctx.values.get("no-power")),
        ruled_at=ctx.at,
        ruled_by=ctx.by.reference,
        settled_by="",
        settlement="",
    )
    return {"ruling": f"ruling:{made.pk}"}
