"""Visits: whose they are, who goes, what was found, and what everybody may read of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yiwang.foundation.organs import queries as organ_queries
from yiwang.foundation.organs.models import Account, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.inspections.models import (
    CheckList,
    Inspection,
    Inspector,
    Interest,
    Part,
    Subject,
    SupervisionItem,
)
from yiwang.governance.inspections.queries.register import SEEING, organs_seen
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound

SHOW = {"open": "在办", "mine": "派给我的", "late": "改正期满未复查", "closed": "已公示或取消"}
STATES = {
    "assigned": "待检查",
    "recorded": "待会签",
    "ordered": "责令改正待会签",
    "remedying": "限期改正",
    "checked": "待公示",
    "published": "已公示",
    "cancelled": "已取消",
}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as lists show it."""

    reference: str
    title: str
    subject: str
    code: str
    organ: str
    source: str
    opened_on: date
    state: str
    outcome: str
    visited_on: date | None
    remedy_by: date | None
    published_on: date | None


def inspection(by: Doer, reference: str) -> Inspection:
    """One visit, for whoever sees the inspections of an organ that takes part in it; 404 otherwise."""
    organs = by.organs_of(*SEEING)
    rows = Inspection.objects.select_related("matter", "subject", "draw").filter(matter__reference=reference)
    if by.kind != "system" and organs is not None:
        rows = rows.filter(Q(organ_id__in=organs) | Q(parts__organ_id__in=organs)).distinct()
    found = rows.first()
    if found is None:
        raise NotFound("没有这个检查任务，或者您无权查看。", code="no-such-inspection")
    return found


def visit_rows(
    by: Doer, on: date, *, show: str = "open", before: int | None = None, size: int = 50
) -> tuple[list[VisitRow], int | None]:
    """Visits of the viewer's organs, newest first."""
    organs = organs_seen(by)
    rows = Inspection.objects.select_related("matter", "subject")
    if organs is not None:
        taking = Part.objects.filter(organ_id__in=organs).values("inspection_id")
        rows = rows.filter(Q(organ_id__in=organs) | Q(pk__in=taking))
    rows = rows.exclude(matter__closed_at=None) if show == "closed" else rows.filter(matter__closed_at=None)
    if show == "mine":
        rows = rows.filter(attendances__inspector__account_id=by.account_id or 0, attendances__released_at=None)
    if show == "late":
        rows = rows.filter(matter__state="remedying", remedy_by__lt=on)
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: size + 1])
    following = page[size - 1].pk if len(page) > size else None
    return _shown(page[:size], on), following


def _shown(rows: Sequence[Inspection], on: date) -> list[VisitRow]:
    named = organ_queries.organ_names({one.organ_id for one in rows}, on)
    return [
        VisitRow(
            reference=one.matter.reference,
            title=one.matter.title,
            subject=one.subject.name,
            code=one.subject.code,
            organ=named.get(one.organ_id, ""),
            source=one.get_source_display(),
            opened_on=one.opened_on,
            state=STATES.get(one.matter.state, one.matter.state),
            outcome=one.get_outcome_display() if one.outcome else "",
            visited_on=one.visited_on,
            remedy_by=one.remedy_by,
            published_on=one.published_on,
        )
        for one in rows
    ]


def inspectors_of(organ_id: int) -> list[tuple[Inspector, str]]:
    """An organ's officers with their names, by certificate."""
    rows = list(Inspector.objects.filter(organ_id=organ_id, left_on=None).order_by("code"))
    names = dict(Account.objects.filter(pk__in=[one.account_id for one in rows]).values_list("pk", "name"))
    return [(one, names.get(one.account_id, "")) for one in rows]


def inspector(viewer: Doer, inspector_id: int) -> tuple[Inspector, str]:
    """One officer with the name, for whoever keeps that organ's list; 404 for everybody else."""
    found = Inspector.objects.filter(pk=inspector_id).first() if 0 < inspector_id < 2**63 else None
    if found is None or not viewer.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这名执法检查人员，或者不是您所在单位的。", code="no-such-inspector")
    return found, Account.objects.filter(pk=found.account_id).values_list("name", flat=True).first() or ""


def not_entered(organ_id: int, on: date) -> list[tuple[int, str]]:
    """(account, name) of people with a post in the organ who are not entered as officers."""
    posts = Post.objects.filter(holding(on), organ_id=organ_id).values("account_id")
    entered = Inspector.objects.values("account_id")
    rows = Account.objects.filter(pk__in=posts, is_active=True).exclude(pk__in=entered).order_by("pk")
    return list(rows.values_list("pk", "name"))


def gone(organ_id: int) -> list[tuple[Inspector, str]]:
    """An organ's officers who left, with their names, the last one first."""
    rows = list(Inspector.objects.filter(organ_id=organ_id, left_on__isnull=False).order_by("-left_on", "code"))
    names = dict(Account.objects.filter(pk__in=[one.account_id for one in rows]).values_list("pk", "name"))
    return [(one, names.get(one.account_id, "")) for one in rows]


def interested(subject: Subject) -> set[int]:
    """Ids of the inspectors who must not meet that object."""
    return set(Interest.objects.filter(subject=subject).values_list("inspector_id", flat=True))


def fields_of(lists: Iterable[CheckList]) -> dict[int, set[str]]:
    """监管领域 of what each organ is to look at by these lists (organ → fields of its items as they stand)."""
    owned = [(one.claim.code, one.claim.organ_id) for one in lists]
    standing = SupervisionItem.objects.filter(code__in=[code for code, _ in owned], until_on=None)
    known = dict(standing.values_list("code", "field"))
    found: dict[int, set[str]] = {}
    for code, organ_id in owned:
        found.setdefault(organ_id, set()).update({known[code]} - {""} if code in known else ())
    return found


def public_results(
    on: date, *, text: str = "", before: int | None = None, size: int = 50
) -> tuple[list[VisitRow], int | None]:
    """Published results, newest first: object, what was checked, by whom, what was found. No person's name stands in it."""
    rows = Inspection.objects.select_related("matter", "subject").filter(published_on__isnull=False)
    if text:
        rows = rows.filter(Q(subject__name__contains=text) | Q(subject__code=text))
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: size + 1])
    following = page[size - 1].pk if len(page) > size else None
    return _shown(page[:size], on), following
