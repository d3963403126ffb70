"""Where the inbox finds a rectification."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.services.rating")
def rectification_page(reference: str) -> str:
    return f"/desk/ratings/bad/{reference}/"
