"""Effects of relay's steps on its detail row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.enquiry import enquiry_code
from yiwang.kernel.names import effect
from yiwang.matters.standing import Context


@effect("relay.opened")
def opened(ctx: Context) -> Mapping[str, Any]:
    """The row, with who was asked first and under which agreement."""
    row = {**ctx.given["columns"], "enquiry_code": enquiry_code(), "ask_error": ""}
    told = {"agreement": ctx.given["code"], "mode": row["mode"], "first_asked": f"staff:{row['first_asked_id']}"}
    return {"row": row, "ledger": told}


@effect("relay.heard")
def heard(ctx: Context) -> Mapping[str, Any]:
    """What the other place said. Its words stay out of the ledger, its number goes in."""
    number = str(ctx.given.get("number") or "")[:80]
    row = {"outer_says": str(ctx.given["words"]).strip()[:300]} | ({"outer_number": number} if number else {})
    return {"row": row, "ledger": {"outer": number} if number else {}}
