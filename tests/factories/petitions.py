"""Petitions of the demo county: who takes them in, whose they are, each step on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.factories import cases as cast
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.governance.petitions import actions, rules
from yiwang.governance.petitions.models import Petition
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing

DAY = "2026-06-01"
CLERK, HEAD, REVIEWER = "government-office-1", "government-office-3", "lu"
CITY, CHIEF = "urban-management-1", "urban-management-3"  # who handles in the unit, and its head
PHONE = "13900008822"
SAID = rules.Intake("visit", "appeal", "征收补偿款迟迟没有到账，请依法处理。", "何来访", PHONE)
DECIDED = {
    "outcome": "explained",
    "decision": "补偿款已于6月20日拨付到户，附银行回单。",
    "law": "土地管理法 第四十八条",
}


def registered(day: str = DAY, id_number: str = "", **changed: Any) -> str:
    said = rules.Intake(**{name: getattr(SAID, name) for name in rules.Intake.__dataclass_fields__} | changed)
    by = cast.staff(CLERK, day)
    return actions.register(intake=said, id_number=id_number, by=by, at=cast.at(day)).reference


def take(reference: str, step: str, who: str, day: str = DAY, **values: Any) -> Standing:
    by = cast.staff(who, day)
    return actions.take(reference=reference, step=step, by=by, at=cast.at(day, 11), values=values)


def serve(reference: str, day: str) -> None:
    """The newest letter is sealed and handed over at the counter on that day."""
    matters.drain(at=cast.at(day, 12))
    newest = Letter.objects.filter(matter_reference=reference).latest("pk")
    letters.render(letter_id=newest.pk, at=cast.at(day, 12))
    letters.serve(letter=newest.pk, how="counter", by=cast.staff(CLERK, day), at=cast.at(day, 12))


def handling(day: str = DAY, unit: str = "urban-management", **changed: Any) -> str:
    """Told and given to a unit on the day it came in."""
    reference = registered(day, **changed)
    take(reference, "tell", CLERK, day, unit=unit)
    return reference


def petition(reference: str) -> Petition:
    return Petition.objects.select_related("matter").get(matter__reference=reference)


def under_way(at: datetime) -> Standing:
    """For the tests that ask everybody everything: one of 林 that the market supervision bureau decides."""
    by = cast.staff(CLERK, f"{at:%Y-%m-%d}")
    lin = cast.lin(f"{at:%Y-%m-%d}")
    opened = actions.register(intake=replace(SAID, party_id=lin.person_id), by=by, at=at)
    return actions.take(reference=opened.reference, step="tell", by=by, at=at, values={"unit": "market"})
