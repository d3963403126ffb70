"""A case that got its answer may be rated: what cases tell by registered name."""

from __future__ import annotations

from datetime import datetime

from yiwang.kernel import names
from yiwang.services.ratings import invitations
from yiwang.services.ratings.actions.gathering import gather
from yiwang.services.ratings.models import Occasion


@names.hook("cases.answered")
def case_answered(*, reference: str, at: datetime) -> None:
    """Its occasion, and one message with a link to the applicant. Idempotent."""
    gather(reference=reference)
    occasion = Occasion.objects.filter(matter__reference=reference).select_related("guest").first()
    if occasion is not None:
        invitations.invite(occasion, at=at)
