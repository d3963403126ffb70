"""What petitions offer by name: an order is handed over to them, the term to ask for 复查 begins with
the service of what was decided, and their sealed columns follow a new key."""

from __future__ import annotations

from datetime import datetime

from yiwang.governance.petitions import actions, rules
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.matters.standing import Standing


@names.hook("petitions.hand-over")
def handed_over(
    *, reference: str, purpose: str, content: str, name: str, phone: str, party_id: int | None, by: Doer, at: datetime
) -> Standing:
    """A petition made of an order, in the transaction of the order's own step."""
    said = rules.Intake("hotline", purpose, content, name, phone, 1, party_id, reference)
    return actions.hand_over(intake=said, by=by, at=at)


@names.hook("letters.served.petitions")
def letter_served(*, letter_id: int, matter_reference: str, by: Doer, at: datetime) -> None:
    actions.opinion_served(letter_id=letter_id, matter_reference=matter_reference, at=at)


names.hook("keys.rotated.petitions")(actions.reseal)
names.hook("matters.take.petitions_petition")(actions.take)
