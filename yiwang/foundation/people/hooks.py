"""What people offers to lower rooms by name."""

from yiwang.foundation.people import actions, queries
from yiwang.kernel import names

names.hook("people.doer")(queries.doer_of_account)
names.hook("keys.rotated.people")(actions.reseal)
