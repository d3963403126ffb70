"""Where the inbox finds a visit."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.governance.inspection")
def inspection_page(reference: str) -> str:
    """The visit's own page."""
    return f"/desk/inspections/{reference}/"
