"""Questions about relay: agreements and what they let be done today, relayed cases of one's organ, one of them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.services.relay.models import AgreedItem, Agreement, RelayCase

PAGE = 100


def agreements(viewer: Doer) -> QuerySet[Agreement]:
    """Every agreement, for the desks that receive and for whoever keeps the register."""
    if not (viewer.may(Permission.CASE_RECEIVE) or viewer.may(Permission.ORGAN_EDIT)):
        raise NotFound("没有这个页面，或者您无权查看。")
    return Agreement.objects.select_related("organ").prefetch_related("items")


def receivable(viewer: Doer, on: date) -> list[AgreedItem]:
    """What the viewer's counters may receive for other places on that day; 404 for who receives nothing anywhere."""
    if not viewer.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = AgreedItem.objects.select_related("agreement").filter(agreement__from_on__lte=on, agreement__until_on__gt=on)
    return [one for one in rows if viewer.may(Permission.CASE_RECEIVE, one.agreement.organ_id)]


def cases(viewer: Doer, *, open_only: bool = True) -> list[RelayCase]:
    """Relayed cases of organs whose cases the viewer sees, newest first."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_SEE):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = RelayCase.objects.select_related("matter", "agreed_item__agreement").order_by("-matter_id")
    if open_only:
        rows = rows.filter(matter__closed_at=None)
    seen = viewer.organs_of(Permission.CASE_SEE)
    if seen is not None:
        rows = rows.filter(organ_id__in=seen)
    return list(rows[:PAGE])


def case(viewer: Doer, reference: str) -> RelayCase:
    """One case; 404 for whoever may not see its matter."""
    if viewer.kind != "staff":
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    standing = matters.matter(viewer, reference)
    rows = RelayCase.objects.select_related("matter", "agreed_item__agreement", "first_asked", "mandate__agent")
    found = rows.filter(matter_id=standing.id).first()
    if found is None:
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    return found
