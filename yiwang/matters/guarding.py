"""A guard that several rooms declare of their own steps."""

from __future__ import annotations

from collections.abc import Callable

from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context


def only_on_its_page(room: str, page: str) -> Callable[[Context], Refusal | None]:
    """A guard of steps that write more than their own line: they are taken by the room's own deeds only, which say so by
    ``given[room]``, whatever page or endpoint asks. ``page`` is what a clerk calls where to go instead."""

    def on_its_page(ctx: Context) -> Refusal | None:
        return None if ctx.given.get(room) is not None else Refusal(f"请在{page}页面办理此项。", code="on-its-page")

    return on_its_page
