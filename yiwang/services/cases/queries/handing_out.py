"""统一窗口出件: results on their way to the window, waiting there, forgotten there, handed out or posted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.letters.rules import plain_code
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.cases import decision_papers, papers
from yiwang.services.cases.models import Case
from yiwang.services.cases.queries.desk import MOST_EXPORTED, DeskRow, rows_of
from yiwang.services.cases.reminders import reminders
from yiwang.services.certificates.models import Certificate
from yiwang.services.certificates.rules import NOT_GIVEN_OUT

HEAPS = {
    "": "未出件",
    "coming": "在途",
    "waiting": "到窗待领",
    "forgotten": "逾期未领",
    "posted": "已寄出待签收",
    "done": "已出件",
}
UNCOLLECTED = "uncollected"  # the kind of message that asks somebody to come
RECEIVERS = {"applicant": "本人领取", "agent": "代理人领取", "post": "邮寄"}
STANDINGS = dict(Certificate.Status.choices)
CARD, PHONE = 18, 11  # characters of an identity or 统一社会信用代码 number, and of a mobile number


@dataclass(frozen=True, slots=True)
class ResultRow(DeskRow):
    """One result: its slip, how long it has been waiting (natural days), how often its owner was asked to come, and who
    has it now. ``receipt`` is the number of the 送达回执, ``receipt_letter`` its row."""

    slip: str = ""
    waited: int | None = None
    told: int = 0
    handed_at: datetime | None = None
    receiver: str = ""
    tracking: str = ""
    receipt: str = ""
    receipt_letter: int | None = None
    kept_back: str = ""  # why the certificate may not be given out now


def hand_out(
    viewer: Doer,
    at: datetime,
    *,
    find: str = "",
    heap: str = "",
    most: int = MOST_EXPORTED,
    forgotten_after: int | None = None,
) -> tuple[list[ResultRow], dict[str, int]]:
    """Results of the viewer's window, the longest waiting first (handed out ones: the newest first), with the counts of
    all heaps. 404 for whoever hands out nowhere.

    ``find`` looks in every heap: 办理编号, 办件编号, 办件查询码, number or 查询码 of the 物料流转凭证, the address in its QR, or
    the whole number of an identity card. ``forgotten_after``: the pack's days, if the caller has read them already.
    """
    found = _visible(viewer)
    long_ago = at - timedelta(days=forgotten_after or reminders(day_of(at)).forgotten)
    counts = _counts(found, long_ago)
    heap = heap if heap in HEAPS else ""
    chosen = found.filter(_finding(viewer, find, at)) if find.strip() else found.filter(_in(heap, long_ago))
    finished = heap in {"done", "posted"}
    chosen = chosen.order_by("-matter__handover__handed_at" if finished else "matter__handover__sent_at", "-matter_id")
    return _with_papers(list(chosen.annotate(told=_told(), kept_back=_kept_back())[:most]), at, long_ago), counts


def require_window(viewer: Doer) -> None:
    """404 for whoever hands out nowhere."""
    _windows(viewer)


def _windows(viewer: Doer) -> frozenset[int] | None:
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_HAND_OUT):
        raise NotFound("没有这个页面，或者您无权查看。")
    return viewer.organs_of(Permission.CASE_HAND_OUT)


def _visible(viewer: Doer) -> QuerySet[Case]:
    organs = _windows(viewer)
    rows = Case.objects.select_related("matter", "matter__handover").filter(matter__handover__isnull=False)
    return rows if organs is None else rows.filter(hall_id__in=organs)


def _in(heap: str, long_ago: datetime) -> Q:
    waiting = Q(matter__handover__arrived_at__isnull=False, matter__handover__handed_at=None, matter__closed_at=None)
    handed = Q(matter__handover__handed_at__isnull=False)
    conditions: dict[str, Q] = {
        "": Q(matter__handover__handed_at=None, matter__closed_at=None),
        "coming": Q(matter__handover__arrived_at=None, matter__closed_at=None),
        "waiting": waiting,
        "forgotten": waiting & Q(matter__handover__arrived_at__lt=long_ago),
        "posted": handed & Q(matter__handover__receiver="post") & Q(Exists(_unserved())),
        "done": handed,
    }
    return conditions[heap]


def _unserved() -> QuerySet[Letter]:
    """A posted result is delivered when it was signed for, not when it was sent."""
    return Letter.objects.filter(
        matter_reference=OuterRef("matter__reference"), kind__in=papers.RESULTS, served_at=None, party__isnull=False
    )


def _told() -> Subquery:
    """How often the applicant was asked to come; counted in the list's own statement."""
    asked = Message.objects.filter(matter_reference=OuterRef("matter__reference"), kind=UNCOLLECTED)
    return Subquery(asked.values("matter_reference").annotate(times=Count("pk")).values("times"))


