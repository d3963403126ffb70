"""Asking somebody to fetch a result that lies at the window: by the clerk, and by itself after the days of the pack."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs.models import Place
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.cases import messages
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.cases.queries.handing_out import UNCOLLECTED
from yiwang.services.cases.reminders import reminders
from yiwang.services.certificates.models import Certificate
from yiwang.services.certificates.rules import NOT_GIVEN_OUT


def place_of(case: Case) -> tuple[str, str]:
    """Where a result is fetched, and the hours."""
    places = declaration_of(case.guide).places
    place = Place.objects.filter(organ_id=case.hall_id or case.organ_id).order_by("position").first()
    return place.name if place else "政务服务大厅", places[0].hours if places else "工作时间"


def kept_back(references: Collection[str] | None = None) -> QuerySet[Certificate]:
    """Certificates no window may hand out now; of these matters, or of all."""
    found = Certificate.objects.filter(status__in=NOT_GIVEN_OUT).exclude(matter_reference="")
    return found if references is None else found.filter(matter_reference__in=references)


def urge_collection(*, reference: str, by: Doer, at: datetime) -> Message:
    """催领: tell the applicant once more that the result waits. One line in the ledger, one message a day.

    Refused: a window that is not the result's (404), a result that has not arrived or was handed out, a second message
    on the same day.
    """
    case = (
        Case.objects.select_related("matter", "matter__handover", "guide__item")
        .filter(matter__reference=reference, matter__handover__isnull=False)
        .first()
    )
    if case is None or not by.may(Permission.CASE_SEE, case.hall_id):
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    if not by.may(Permission.CASE_HAND_OUT, case.hall_id):
        raise NotAllowed("您没有出件的权限。")
    if kept_back([reference]).exists():
        raise Refusal("证照已暂停或者失效，不得发放，不能催领。", code="certificate-ended")
    if case.matter.handover.arrived_at is None or case.matter.handover.handed_at is not None:
        raise Refusal("结果不在窗口，不能催领。", code="not-at-window")
    key = f"uncollected-{day_of(at).isoformat()}"
    if Message.objects.filter(key=f"{reference}:{key}").exists():
        raise Refusal("今天已经通知过申请人领取。", code="told-today")
    return _tell(case, key, by, at)


def remind_uncollected(*, at: datetime) -> int:
    """Tell whoever has not fetched a result after each number of days the pack names, the last of which makes it
    forgotten; each once. Answers how many. Results that go by post are the window's to send, not the applicant's to fetch."""
    told, after = 0, reminders(day_of(at)).uncollected
    waiting = (
        Case.objects.select_related("matter", "matter__handover", "guide__item")
        .filter(
            matter__handover__arrived_at__lte=at - timedelta(days=after[0]),
            matter__handover__handed_at=None,
            matter__closed_at=None,
            delivery=Case.Delivery.COLLECT,
        )
        .exclude(matter__reference__in=kept_back().values("matter_reference"))
    )
    for case in waiting.order_by("pk").iterator():
        arrived = case.matter.handover.arrived_at
        assert arrived is not None
        passed = max(days for days in after if arrived <= at - timedelta(days=days))
        key = f"uncollected-after-{passed}"
        if not Message.objects.filter(key=f"{case.matter.reference}:{key}").exists():
            _tell(case, key, SYSTEM, at)
            told += 1
    return told


def _tell(case: Case, key: str, by: Doer, at: datetime) -> Message:
    place, hours = place_of(case)
    arrived = case.matter.handover.arrived_at
    assert arrived is not None
    data = {"place": place, "hours": hours, "since": messages.day(day_of(arrived))}
    message = messages.send(case, UNCOLLECTED, data, key=key, at=at)
    ledger.record(
        subject=f"message:{message.pk}",
        event="cases.collection-urged",
        by=by,
        at=at,
        organ=str(case.hall_id or case.organ_id),
        detail={"matter": case.matter.reference},
    )
    return message
