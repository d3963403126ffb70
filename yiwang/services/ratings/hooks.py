"""A case that got its answer may be rated: what cases tell by registered name."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.ratings import invitations
from yiwang.services.ratings.actions.gathering import gather, open_visit
from yiwang.services.ratings.models import Guest, Occasion, Rating


@names.hook("cases.answered")
def case_answered(*, reference: str, at: datetime) -> None:
    """Its occasion, and one message with a link to the applicant. Idempotent."""
    gather(reference=reference)
    occasion = Occasion.objects.filter(matter__reference=reference).select_related("guest").first()
    if occasion is not None:
        invitations.invite(occasion, at=at)


@names.hook("assistance.served")
def ticket_served(
    *, counter_id: int, kind: str, ticket: str, party_id: int | None, by: Doer, at: datetime
) -> tuple[str, str]:
    """A queue number was served: its occasion, its 评价码 and the address of its link."""
    try:
        made = open_visit(counter_id=counter_id, kind=kind, ticket=ticket, party_id=party_id, by=by, at=at)
    except Refusal as refusal:
        if refusal.code == "ticket-taken":  # the clerk registered it by hand already; the number is served all the same
            return "", ""
        raise
    return made.code, f"/rate/link/{invitations.make(made.occasion, channel=Rating.Channel.COUNTER, at=at)}/"


@names.hook("ratings.served")
def served(*, reference: str, title: str, organ_id: int, staff: list[int], party_id: int | None, at: datetime) -> str:
    """A service given elsewhere than at a counter, without a case (an order of the hotline): its occasion, once, and an
    invitation where somebody is known; where nobody is, the address of a link for whoever told them of it, empty the second
    time. ``staff`` took part in that order; whoever came last is the person rated."""
    made, fresh = Occasion.objects.get_or_create(
        source="",
        kind=Occasion.Kind.CONSULTATION,
        reference=reference,
        defaults={
            "organ_id": organ_id,
            "title": title[:120],
            "mode": Occasion.Mode.ONLINE,
            "handler_id": staff[-1] if staff else None,
            "involved": staff,
            "opened_on": day_of(at),
        },
    )
    if not fresh:
        return ""
    Guest.objects.create(occasion=made, party_id=party_id, code="")
    if party_id is not None:
        invitations.invite(made, at=at)
        return ""
    return f"/rate/link/{invitations.make(made, channel=Rating.Channel.NUMBER, at=at)}/"
