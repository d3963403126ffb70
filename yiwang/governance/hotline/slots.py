"""Where the inbox finds an order and a part, and the one box in which any number is looked up."""

from __future__ import annotations

from urllib.parse import urlencode

from yiwang.governance.hotline import queries
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.matters import processes

names.slot("matters.page.governance.hotline")("/desk/orders/{}/".format)
names.slot("matters.page.governance.hotline-part")("/desk/orders/parts/{}/".format)


@names.hook("cases.progress-elsewhere.hotline")
def progress_page(reference: str, code: str) -> str:
    """The address of an order's own progress page; empty if the code is no order's."""
    if not Order.objects.filter(enquiry_code=code.strip().upper()).exists():
        return ""
    return "/progress/order/?" + urlencode({"number": reference, "code": code})


@names.hook("cases.mine-elsewhere.hotline")
def mine(by: Doer) -> tuple[str, list[tuple[str, str, str]]]:
    """A citizen's own orders beside the cases."""
    rows = []
    for one in queries.mine(by):
        state = processes.bound(one.matter.process_id, one.matter.process_version).states[one.matter.state]
        rows.append((one.title, state.title, f"/my/orders/{one.matter.reference}/"))
    return "12345诉求", rows
