"""林's noodle shop files the sale of prepacked food; the table of the demo county, tried and published."""

from __future__ import annotations

from typing import Any

from tests.factories import cases as cast
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.automatic import actions
from yiwang.services.automatic.models import TableVersion
from yiwang.services.cases import actions as cases
from yiwang.services.cases.models import Case

FILING = "511Z31138001"
TABLE = "prepacked-filing"
SONG = "song"  # 法制审核员


def form(**changes: Any) -> dict[str, Any]:
    filled = {
        "applicant_name": "云溪县城关街道小满面馆",
        "applicant_number": "92449931MA0000001W",
        "contact_name": "林小满",
        "contact_id_number": "449931199105200223",
        "mobile": "13800001111",
        "premises": "云溪县城关街道城东社区人民路16号",
        "kinds": ["plain"],
    }
    return filled | changes


def filed(day: str = cast.DAY, *, delivery: str = "online", online: str = "no", hour: int = 10, **said: Any) -> Case:
    """A filing submitted online by 林; nothing has been decided."""
    values = form(**said) | ({"website": "https://shop.example.cn"} if online == "yes" else {})
    draft = cast.draft(cast.lin(day), item=FILING, day=day, answers={"online": online}, said=values, uploads=())
    return cases.submit(draft_id=draft.pk, delivery=delivery, by=cast.lin(day), at=cast.at(day, hour))


def ended(day: str = "2026-09-21", step: str = "grant-on-the-spot", **said: Any) -> Case:
    """A filing decided by 周 in person."""
    case = filed(day, delivery="collect", **said)
    return decided(case, step, day)


def decided(case: Case, step: str = "grant-on-the-spot", day: str = cast.DAY) -> Case:
    cast.take(case, step, day, by="zhou")
    case.refresh_from_db()
    return case


def draft() -> TableVersion:
    return TableVersion.objects.get(table__code=TABLE, state="draft")


def published(day: str = cast.DAY, **how: Any) -> TableVersion:
    """The seeded draft, tried over one past case and published by 宋."""
    if not Case.objects.exclude(outcome="").exists():
        ended()
    version = draft()
    actions.try_out(code=TABLE, number=version.number, by=cast.staff("zhao", day), at=cast.at(day, 8))
    return actions.publish(code=TABLE, number=version.number, by=cast.staff(SONG, day), at=cast.at(day, 8, 30), **how)


def decide(case: Case, day: str = cast.DAY, hour: int = 11):
    receipt = actions.decide(reference=case.matter.reference, by=SYSTEM, at=cast.at(day, hour))
    case.matter.refresh_from_db()
    case.refresh_from_db()
    return receipt
