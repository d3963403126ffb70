"""Where the inbox finds a card."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.governance.card")
def card_page(reference: str) -> str:
    """The card's own page."""
    return f"/desk/cards/{reference}/"
