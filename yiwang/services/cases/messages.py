"""Short messages to the applicant: number, what to do, by when, telephone, link; no ID number, no full name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case


def send(
    case: Case, kind: str, data: Mapping[str, Any], *, key: str, at: datetime, to_party: int | None = None
) -> Message:
    """Queue one message about a case, to its applicant unless ``to_party`` names somebody else. The same ``key`` again
    tells nobody twice."""
    matter, phones = case.matter, declaration_of(case.guide).phones
    common = {
        "county": organs.county_name(day_of(at)),
        "item": matter.title,
        "number": matter.reference,
        "link": f"{settings.SITE_URL}/progress/?reference={matter.reference}",
        "phone": phones[0] if phones else "12345",
    }
    return letters.tell(
        kind=kind,
        to_party=to_party or case.party_id,
        data={**common, **data},
        key=f"{matter.reference}:{key}",
        by=SYSTEM,
        at=at,
        matter_reference=matter.reference,
        organ_id=case.organ_id,
    )


def day(of: date | None) -> str:
    """``10月9日``; without a certain day, that the law has one."""
    return f"{of.month}月{of.day}日" if of else "法定期限内"
