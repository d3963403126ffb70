"""What petitions offer by name: an order is handed over to them, the term to ask for 复查 begins with
the service of what was decided, and their sealed columns follow a new key."""

from __future__ import annotations

from datetime import datetime

from yiwang.governance.petitions import actions, queries, rules
from yiwang.governance.petitions.models import Petition, Purpose
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.matters.standing import Standing


@names.hook("petitions.hand-over")
def handed_over(
    *,
    reference: str,
    purpose: str,
    content: str,
    name: str,
    phone: str,
    party_id: int | None,
    against_id: int | None,
    by: Doer,
    at: datetime,
) -> Standing:
    """A petition made of an order, in the transaction of the order's own step. Whom an appeal complains of may answer it."""
    accused = against_id if purpose == Purpose.ACCUSATION else None
    said = rules.Intake("hotline", purpose, content, name, phone, 1, party_id, reference, accused)
    return actions.hand_over(intake=said, by=by, at=at)


@names.hook("letters.served.petitions")
def letter_served(*, letter_id: int, matter_reference: str, by: Doer, at: datetime) -> None:
    actions.opinion_served(letter_id=letter_id, matter_reference=matter_reference, at=at)


@names.hook("matters.barred.governance.petition")
def barred(reference: str) -> frozenset[int]:
    """An accusation is not handed to the unit accused, nor to one under it (信访工作条例 第三十条第三款)."""
    return queries.accused(Petition.objects.get(matter__reference=reference))


names.hook("keys.rotated.petitions")(actions.reseal)
names.hook("matters.take.petitions_petition")(actions.take)
