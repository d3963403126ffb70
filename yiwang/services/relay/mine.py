"""我的代收件: what one clerk received for other places, was asked about first, or has in hand, and where each stands now.

行政许可法 第二十六条 (the applicant keeps one counterpart) and 首问负责: whoever took it in can say where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.kernel.workdays import Unit
from yiwang.matters import processes
from yiwang.matters.models import MatterClock, Seat
from yiwang.services.relay.models import RelayCase

PAGE = 200
HEAPS = {"ours": "等我们办", "theirs": "等对方", "applicant": "等申请人", "ended": "已结束"}
# Whose turn it is, by state; what is in no row has ended.
TURN = {
    "taken-in": "ours",
    "checked": "ours",
    "handed-on": "theirs",
    "accepted-there": "theirs",
    "correcting": "applicant",
    "result-here": "applicant",
}
SAYS = {
    "taken-in": "核对身份和材料，出具收件凭证",
    "checked": "转送{competent}",
    "handed-on": "等{competent}决定是否受理",
    "accepted-there": "{competent}正在办理",
    "correcting": "{competent}要求补正，请告知申请人来补",
    "result-here": "结果已到，请通知申请人领取",
    "delivered": "结果已交付",
    "not-taken": "不符合代收条件，材料已退还",
    "refused-there": "{competent}未受理或未准予，请把答复交给申请人",
    "withdrawn": "应申请人要求撤回",
}


@dataclass(frozen=True, slots=True)
class Mine:
    """One relayed case of the viewer's. ``quiet``: working days since anything was written down about it; ``part``: as
    what the viewer has to do with it."""

    reference: str
    item: str
    competent: str
    applicant: str
    mode: str
    mandate: str
    part: str
    heap: str
    state: str
    says: str
    received_at: datetime
    moved_at: datetime
    quiet: int
    due_on: date | None
    late: bool
    outer_number: str


def mine(viewer: Doer, on: date, *, heap: str = "") -> tuple[list[Mine], dict[str, int]]:
    """The viewer's cases, those waiting longest first, and how many there are under each heading; ``heap`` shows one
    heading only, empty those that have not ended. 404 for who sees no cases anywhere, and for a heading there is not."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_SEE) or heap not in {"", *HEAPS}:
        raise NotFound("没有这个页面，或者您无权查看。")
    held = Seat.objects.filter(matter_id=OuterRef("pk"), closed_at=None, holder_id=viewer.account_id)
    took_in = Q(matter__steps__startswith=f"receive={viewer.reference}\n")
    rows = (
        RelayCase.objects.filter(took_in | Q(first_asked_id=viewer.account_id) | Exists(held))
        .select_related("matter", "agreed_item__agreement", "mandate__agent")
        .order_by("-matter_id")
    )
    found = [row for row in rows if viewer.may(Permission.CASE_SEE, row.organ_id)]
    counts = dict.fromkeys(HEAPS, 0)
    for row in found:
        counts[_heap(row)] += 1
    shown = [row for row in found if (_heap(row) == heap if heap else _heap(row) != "ended")][:PAGE]
    return sorted(_lines(viewer, shown, on), key=lambda one: (-one.quiet, one.reference)), counts


def _heap(row: RelayCase) -> str:
    return TURN.get(row.matter.state, "ended")


def _lines(viewer: Doer, rows: list[RelayCase], on: date) -> list[Mine]:
    """Three queries, however many there are."""
    subjects = [f"matter:{row.matter.reference}" for row in rows]
    moved = dict(
        LedgerEntry.objects.filter(subject__in=subjects).order_by().values_list("subject").annotate(last=Max("at"))
    )
    due = dict(
        MatterClock.objects.filter(matter_id__in=[row.pk for row in rows], stopped_on=None, due_on__isnull=False)
        .order_by("-due_on")
        .values_list("matter_id", "due_on")
    )
    named = people.names_of([row.party_id for row in rows])
    table = calendar.table()
    lines = []
    for row in rows:
        matter, competent = row.matter, row.agreed_item.agreement.competent
        moved_at = moved.get(f"matter:{matter.reference}", matter.received_at)
        due_on = due.get(row.pk)
        lines.append(
            Mine(
                reference=matter.reference,
                item=row.agreed_item.name,
                competent=competent,
                applicant=named.get(row.party_id, ""),
                mode=row.get_mode_display(),
                mandate=f"委托书{row.mandate.pk}号，受托人{row.mandate.agent.name}" if row.mandate else "",
                part=_part(viewer, row),
                heap=_heap(row),
                state=processes.bound(matter.process_id, matter.process_version).states[matter.state].title,
                says=SAYS[matter.state].format(competent=competent),
                received_at=matter.received_at,
                moved_at=moved_at,
                quiet=0 if matter.closed_at else table.counted(day_of(moved_at), on, Unit.WORKING_DAY),
                due_on=due_on,
                late=due_on is not None and due_on < on,
                outer_number=row.outer_number,
            )
        )
    return lines


def _part(viewer: Doer, row: RelayCase) -> str:
    if row.matter.steps.startswith(f"receive={viewer.reference}\n"):
        return "我代收"
    return "我是首问责任人" if row.first_asked_id == viewer.account_id else "在我手上"
