"""Where the desk finds a relayed case."""

from yiwang.kernel import names


@names.slot("matters.page.services.relay")
def desk_page(reference: str) -> str:
    return f"/desk/relay/{reference}/"
