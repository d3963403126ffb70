"""What the office learns: knowledge written from answered orders, and what the 编办 did about matters nobody has a power for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import masking
from yiwang.foundation.ledger.actions import record as line
from yiwang.governance.hotline import queries
from yiwang.governance.hotline.models import Knowledge, Ruling
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.governance.hotline.words import tokens
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal


@transaction.atomic
def write_knowledge(
    *, question: str, answer: str, topic: str, public: bool = False, reference: str = "", by: Doer, at: datetime
) -> Knowledge:
    """A question and its answer, by whoever dispatches; ``reference`` is the order it came of, which must have ended.

    Numbers of persons are masked. Refused: too short or too long, an unknown topic, an order not ended or not seen.
    """
    organ_id = queries.hotline_organ(day_of(at))
    if not by.may(Permission.ORDER_DISPATCH, organ_id):
        raise NotAllowed("知识条目由热线机构编写。")
    question, answer = masking.scrubbed(question.strip()), masking.scrubbed(answer.strip())
    if not 4 <= len(question) <= 200 or not 4 <= len(answer) <= 4000 or "\0" in question + answer:
        raise Refusal("问题4至200字，答案4至4000字。", code="knowledge", field="question")
    if queries.rule(day_of(at)).topic_of(topic) is None:
        raise Refusal("请选择诉求主题。", code="topic", field="topic")
    order = queries.order(by, reference) if reference else None
    if order is not None and order.matter.closed_at is None:
        raise Refusal("工单办结以后才能编成知识。", code="not-closed")
    made = Knowledge.objects.create(
        order=order,
        topic=topic,
        question=question,
        answer=answer,
        tokens=" ".join(tokens(f"{question} {answer}")),
        public=public,
        written_at=at,
        written_by=by.reference,
    )
    line(subject=f"knowledge:{made.pk}", event="hotline.knowledge-written", by=by, at=at, organ=str(organ_id))
    return made


@transaction.atomic
def end_knowledge(*, knowledge_id: int, by: Doer, at: datetime) -> Knowledge:
    """An entry that is no longer right is shown no more."""
    organ_id = queries.hotline_organ(day_of(at))
    found = Knowledge.objects.select_for_update().filter(pk=knowledge_id, ended_at=None).first()
    if found is None or not by.may(Permission.ORDER_DISPATCH, organ_id):
        raise no_such_order()
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    line(subject=f"knowledge:{found.pk}", event="hotline.knowledge-ended", by=by, at=at, organ=str(organ_id))
    return found


@transaction.atomic
def settle(*, ruling_id: int, settlement: str, by: Doer, at: datetime) -> Ruling:
    """The 编办 says what was done about a matter no list names a power for. Once; by whoever reviews the lists."""
    if not by.may(Permission.CATALOGUE_REVIEW_ESTABLISHMENT):
        raise NotAllowed("没有列入权责清单的事项由机构编制部门处理。")
    found = Ruling.objects.select_for_update().filter(pk=ruling_id, no_power=True).first()
    if found is None:
        raise no_such_order()
    if found.settled_at is not None:
        raise Refusal("这件已经处理过。", code="settled")
    if not 4 <= len(settlement.strip()) <= 1000 or "\0" in settlement:
        raise Refusal("请写明处理意见（4至1000字）。", code="settlement", field="settlement")
    found.settled_at, found.settled_by, found.settlement = at, by.reference, settlement.strip()
    found.save(update_fields=["settled_at", "settled_by", "settlement"])
    line(subject=f"ruling:{found.pk}", event="hotline.settled", by=by, at=at, organ=str(by.organ_id or ""))
    return found
