"""Where the inbox finds an order and a part, and the one box in which any number is looked up."""

from __future__ import annotations

from urllib.parse import urlencode

from yiwang.governance.hotline.models import Order
from yiwang.kernel import names


@names.slot("matters.page.governance.hotline")
def order_page(reference: str) -> str:
    return f"/desk/orders/{reference}/"


@names.slot("matters.page.governance.hotline-part")
def part_page(reference: str) -> str:
    return f"/desk/orders/parts/{reference}/"


@names.hook("cases.progress-elsewhere.hotline")
def progress_page(reference: str, code: str) -> str:
    """The address of an order's own progress page; empty if the code is no order's."""
    if not Order.objects.filter(enquiry_code=code.strip().upper()).exists():
        return ""
    return "/progress/order/?" + urlencode({"number": reference, "code": code})
