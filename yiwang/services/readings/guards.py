"""Who may answer an objection."""

from __future__ import annotations

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters.standing import Context


@guard("readings.other-hands")
def other_hands(ctx: Context) -> Refusal | None:
    """Whoever took the look does not judge it."""
    if (ctx.needs.get("readings.disputed") or {}).get("actor") == ctx.by.reference:
        return NotAllowed("查看信息的本人不能答复对这次查看的异议，请由其他负责人答复。", code="same-hands")
    return None
