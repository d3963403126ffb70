"""What the hotline offers to other rooms by name."""

from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names

names.hook("keys.rotated.hotline")(actions.reseal)
names.hook("matters.take.hotline_order")(actions.take)
names.hook("matters.take.hotline_part")(actions.take_part)


@names.hook("matters.barred.governance.hotline")
def barred(reference: str) -> frozenset[int]:
    """A whole order is not handed to the unit it complains of, nor to one under it."""
    return queries.accused(Order.objects.get(matter__reference=reference))


@names.hook("ratings.number-of.hotline")
def number_of(number: str) -> str:
    """The telephone an order was left with, for the switchboard that connects a call-back; empty where none was."""
    found = Order.objects.filter(number=number).first()
    return queries.unsealed(found, "phone") if found else ""