def _kept_back() -> Subquery:
    """How a certificate stands that no window may hand out; in the list's own statement."""
    ended = Certificate.objects.filter(matter_reference=OuterRef("matter__reference"), status__in=NOT_GIVEN_OUT)
    return Subquery(ended.values("status")[:1])


def _counts(found: QuerySet[Case], long_ago: datetime) -> dict[str, int]:
    heaps = ("coming", "waiting", "forgotten", "posted")
    return found.aggregate(**{heap: Count("pk", filter=_in(heap, long_ago)) for heap in heaps})


def _finding(viewer: Doer, find: str, at: datetime) -> Q:
    text = find.strip()
    if "/letters/" in text:  # the scanner reads the QR of the slip
        text = text.split("/letters/", 1)[1].strip("/")
    number = text.upper()
    wanted = Q(matter__reference=number) | Q(number=number) | Q(enquiry_code=number)
    slips = Letter.objects.filter(Q(number=text) | Q(code=plain_code(text)), kind=decision_papers.SLIP)
    wanted |= Q(matter__reference__in=slips.values("matter_reference"))
    if viewer.may(Permission.PERSON_SEE) and (len(number) == CARD or (len(number) == PHONE and number.isdigit())):
        with suppress(Refusal):  # of that length, but nobody's number: it may still be one of ours
            wanted |= Q(party_id__in=[card.party_id for card in people.find(viewer, number, day_of(at))])
    return wanted


def _with_papers(found: list[Case], at: datetime, long_ago: datetime) -> list[ResultRow]:
    references = [case.matter.reference for case in found]
    numbers: dict[tuple[str, str], tuple[str, int]] = {
        (reference, kind): (number, pk)
        for reference, kind, number, pk in Letter.objects.filter(
            matter_reference__in=references, kind__in=(decision_papers.SLIP, decision_papers.SERVICE)
        ).values_list("matter_reference", "kind", "number", "pk")
    }
    lines = []
    for case, row in zip(found, rows_of(found), strict=True):
        handover, reference = case.matter.handover, case.matter.reference
        arrived, handed = handover.arrived_at, handover.handed_at
        receipt = numbers.get((reference, decision_papers.SERVICE), ("", None))
        lines.append(
            ResultRow(
                matter_id=row.matter_id,
                reference=reference,
                title=row.title,
                applicant=row.applicant,
                received_at=row.received_at,
                state_title=row.state_title,
                tone=row.tone,
                due_on=row.due_on,
                delivery=case.get_delivery_display(),
                sent_at=handover.sent_at,
                arrived_at=arrived,
                forgotten=bool(arrived and not handed and arrived < long_ago),
                slip=numbers.get((reference, decision_papers.SLIP), ("", 0))[0],
                waited=(day_of(at) - day_of(arrived)).days if arrived and not handed else None,
                told=getattr(case, "told", None) or 0,
                handed_at=handed,
                receiver=RECEIVERS.get(handover.receiver, ""),
                tracking=handover.tracking,
                receipt=receipt[0],
                receipt_letter=receipt[1],
                kept_back="" if handed else STANDINGS.get(getattr(case, "kept_back", None) or "", ""),
            )
        )
    return lines
