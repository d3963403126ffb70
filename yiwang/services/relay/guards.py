"""Guards of relay: nothing is received or handed on without an agreement in force; the other place's word is its own."""

from __future__ import annotations

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context
from yiwang.services.relay import rules


@guard("relay.agreement-in-force")
def agreement_in_force(ctx: Context) -> Refusal | None:
    """The agreement stands on the day of the step and lets the item be done this way. ``given["agreement"]``."""
    return rules.refuse_outside(**ctx.given["agreement"], on=ctx.on)


@guard("relay.their-word")
def their_word(ctx: Context) -> Refusal | None:
    """What the competent place decided is written down with its words and, where it gives one, its number."""
    if not str(ctx.given.get("words") or "").strip():
        return Refusal("请写明对方怎么答复。", code="their-word", field="words", article="行政许可法 第三十二条")
    return None
