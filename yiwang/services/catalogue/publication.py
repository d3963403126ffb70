"""Publishing a guide is a matter: 编制 (department) → 编制审核 → 法制审核 → a version in force.

Founded in 优化营商环境条例 第三十六条 and the two reviews every change of the item library needs (108号). Drafting and
editing are deeds on the draft; everything from submission on is the process ``catalogue.publication``. The gate is asked
at submission, before a return to review, and again at the moment of publication: laws and calendar may have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers.rules import ITEM_TYPES
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import Fault, NotFound, Refusal, Stale
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.matters.standing import Context, Standing
from yiwang.services.catalogue import guides
from yiwang.services.catalogue.declarations import Declaration, read
from yiwang.services.catalogue.models import Guide, Item

PROCESS = "catalogue.publication"
EDITABLE = (Guide.State.DRAFT, Guide.State.RETURNED)
STATES = {
    "establishment-review": Guide.State.SUBMITTED,
    "legal-review": Guide.State.LEGAL,
    "returned": Guide.State.RETURNED,
    "abandoned": Guide.State.DRAFT,
}


@transaction.atomic
def draft(*, item_code: str, by: Doer, at: datetime) -> Guide:
    """Begin the next version of an item's guide, copied from the newest one, or empty but for what the item says.

    Refused while another draft of the item is open: two people would write over each other.
    """
    item = Item.objects.select_for_update().select_related("organ").filter(code=item_code).first()
    if item is None:
        raise NotFound("没有这个事项。", code="item-not-found")
    allow(by, Permission.CATALOGUE_EDIT, about=item)
    open_draft = Guide.objects.filter(item=item).exclude(state__in=guides.PUBLISHED).first()
    if open_draft is not None:
        raise Refusal(f"这个事项已有第{open_draft.edition}版正在编制，请先完成或撤回。", code="draft-open")
    newest = Guide.objects.filter(item=item, state__in=guides.PUBLISHED).order_by("-version").first()
    edition = next_edition(newest.edition if newest else "", day_of(at))
    data = dict(newest.document) if newest else _blank(item, day_of(at))
    data |= {"version": edition, "item_code": item.code}
    data.pop("in_force", None)
    guide = Guide(item=item, version=guides.next_version(item), state=Guide.State.DRAFT)
    guides.set_columns(guide, read(data)).save()
    _tell("catalogue.guide-drafted", guide, by, at)
    return guide


def next_edition(edition: str, on: date) -> str:
    """``2026.1`` → ``2026.2``; the first one of a year is ``.1``."""
    year, _, number = edition.partition(".")
    return f"{on.year}.{int(number) + 1}" if year == str(on.year) else f"{on.year}.1"


def _blank(item: Item, on: date) -> dict[str, Any]:
    named = item.organ.names.filter(holding(on)).first()
    return {
        "id": f"item-{item.pk}",
        "name": item.name,
        "type": ITEM_TYPES.get(item.type, ""),
        "organ": named.name if named else "",
    }


@transaction.atomic
def edit(*, guide_id: int, data: Mapping[str, Any], by: Doer, at: datetime, seen: str | None = None) -> Guide:
    """Write a draft anew. ``data`` is a whole declaration; a malformed one is refused with every fault.

    An unlawful draft may be saved (the gate's faults are shown beside it), only not submitted. Item, organ and type come
    from the item and cannot be changed here. ``seen`` is the ``guides.fingerprint`` the editor saw (``Stale`` when
    somebody has written since).
    """
    guide = _locked(guide_id)
    allow(by, Permission.CATALOGUE_EDIT, about=guide.item)
    if guide.state not in EDITABLE:
        raise Refusal("已提交审核或已发布的版本不能修改；需要修改的，请由审核人退回或起草新版本。", code="guide-closed")
    if seen is not None and seen != guides.fingerprint(guide):
        raise Stale("这份草稿刚刚由其他人修改过，请刷新后再改。")
    fixed = {
        name: guide.document[name] for name in ("id", "version", "item_code", "type", "organ") if name in guide.document
    }
    declaration = read({**data, **fixed})
    guides.set_columns(guide, declaration)
    guide.save()
    _tell("catalogue.guide-edited", guide, by, at)
    return guide


def check(*, guide_id: int, by: Doer, on: date) -> list[Fault]:
    """What the gate says about a draft today; for whoever edits or reviews."""
    guide = _visible(by, guide_id)
    return faults_of(guide, on)


def faults_of(guide: Guide, on: date) -> list[Fault]:
    """The gate's faults of a version, the one it would replace left out."""
    declaration = guides.declared(guide)
    previous = guides.replaced_by(guide.item, declaration)
    return guides.faults(declaration, guide.item, on, besides=previous.pk if previous else None, not_before=on)


@transaction.atomic
def submit(*, guide_id: int, by: Doer, at: datetime) -> Standing:
    """Hand a draft to the two reviews. Refused with every fault of the gate; and where nobody reviews.

    A returned version is submitted again in the matter it was returned in.
    """
    guide = _locked(guide_id)
    allow(by, Permission.CATALOGUE_EDIT, about=guide.item)
    if guide.state not in EDITABLE:
        raise Refusal("这个版本已经提交，请等待审核。", code="guide-submitted")
    on = day_of(at)
    if found := faults_of(guide, on):
        raise guides.NotLawful(f"还有{len(found)}处不符合发布要求，不能提交。", faults=found)
    matter = matter_of(guide)
    if matter is not None and matter.closed_at is None:
        return matters.take(reference=matter.reference, step="resubmit", by=by, at=at, also=_follow)
    return matters.open(
        process=PROCESS,
        by=by,
        at=at,
        organ_id=by.organ_id or guide.item.organ_id,
        title=f"{guide.document.get('name', guide.item.name)}（{guide.edition}版）",
        item=guide.item.code,
        guide=str(guide.pk),
        organs={
            "establishment": _reviewing("establishment-reviewer", on),
            "legality": _reviewing("legal-reviewer", on),
        },
        also=_follow,
    )


def review(*, guide_id: int, step: str, opinion: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """Pass a review, return the draft with reasons, or publish it: ``pass-establishment``, ``return-to-editor``,
    ``publish``, ``abandon``. The last review writes the version into force in the same transaction."""
    guide = _visible(by, guide_id)
    matter = matter_of(guide)
    if matter is None:
        raise NotFound("这个版本没有正在进行的审核。", code="no-review")
    values = {"opinion": opinion} if step != "abandon" else {}
    return matters.take(
        reference=matter.reference, step=step, by=by, at=at, values=values, version=version, also=_follow
    )


def matter_of(guide: Guide) -> Matter | None:
    """The newest publication matter about a version; none while it was never submitted."""
    rows = Matter.objects.filter(process_id=PROCESS, guide=str(guide.pk), item=guide.item.code)
    return rows.order_by("-id").first()


def follow(*, matter_id: int, at: datetime) -> None:
    """Bring the guide to the state of its matter; doing it again changes nothing. For steps taken outside ``review``."""
    matter = Matter.objects.get(pk=matter_id)
    with transaction.atomic():
        _settle(int(matter.guide), matter.state, by=SYSTEM, at=at)


def _follow(ctx: Context) -> Mapping[str, Any] | None:
    """Within the step's transaction: the guide moves where the step leads."""
    guide = _settle(int(ctx.matter.guide), ctx.step.to or ctx.matter.state, by=ctx.by, at=ctx.at)
    return {"guide": guide.pk, "edition": guide.edition}


def _settle(guide_id: int, state: str, *, by: Doer, at: datetime) -> Guide:
    guide = _locked(guide_id)
    if guide.state in guides.PUBLISHED:
        return guide
    if state == "published":
        return guides.publish(guide=guide, declaration=guides.declared(guide), by=by, at=at, on=day_of(at))
    if guide.state != STATES[state]:
        guide.state = STATES[state]
        guide.save(update_fields=["state"])
    return guide


def _locked(guide_id: int) -> Guide:
    guide = (
        Guide.objects.select_for_update(of=("self",)).select_related("item", "item__organ").filter(pk=guide_id).first()
    )
    if guide is None:
        raise NotFound("没有这个版本。", code="guide-not-found")
    return guide


def _visible(by: Doer, guide_id: int) -> Guide:
    """A version in any state, for editors and reviewers; for everybody else it does not exist."""
    guide = Guide.objects.select_related("item", "item__organ").filter(pk=guide_id).first()
    if guide is None or not may_see(by):
        raise NotFound("没有这个版本。", code="guide-not-found")
    return guide


def may_see(by: Doer) -> bool:
    """Drafts are for editors and the two reviewers."""
    wanted = (
        Permission.CATALOGUE_EDIT,
        Permission.CATALOGUE_REVIEW_ESTABLISHMENT,
        Permission.CATALOGUE_REVIEW_LEGAL,
    )
    return any(by.may(permission) for permission in wanted)


def _reviewing(role: str, on: date) -> int:
    """The organ whose reviewer has the seat; refused where nobody holds the role."""
    found = Post.objects.filter(holding(on), role=role).order_by("organ__position", "organ_id").first()
    if found is None:
        title = {"establishment-reviewer": "编制审核员", "legal-reviewer": "法制审核员"}[role]
        raise Refusal(f"还没有任命{title}，不能提交审核。请联系系统管理员。", code="no-reviewer")
    return found.organ_id


def _tell(event: str, guide: Guide, by: Doer, at: datetime) -> None:
    ledger.record(
        subject=f"item:{guide.item.code}",
        event=event,
        by=by,
        at=at,
        organ=str(guide.item.organ_id),
        detail={"edition": guide.edition, "version": guide.version, "guide": guide.pk},
    )


def declaration_of(by: Doer, guide_id: int) -> tuple[Guide, Declaration]:
    """A version and what it declares, for editors and reviewers."""
    guide = _visible(by, guide_id)
    return guide, guides.declared(guide)
