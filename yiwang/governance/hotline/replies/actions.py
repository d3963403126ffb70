"""A reply is read as it goes out: refused with its findings, or sent with a reason, and kept as codes and prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline.models import Order, Part
from yiwang.governance.hotline.replies import copies, queries, rules
from yiwang.governance.hotline.replies.models import ReplyReading
from yiwang.kernel.refusal import Fault, Refusal

ANSWER, REASON = "answer", "overrule"


class SaysTooLittle(Refusal):
    """The reply says nothing, says it emptily, or says what it must not. It may be sent with a reason all the same."""

    code = "reply-findings"


def going_out(
    order: Order, *, way: str, answer: str, reason: str, ordinal: int, at: datetime, part: Part | None = None
) -> Mapping[str, Any]:
    """Read a text inside the step that sends it: an order's answer, or a ``part``'s. Answers what the step's ledger line
    says of it: codes, never words.

    ``SaysTooLittle`` names every finding unless ``reason`` has at least the pack's number of characters; the reason stands
    with the step. Other people's ID numbers and phones are masked by the hotline in any case.
    """
    version, rule = queries.in_force(day_of(at))
    found = queries.findings(order, answer, way=way, part=part, at=at)
    reason = reason.strip()
    if found and len(reason) < rule.least_reason:
        faults = [Fault(ANSWER, one.says, one.code) for one in found]
        if reason:
            faults.append(Fault(REASON, f"理由至少{rule.least_reason}个字。", "too-short"))
        says = f"答复有{len(found)}处需要补充或修改。请修改后再发；确需照此发出的，请写明理由。"
        raise SaysTooLittle(says, faults=faults)
    codes = list(dict.fromkeys(one.code for one in found))
    ReplyReading.objects.create(
        matter_id=part.pk if part else order.pk,
        way=way,
        ordinal=ordinal,
        organ_id=queries.whose(order, part),
        replied_at=at,
        rules_version=version,
        findings=codes,
        vague=rules.is_vague(codes, rule),
        overruled=bool(codes),
        prints=copies.prints(answer, rule.courtesies),
    )
    return {"findings": codes, "overruled": True} if codes else {"findings": []}
