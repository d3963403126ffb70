"""Where the desk finds a theme."""

from yiwang.kernel import names


@names.slot("matters.page.services.theme")
def desk_page(reference: str) -> str:
    return f"/desk/themes/{reference}/"
