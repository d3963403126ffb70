"""What people offers to other rooms by name."""

from yiwang.foundation.calendar.today import today
from yiwang.foundation.people import actions, queries
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer

names.hook("people.doer")(queries.doer_of_account)
names.hook("keys.rotated.people")(actions.reseal)


@names.hook("people.parties-of")
def parties_of(by: Doer) -> frozenset[int]:
    """Asked once a request, where the database is told whose rows it may show."""
    return queries.parties_of(by, today())
