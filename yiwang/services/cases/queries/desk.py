"""Lists of the desk: an organ's cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q

from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import processes
from yiwang.services.cases import words
from yiwang.services.cases.models import Case

PAGE = 30
MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One case in a list of the desk."""

    matter_id: int
    reference: str
    title: str
    applicant: str
    received_at: datetime
    state_title: str
    tone: str
    due_on: date | None
    delivery: str = ""
    sent_at: datetime | None = None
    arrived_at: datetime | None = None
    forgotten: bool = False


def desk_cases(
    viewer: Doer, *, phase: str = "", reference: str = "", before: int | None = None, size: int = PAGE
) -> tuple[list[DeskRow], int | None]:
    """Open cases of the organs whose cases the viewer sees, newest first; a number finds closed ones too."""
    organs = viewer.organs_of(Permission.CASE_SEE)
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_SEE):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Case.objects.select_related("matter")
    if organs is not None:
        rows = rows.filter(Q(organ_id__in=organs) | Q(hall_id__in=organs))
    if reference:
        rows = rows.filter(Q(matter__reference=reference) | Q(number=reference))
    else:
        rows = rows.filter(matter__closed_at=None)
    if phase:
        rows = rows.filter(matter__seats__phase=phase, matter__seats__closed_at=None)
    if before is not None:
        rows = rows.filter(matter_id__lt=before)
    found = list(rows.order_by("-matter_id").distinct()[: size + 1])
    return rows_of(found[:size]), found[size - 1].matter_id if len(found) > size else None


def rows_of(found: list[Case]) -> list[DeskRow]:
    """Cases as lines of a list, in their order. Two queries, however many."""
    named = people.names_of({case.party_id for case in found})
    ids = [case.matter_id for case in found]
    dues = dict(
        Case.objects.filter(matter_id__in=ids)
        .annotate(due=Min("matter__seats__due_on", filter=Q(matter__seats__closed_at=None)))
        .values_list("matter_id", "due")
    )
    lines = []
    for case in found:
        matter = case.matter
        state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
        lines.append(
            DeskRow(
                matter_id=matter.pk,
                reference=matter.reference,
                title=matter.title,
                applicant=named.get(case.party_id, ""),
                received_at=matter.received_at,
                state_title=state.title,
                tone=words.STATE_TONES.get(matter.state, "calm"),
                due_on=dues.get(matter.pk),
                delivery=case.get_delivery_display(),
            )
        )
    return lines
