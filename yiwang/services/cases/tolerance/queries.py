"""What is offered to whom, promises to check, promises broken. Viewer first where a viewer asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.kernel.workdays import Unit
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, Promise
from yiwang.services.cases.tolerance import rules
from yiwang.services.cases.tolerance.rules import Listed, Offer, Tolerance
from yiwang.services.catalogue.declarations import Material
from yiwang.services.catalogue.models import Guide

PAGE = 100


def published(on: date) -> Tolerance | None:
    """The list in force that day; ``None`` where a county has none."""
    try:
        found: Tolerance = packs.rule(rules.KIND, rules.RULE, on).value
    except packs.NoSuchRule:
        return None
    return found


def public_list(on: date) -> tuple[Tolerance | None, list[Listed]]:
    """The list in force that day and what it says of every item with a guide, by the items' names. For everybody:
    第三十六条 has it published."""
    found = published(on)
    if found is None:
        return None, []
    codes = {row.item for row in found.deferral} | {row.item for row in found.informed}
    guides = Guide.objects.select_related("item").filter(
        item__code__in=codes, state=Guide.State.PUBLISHED, in_force__contains=on
    )
    rows = [
        rules.listed(
            found,
            item=guide.item.code,
            name=guide.item.name,
            organ_id=guide.item.organ_id,
            materials=declaration_of(guide).materials,
        )
        for guide in guides.order_by("item__name")
    ]
    return found, [row for row in rows if row is not None]


def ways(item: str, on: date) -> tuple[str, ...]:
    """What a guide's page says of its item: 容缺受理, 告知承诺, both or neither."""
    found = published(on)
    if found is None:
        return ()
    named = (
        ("容缺受理", [row.item for row in found.deferral]),
        ("告知承诺", [row.item for row in found.informed]),
    )
    return tuple(way for way, items in named if item in items)


def promisable(item: str, on: date) -> frozenset[str]:
    """Codes of the materials of an item for which a promise may stand."""
    found = published(on)
    rows = found.informed if found else ()
    return frozenset(code for row in rows if row.item == item for code in row.materials)


def barred_until(party_id: int, on: date) -> date | None:
    """Until when a broken promise stands on this party's record; ``None`` if none does. One indexed query."""
    rows = Promise.objects.filter(party_id=party_id, barred_until__gt=on).order_by("-barred_until")
    return rows.values_list("barred_until", flat=True).first()


def offer(*, item: str, party_id: int, asked: Iterable[Material], without: Collection[str], on: date) -> Offer:
    """What this party may choose for these materials that day. The caller has asked who may apply for the party."""
    found = published(on)
    if found is None or not without:
        return Offer()
    return rules.offer(found, item=item, asked=asked, without=without, barred_until=barred_until(party_id, on))


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A promise as the desk lists it."""

    row: Promise
    item: str
    reference: str
    check_by: date | None
    tone: str


def promises(viewer: Doer, on: date, *, broken: bool = False) -> list[OnDesk]:
    """告知承诺 to be checked (the nearest day first), or every broken promise of the viewer's organ. Reviewers and
    supervisors; others get 404."""
    if viewer.kind != "staff" or not _may(viewer, None):
        raise NotFound("没有这个页面，或者您无权查看。", code="no-such-page")
    rows = Promise.objects.select_related("matter")
    if broken:
        rows = rows.filter(status__in=[Promise.Status.MISSED, Promise.Status.FALSE])
    else:
        rows = rows.filter(kind=Promise.Kind.INFORMED, status=Promise.Status.OPEN).exclude(
            Q(matter__closed_at__isnull=False) & Q(matter__case__outcome="")
        )
    seen = [row for row in rows[:2000] if _may(viewer, row.organ_id)]
    decided = dict(Case.objects.filter(pk__in=[row.matter_id for row in seen]).values_list("pk", "decided_on"))
    shown = [_on_desk(row, decided.get(row.matter_id), on) for row in seen]
    return sorted(shown, key=lambda one: (one.check_by or date.max, one.row.pk))[:PAGE]


def promise(viewer: Doer, promise_id: int) -> Promise:
    """One promise of an organ whose promises the viewer checks or supervises; 404 for anybody else."""
    found = Promise.objects.select_related("matter").filter(pk=promise_id).first()
    if found is None or viewer.kind != "staff" or not _may(viewer, found.organ_id):
        raise NotFound("没有这份承诺，或者您无权查看。", code="no-such-promise")
    return found


def deferral(reference: str) -> Promise | None:
    """The 容缺 promise of a case with its materials. Whoever asks has asked for the case."""
    rows = Promise.objects.filter(matter__reference=reference, kind=Promise.Kind.DEFERRAL)
    return rows.prefetch_related("materials").first()


def of_matter(matter_id: int) -> list[Promise]:
    """The promises of a case. Whoever asks has asked for the case."""
    return list(Promise.objects.filter(matter_id=matter_id).prefetch_related("materials").order_by("pk"))


def check_by(row: Promise, decided_on: date | None) -> date | None:
    """The last day for checking after the decision; ``None`` before there is one."""
    if decided_on is None or row.kind != Promise.Kind.INFORMED:
        return None
    if row.unit == Unit.NATURAL_DAY.value:
        return date.fromordinal(decided_on.toordinal() + row.days)
    return calendar.table().add(decided_on, row.days)


def _on_desk(row: Promise, decided_on: date | None, on: date) -> OnDesk:
    last = check_by(row, decided_on)
    tone = "calm" if last is None else "late" if last < on else "soon" if (last - on).days <= 3 else "ok"
    return OnDesk(row, row.matter.title, row.matter.reference, last, tone)


def _may(viewer: Doer, organ_id: int | None) -> bool:
    return any(viewer.may(one, organ_id) for one in (Permission.CASE_REVIEW, Permission.CASE_SUPERVISE))
