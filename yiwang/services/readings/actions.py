"""异议: a person objects to a look at their data; the organ that looked answers in its term."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Message
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.matters.standing import Standing
from yiwang.services.readings import queries, rules

ANSWERED = "reading-answered"


@transaction.atomic
def dispute(*, number: int, says: str, by: Doer, at: datetime) -> Standing:
    """Object to one look at one's own data; opens a matter at the organ that looked (个人信息保护法 第五十条).

    Refused: another's line (404), a second objection to the same look, a look by nobody of an organ, no words.
    """
    line = queries.reading(by, number, at)
    with connection.cursor() as cursor:  # two presses at once: the second finds the first
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"dispute:{number}"])
    if line.organ_id is None:
        raise Refusal("这条记录不是政府机构的查看，不能提出异议。有疑问请拨打 12345。", code="no-organ")
    if Matter.objects.filter(process_id=rules.DISPUTE, item=f"ledger:{number}").exists():
        raise Refusal("您已经对这条记录提出过异议。", code="already-disputed")
    return matters.open(
        process=rules.DISPUTE,
        by=by,
        at=at,
        organ_id=line.organ_id,
        title="对个人信息使用的异议",
        party_id=line.party_id,
        item=f"ledger:{number}",
        values={"says": says},
    )


def tell_answer(*, matter_id: int, at: datetime) -> Message:
    """The person hears that the answer is there. The worker's, after the step; the same message is sent once."""
    matter = Matter.objects.get(pk=matter_id)
    assert matter.party_id is not None  # opened by a party
    return letters.tell(
        kind=ANSWERED,
        to_party=matter.party_id,
        data={"link": f"{settings.SITE_URL}/me/uses/"},
        key=f"{matter.reference}:answered",
        by=SYSTEM,
        at=at,
        matter_reference=matter.reference,
        organ_id=matter.organ_id,
    )
