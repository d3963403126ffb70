"""One order, one part, and what a desk chooses from: units that handle orders, towns, the rule in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter, Division, Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.governance.hotline import rules
from yiwang.governance.hotline.kinds import KIND, RULE, HotlineRule
from yiwang.governance.hotline.models import Order, Part
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import queries as matters
from yiwang.matters.standing import Standing

OPERATOR, HANDLER = "hotline-operator", "order-handler"
OVERSEER = "overseer"  # the process's name for the organ in the hotline's place


def no_such_order() -> NotFound:
    return NotFound("没有这张工单，或者您无权查看。", code="no-such-order")


def rule(on: date) -> HotlineRule:
    """Limits, minutes and topics in force on a day."""
    found: HotlineRule = packs.rule(KIND, RULE, on).value
    return found


def hotline_organ(on: date) -> int:
    """The organ whose operators take the calls: 热线机构. Refused where none is appointed. Not asked by its dispatchers: the
    organ that oversees it has such posts too."""
    found = Post.objects.filter(holding(on), role=OPERATOR).order_by("organ__position", "organ_id").first()
    if found is None:
        raise Refusal("还没有设立热线机构（没有人任热线话务员）。", code="no-hotline")
    return found.organ_id


def seen(viewer: Doer, reference: str) -> Standing:
    """The matter as it stands, without its row; 404 for whoever may not see it."""
    return matters.matter(viewer, reference)


def order(viewer: Doer, reference: str, *beside: str) -> Order:
    """An order by its matter's reference, with its matter and what ``beside`` names; 404 for whoever may not see its matter."""
    return row_of(seen(viewer, reference), *beside)


def row_of(standing: Standing, *beside: str) -> Order:
    """The order's row of a matter that somebody was shown; 404 for a matter of another kind."""
    found = Order.objects.select_related("matter", *beside).filter(pk=standing.id).first()
    if found is None:
        raise no_such_order()
    return found


def at_desk(viewer: Doer, reference: str) -> Order:
    """An order as its desk shows it; 404 also for its own caller, who has a page of his own without what offices say."""
    if not viewer.posts:
        raise no_such_order()
    return order(viewer, reference, "merged_into__matter", "precedent")


def number_of(standing: Standing) -> str:
    """工单编号 of an order just opened."""
    return rules.order_number(day_of(standing.received_at), standing.id)


def part(viewer: Doer, reference: str) -> Part:
    """A part by its matter's reference, with its order; 404 for whoever may not see it."""
    standing = matters.matter(viewer, reference)
    found = Part.objects.select_related("matter", "order__matter").filter(pk=standing.id).first()
    if found is None:
        raise no_such_order()
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """One part as the lead unit sees it."""

    reference: str
    organ: str
    task: str
    answer: str
    state: str


def answers_of_parts(viewer: Doer, found: Order, on: date) -> list[Answered]:
    """What other units were asked for this order and what they answered; for whoever sees the order."""
    order(viewer, found.matter.reference)
    parts = list(Part.objects.select_related("matter").filter(order=found).order_by("matter_id"))
    named = organs.organ_names([one.organ_id for one in parts], on)
    states = {"asked": "待答复", "refused": "不同意协办", "part-answered": "已答复", "recalled": "已收回"}
    return [
        Answered(one.matter.reference, named.get(one.organ_id, ""), one.task, one.answer, states[one.matter.state])
        for one in parts
    ]


def units(on: date) -> list[tuple[str, str]]:
    """(code, name) of every organ that has somebody to handle orders, in the official order."""
    return [(code, name) for code, name, _ in organs.manned(HANDLER, on)]


def unit(code: str, on: date) -> int:
    """The organ of that code, standing and with a handler of orders; refused otherwise."""
    return organs.manned_one(HANDLER, code, on, says="请从列表选择承办单位。", field="organ")


def overseer(against_id: int | None, hotline_id: int, on: date) -> int | None:
    """The organ that reviews, calls back and judges in the hotline's place: where a complaint is of the hotline's organ or of
    the one above it, and the rule's overseer stands and is neither of them. ``None`` otherwise."""
    if against_id is None:
        return None
    own = ours(hotline_id)
    if against_id not in own:
        return None
    rows = Organ.objects.filter(holding(on), code=rule(on).overseer).exclude(pk__in=own)
    return rows.values_list("pk", flat=True).first()


def ours(hotline_id: int) -> frozenset[int]:
    """The hotline's organ and the one above it: a complaint of either is not the hotline's to judge."""
    above = Organ.objects.filter(pk=hotline_id, parent__isnull=False).values_list("parent_id", flat=True)
    return frozenset({hotline_id, *above})


def against_us(found: Order) -> bool:
    """True of a complaint of the hotline, or of the organ above it."""
    return found.against_organ_id is not None and found.against_organ_id in ours(found.organ_id)


def accused(found: Order) -> frozenset[int]:
    """Units that may not handle this order: those it, or an order merged into it, complains of, and all under them."""
    merged = Order.objects.filter(merged_into=found, matter__state="merged", against_organ_id__isnull=False)
    against = [found.against_organ_id, *merged.values_list("against_organ_id", flat=True)]
    return organs.with_all_under(pk for pk in against if pk is not None)


def complainable(on: date) -> list[tuple[str, str, int]]:
    """(code, name, id) of every organ standing that a firm may complain of, in the official order: villages have no power, and a
    complaint of the county's government itself is for the level above it."""
    rows = (
        Organ.objects.filter(holding(on), parent__isnull=False)
        .exclude(kind=Organ.Kind.VILLAGE)
        .order_by("position", "pk")
    )
    there = list(rows.values_list("code", "pk"))
    named = organs.organ_names([pk for _, pk in there], on)
    return [(code, named[pk], pk) for code, pk in there if pk in named]


def windows() -> list[tuple[str, str]]:
    """(``place/number``, what it is called) of every window, as figures call it too: what a complaint may be about."""
    rows = Counter.objects.select_related("place").order_by("place__position", "place_id", "number")
    return [(f"{one.place.code}/{one.number}", f"{one.place.name}{one.number}号窗口") for one in rows]


def towns(on: date) -> list[tuple[str, str]]:
    """(division code, name) of the county's towns, in order."""
    rows = Division.objects.filter(holding(on), level=Division.Level.TOWN).order_by("code")
    county = organs.county_name(on)
    return [(row.code, row.name.removeprefix(county)) for row in rows]
