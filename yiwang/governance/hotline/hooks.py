"""What the hotline offers to other rooms by name."""

from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names

names.hook("keys.rotated.hotline")(actions.reseal)


@names.hook("matters.barred.governance.hotline")
def barred(reference: str) -> frozenset[int]:
    """A whole order is not handed to the unit it complains of, nor to one under it."""
    return queries.accused(Order.objects.get(matter__reference=reference))
