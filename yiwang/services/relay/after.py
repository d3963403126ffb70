"""What follows a step: the envelope reaches the other place's system, once, retried until it answers; the applicant hears
where the application is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.kernel.names import after
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.relay import rules
from yiwang.services.relay.adapters import PLACES, Envelope
from yiwang.services.relay.models import RelayCase


@after("relay.send", "转送办理地")
def send(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Their number is kept; an adapter that raises leaves the job waiting, visible to the clerk."""
    case = RelayCase.objects.select_related("matter", "agreed_item__agreement").get(matter_id=matter_id)
    if case.handed_on_at is None:
        raise RuntimeError("handed on without a moment")
    place = PLACES[case.agreed_item.agreement.adapter]
    name = people.names_of([case.party_id]).get(case.party_id, "")
    materials = [(one["name"], one["state"]) for one in case.materials]
    number = place.hand_on(Envelope(case.matter.reference, case.agreed_item.code, name, materials, case.handed_on_at))
    if number and not case.outer_number:
        case.outer_number = number[:80]
        case.save(update_fields=["outer_number"])


SAYS = {
    "check": "已收到，将转送{competent}，是否受理由其决定",
    "hand-on": "已转送{competent}",
    "there-accepted": "{competent}已受理",
    "there-correction": "{competent}要求补正，请到代收窗口了解要补什么",
    "there-refused": "{competent}未受理或未准予，请到代收窗口领取答复",
    "result-arrived": "结果已到，请带身份证到代收窗口领取",
}
SAYS |= {heard: SAYS[by_hand] for by_hand, heard in zip(rules.STEP_OF.values(), rules.HEARD_OF.values(), strict=True)}


@after("relay.tell", "通知申请人")
def tell(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """One short message to the applicant at each turn; the same line again tells nobody twice."""
    case = RelayCase.objects.select_related("matter", "agreed_item__agreement").get(matter_id=matter_id)
    line = LedgerEntry.objects.get(subject=f"matter:{case.matter.reference}", ordinal=ordinal)
    agreement = case.agreed_item.agreement
    says = SAYS[line.event.rpartition(".")[2]].format(competent=agreement.competent)
    letters.tell(
        kind="relayed",
        to_party=case.party_id,
        data={
            "county": organs.county_name(day_of(line.at)),
            "item": case.agreed_item.name,
            "number": case.matter.reference,
            "says": says,
            "link": f"{settings.SITE_URL}/progress/?reference={case.matter.reference}",
            "phone": agreement.phone or "12345",
        },
        key=f"relay:{case.matter.reference}:{ordinal}",
        by=SYSTEM,
        at=line.at,
        matter_reference=case.matter.reference,
        organ_id=case.organ_id,
    )
