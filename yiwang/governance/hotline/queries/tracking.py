"""Where an order stands, for whoever sent it: with a login, or with its number and 查询码."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs import queries as organs
from yiwang.governance.hotline import rules
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.queries import Available

PAGE = 30


@dataclass(frozen=True, slots=True)
class Tracked:
    """An order as its caller reads it: no colleague, no name. ``answer`` is shown from the call-back on, or where it was
    the end. ``steps`` are what the caller may do now; they, the words and the 查询码 are shown to the caller alone."""

    reference: str
    number: str
    title: str
    kind: str
    state: str
    says: str
    closed: bool
    organ: str
    received_at: datetime
    due_on: date | None
    answer: str
    content: str
    urges: int
    version: int
    steps: tuple[Available, ...]
    code: str


ANSWERED = frozenset(
    [
        "answered",
        "stage-closed",
        "calling-back",
        "judging",
        "redoing",
        "closed-satisfied",
        "closed-judged",
        "closed-unreached",
        "terminated",
    ]
)


def mine(viewer: Doer) -> list[Order]:
    """The viewer's own orders and those of whoever the viewer acts for, newest first."""
    if not viewer.parties:
        return []
    return list(Order.objects.select_related("matter").filter(party_id__in=viewer.parties).order_by("-pk")[:PAGE])


def mine_one(viewer: Doer, reference: str, on: date) -> Tracked:
    """One of them, with what may be done; 404 for anybody else's."""
    found = Order.objects.select_related("matter").filter(matter__reference=reference).first()
    if found is None or not viewer.is_party(found.party_id):
        raise no_such_order()
    return _shown(viewer, found, on)


def tracked(number: str, code: str, on: date) -> Tracked:
    """The page behind number **and** 查询码. One answer for every mistake."""
    found = Order.objects.select_related("matter").filter(enquiry_code=code.strip().upper()).first()
    named = (found.number, found.matter.reference) if found else ("", "")
    if found is None or not any(secrets.compare_digest(one.encode(), number.strip().encode()) for one in named):
        raise NotFound("编号或查询码不对，请核对。", code="no-such-order")
    return _shown(None, found, on)


def called_for(number: str, phone: str, on: date) -> Tracked:
    """The page behind number **and** the telephone the order was left with, for who has no 查询码 at hand: without what was
    said. One answer for every mistake; whoever shows it counts the tries."""
    found = Order.objects.select_related("matter").filter(number=number.strip()).first()
    held = bytes(found.caller_index) if found and found.caller_index else b""
    same = [secrets.compare_digest(held, one) for one in cipher.indexes(phone.strip())] if phone.strip() else []
    if found is None or not held or not any(same):
        raise NotFound("编号或电话不对，请核对。", code="no-such-order")
    return _shown(None, found, on)


def _shown(viewer: Doer | None, found: Order, on: date) -> Tracked:
    standing = matters.matter(viewer or SYSTEM, found.matter.reference)
    state = matters.process_of(standing).states[standing.state]
    due = [one.due_on for one in standing.clocks if one.kind == "order" and one.stopped_on is None and one.due_on]
    steps = matters.available_steps(viewer, standing) if viewer else ()
    return Tracked(
        reference=standing.reference,
        number=found.number,
        title=found.title,
        kind=found.get_kind_display(),
        state=state.title,
        says=state.says,
        closed=state.closed,
        organ=organs.organ_name(found.handling_organ_id, on) if found.handling_organ_id else "",
        received_at=standing.received_at,
        due_on=min(due, default=None),
        answer=found.answer if standing.state in ANSWERED else "",
        content=found.content if viewer else "",
        urges=found.urges,
        version=standing.version,
        steps=tuple(one for one in steps if one.step.name in rules.OWN_STEPS),
        code=found.enquiry_code if viewer else "",
    )
