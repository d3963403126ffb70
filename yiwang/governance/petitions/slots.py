"""Where the inbox finds a petition."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.governance.petition")
def petition_page(reference: str) -> str:
    return f"/desk/petitions/{reference}/"
