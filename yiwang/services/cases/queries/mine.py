"""A citizen's own list: cases of everybody the citizen acts for, and drafts not sent yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.matters import processes
from yiwang.matters.models import MatterClock
from yiwang.services.cases import rules, words
from yiwang.services.cases.models import Case, Draft

PAGE = 20


@dataclass(frozen=True, slots=True)
class MyCase:
    """One line of the list. ``todo``: it waits for the citizen."""

    reference: str
    title: str
    state: str
    state_title: str
    tone: str
    sentence: str
    todo: bool
    received_at: datetime
    closed: bool


def my_cases(viewer: Doer, at: datetime, *, before: int | None = None) -> tuple[list[MyCase], int | None]:
    """Newest first, a page at a time; the mark of the next page is a case's number. Two queries."""
    if not viewer.parties:
        return [], None
    rows = Case.objects.filter(party_id__in=viewer.parties).select_related("matter").order_by("-matter_id")
    if before is not None:
        rows = rows.filter(matter_id__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    running = MatterClock.objects.filter(
        matter_id__in=[case.matter_id for case in shown], stopped_on=None, due_on__isnull=False
    ).order_by("-due_on")
    nearest = {clock.matter_id: clock for clock in running}  # the nearest day comes last and stays
    lines = []
    for case in shown:
        matter = case.matter
        state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
        clock = nearest.get(matter.pk)
        sentence = rules.progress_sentence(
            state.says or state.title,
            latest=clock.due_on if clock else None,
            provisional=bool(clock and clock.provisional),
            wanting=0,
            late=bool(clock and clock.due_on and clock.due_on < day_of(at)),
        )
        lines.append(
            MyCase(
                reference=matter.reference,
                title=matter.title,
                state=matter.state,
                state_title=state.title,
                tone=words.STATE_TONES.get(matter.state, "calm"),
                sentence=sentence.replace("请补0样材料", "请按通知补齐材料"),
                todo=matter.state == "awaiting-correction"
                or (matter.state == "at-window" and case.delivery == Case.Delivery.COLLECT),
                received_at=matter.received_at,
                closed=matter.closed_at is not None,
            )
        )
    return lines, shown[-1].matter_id if len(found) > PAGE else None


def drafts_of(viewer: Doer, at: datetime) -> list[dict[str, object]]:
    """Drafts of this account, the last kept first."""
    if viewer.account_id is None:
        return []
    rows = list(
        Draft.objects.filter(account_id=viewer.account_id).select_related("guide__item").order_by("-updated_at")
    )
    named = people.names_of([row.party_id for row in rows])
    return [
        {
            "pk": row.pk,
            "item_name": row.guide.item.name,
            "applicant": named.get(row.party_id, ""),
            "updated_at": row.updated_at,
            "expired": not row.guide.in_force or (row.guide.in_force.upper and row.guide.in_force.upper <= day_of(at)),
        }
        for row in rows
    ]
