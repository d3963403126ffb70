"""What the steps of reports and of fill-in tasks ask, beyond role and state."""

from __future__ import annotations

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context


@guard("reports.on-its-page")
def on_its_page(ctx: Context) -> Refusal | None:
    """Steps that write more than their own line (a frozen report, a filled-in value) are taken by the reports' own deeds
    only, whatever page or endpoint asks."""
    if ctx.given.get("reports") is not None:
        return None
    return Refusal("请在年度报告页面办理此项。", code="on-its-page")
