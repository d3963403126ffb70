"""Effects of a theme's steps on its detail row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import effect
from yiwang.matters.standing import Context


@effect("themes.opened")
def opened(ctx: Context) -> Mapping[str, Any]:
    """The theme's own row."""
    row = dict(ctx.given["columns"])
    return {"row": row, "ledger": {"theme": row["theme"], "items": list(ctx.given["items"])}}
