"""Questions about a clerk's asking to look: how it stands, what the holder is told of it, what the clerk waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import masking
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters.models import Matter
from yiwang.matters.standing import Standing
from yiwang.services.certificates import types
from yiwang.services.certificates.models import Asking, Certificate

WAITING, AGREED, DECLINED, WITHDRAWN, LATE = "waiting", "agreed", "declined", "withdrawn", "late"
WORDS = {
    WAITING: "等待持证人同意",
    AGREED: "已经同意",
    DECLINED: "已经拒绝",
    WITHDRAWN: "已随亮码收起",
    LATE: "已超过答复时间",
}
ALWAYS = ("持证主体", "证照编号", "发证机关", "有效期", "状态")  # beside the particulars the item needs


def state(asked: Asking, at: datetime) -> str:
    """How an asking stands at a moment."""
    if asked.answer:
        return AGREED if asked.answer == Asking.Answer.AGREED else DECLINED
    if asked.showing.closed_at is not None:
        return WITHDRAWN
    return WAITING if at < asked.until_at else LATE


@dataclass(frozen=True, slots=True)
class Asked:
    """What the holder is told before answering (个人信息保护法 第十七条): who asks, for which case, what he would see."""

    asking: Asking
    organ: str
    clerk: str
    case: str
    shows: tuple[str, ...]
    left: int  # seconds until it lapses


def for_holder(askings: Iterable[Asking], certificate: Certificate, at: datetime) -> list[Asked]:
    """The askings that wait for an answer, oldest first; for whoever shows the certificate."""
    waiting = sorted((one for one in askings if state(one, at) == WAITING), key=lambda one: one.pk)
    called = organs.organ_names({one.organ_id for one in waiting}, day_of(at))
    clerks = {int(one.asked_by.partition(":")[2]) for one in waiting}
    named = dict(Account.objects.filter(pk__in=clerks).values_list("pk", "name")) if clerks else {}
    rows = Matter.objects.filter(reference__in=[one.matter_reference for one in waiting]) if waiting else ()
    titles = {row.reference: row.title for row in rows}
    declared = types.declared(day_of(at)).get(certificate.type_id)
    fields = declared.fields if declared else {}
    return [
        Asked(
            one,
            called.get(one.organ_id, ""),
            masking.name(named.get(int(one.asked_by.partition(":")[2]), "")),
            titles.get(one.matter_reference, ""),
            (*ALWAYS, *(fields[name].title for name in one.fields if name in fields)),
            max(1, int((one.until_at - at).total_seconds())),
        )
        for one in waiting
    ]


def for_clerk(viewer: Doer, case: Standing, asking_id: int) -> Asking:
    """The clerk's own asking within a case that ``looking.in_hand`` let him into; 404 for another's."""
    rows = Asking.objects.select_related("showing__certificate", "use")
    found = rows.filter(pk=asking_id, matter_reference=case.reference, asked_by=viewer.reference).first()
    if found is None:
        raise NotFound("没有这个查看请求，或者不是您提出的。", code="no-such-asking")
    return found


def handle_of(viewer: Doer, asking_id: int) -> str:
    """Which showing of the viewer's an asking is about; 404 for another's."""
    found = Asking.objects.filter(pk=asking_id, showing__shown_by=viewer.reference).select_related("showing").first()
    if found is None or viewer.kind != "citizen":
        raise NotFound("没有这个查看请求。", code="no-such-asking")
    return found.showing.handle
