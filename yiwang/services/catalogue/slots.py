"""Where the inbox finds a guide under review."""

from yiwang.kernel import names


@names.slot("matters.page.catalogue.publication")
def guide_page(reference: str) -> str:
    """The version itself: nobody reviews what he does not see."""
    return f"/desk/catalogue/publications/{reference}/"
