"""Questions about relay: agreements and what they let be done today, relayed cases of one's organ, one of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import queries as matters
from yiwang.matters.queries import Line
from yiwang.services.cases.declared import declaration_of
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.relay.models import AgreedItem, Agreement, InboundCase, RelayCase

PAGE = 100


def agreements(viewer: Doer) -> QuerySet[Agreement]:
    """Every agreement, for the desks that receive and for whoever keeps the register."""
    if not (viewer.may(Permission.CASE_RECEIVE) or viewer.may(Permission.ORGAN_EDIT)):
        raise NotFound("没有这个页面，或者您无权查看。")
    return Agreement.objects.select_related("organ").prefetch_related("items")


def receiving_organs(on: date) -> list[tuple[str, str]]:
    """(code, name) of every organ that runs a counter, to choose the one that receives under an agreement."""
    rows = Organ.objects.filter(holding(on), places__counters__isnull=False).distinct().order_by("position", "pk")
    codes = dict(rows.values_list("pk", "code"))
    named = organs.organ_names(list(codes), on)
    return [(code, named[pk]) for pk, code in codes.items()]


def receivable(viewer: Doer, on: date) -> list[AgreedItem]:
    """What the viewer's counters may receive for other places on that day; 404 for who receives nothing anywhere."""
    if not viewer.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = AgreedItem.objects.select_related("agreement").filter(agreement__from_on__lte=on, agreement__until_on__gt=on)
    ours = [one for one in rows if viewer.may(Permission.CASE_RECEIVE, one.agreement.organ_id)]
    return [one for one in ours if {"receive", "act"} & set(one.powers)]


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


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What anybody with the number and the 查询码 sees of a relayed case: no name, no colleague."""

    reference: str
    item: str
    place: str
    competent: str
    counter: str
    phone: str
    state: str
    sentence: str
    outer_number: str
    handed_on_at: datetime | None
    story: list[Line]


SENTENCES = {
    "taken-in": "材料已收到，正在核对",
    "checked": "材料已核对，等待转送{competent}",
    "handed-on": "已转送{competent}，等待其决定是否受理",
    "correcting": "{competent}要求补正，请到代收窗口了解要补什么",
    "accepted-there": "{competent}已受理，正在办理",
    "result-here": "结果已到，请带身份证到代收窗口领取",
    "delivered": "结果已交付",
    "not-taken": "不符合代收条件，材料已退还",
    "refused-there": "{competent}未受理或未准予，请到代收窗口领取答复",
    "withdrawn": "已应您的要求撤回",
}


def whereabouts(reference: str, code: str, at: datetime) -> Whereabouts:
    """The page behind the voucher: needs the number **and** the 查询码. One answer for every mistake."""
    rows = RelayCase.objects.select_related("matter", "agreed_item__agreement")
    found = rows.filter(enquiry_code=code.strip().upper()).first()
    if found is None or not secrets.compare_digest(found.matter.reference.encode(), reference.strip().encode()):
        raise NotFound("编号或查询码不对，请核对凭证上的编号和查询码。", code="no-such-case")
    standing = matters.matter(SYSTEM, found.matter.reference)
    agreement = found.agreed_item.agreement
    return Whereabouts(
        reference=standing.reference,
        item=found.agreed_item.name,
        place=agreement.place_name,
        competent=agreement.competent,
        counter=organs.organ_name(found.organ_id, day_of(at)),
        phone=agreement.phone,
        state=matters.process_of(standing).states[standing.state].title,
        sentence=SENTENCES[standing.state].format(competent=agreement.competent),
        outer_number=found.outer_number,
        handed_on_at=found.handed_on_at,
        story=[line for line in matters.story(SYSTEM, standing) if line.event.startswith("services.")],
    )


def inbound(viewer: Doer, *, waiting_only: bool = True) -> list[InboundCase]:
    """What other places received for the viewer's organs, the newest first; 404 for who receives nothing anywhere."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = InboundCase.objects.select_related("agreement", "agreed_item", "case__matter").order_by("-pk")
    receiving = viewer.organs_of(Permission.CASE_RECEIVE)
    if receiving is not None:
        rows = rows.filter(organ_id__in=receiving)
    if waiting_only:
        rows = rows.filter(status=InboundCase.Status.ARRIVED)
    return list(rows[:PAGE])


def material_names(item_code: str, on: date) -> dict[str, str]:
    """Material code → name, by the guide in force; empty where the item has none."""
    try:
        guide = catalogue.guide_in_force(item_code, on)
    except Refusal:
        return {}
    return {one.id: one.name for one in declaration_of(guide).materials}


def inbound_one(viewer: Doer, inbound_id: int) -> InboundCase:
    """One of them; 404 for whoever does not receive for that organ."""
    rows = InboundCase.objects.select_related("agreement", "agreed_item", "case__matter")
    found = rows.filter(pk=inbound_id).first()
    if found is None or viewer.kind != "staff" or not viewer.may(Permission.CASE_RECEIVE, found.organ_id):
        raise NotFound("没有这件转来件，或者您无权查看。", code="no-such-inbound")
    return found


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
