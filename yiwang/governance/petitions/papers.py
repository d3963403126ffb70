"""What whoever petitions is sent at each step: which message, which letter, in whose name.

A letter is addressed by the register's name where the petition came with an account; otherwise to 信访人, and is handed over
against the number: a name that is sealed in the petition's row is not written into a letter. What answers an accusation goes
out in the name of the petition office: the unit accused does not know who petitions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.governance.petitions import queries, rules
from yiwang.governance.petitions.models import Petition, Purpose
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import processes
from yiwang.matters.models import MatterClock, StepText

MESSAGES = {
    "register": "petition-registered",
    "hand-over": "petition-registered",
    "tell": "petition-told",
    "reassign": "petition-told",
    "refuse-petition": "petition-refused",
    "lengthen": "petition-extended",
    "decide": "petition-decided",
    "decide-late": "petition-decided",
    "review-decide": "petition-reviewed",
    "recheck-decide": "petition-ended",
    "lapse": "petition-ended",
    "settle": "petition-ended",
    "reply": "petition-ended",
}
REASONED = (
    "refuse-petition",
    "lengthen",
)  # what offices say to each other over an objection is no reason for the petitioner
CLOCK = {"petition-registered": "tell", "petition-told": "decide", "petition-extended": "decide"}
HEADINGS = {
    "tell": "信访事项受理告知书",
    "reassign": "信访事项转办告知书",
    "refuse-petition": "信访事项不予受理告知书",
    "lengthen": "信访事项延长办理期限告知书",
    "decide": "信访事项处理意见书",
    "decide-late": "信访事项处理意见书",
    "review-decide": "信访事项复查意见书",
    "reply": "信访事项回复书",
}
REPLIES = {Purpose.ADVICE: "信访工作条例 第二十九条第一款", Purpose.ACCUSATION: "信访工作条例 第三十条第一款"}


@dataclass(frozen=True, slots=True)
class Told:
    """One step as its line says it: which, when, by which article, and the words written in it."""

    step: str
    at: datetime
    basis: str
    values: dict[str, Any]
    choices: dict[str, str]
    texts: dict[str, str]


def inform(found: Petition, ordinal: int) -> None:
    """Send what the step of that line brings about; the same line again sends nothing twice."""
    told = _told(found, ordinal)
    if told.step in HEADINGS:
        _write(found, told)
    if found.party_id is not None and told.step in MESSAGES:
        _message(found, told, ordinal)


def _told(found: Petition, ordinal: int) -> Told:
    line = LedgerEntry.objects.get(subject=f"matter:{found.matter.reference}", ordinal=ordinal)
    values = json.loads(line.body)["detail"]
    step = processes.bound(found.matter.process_id, found.matter.process_version).steps[values["step"]]
    rows = StepText.objects.filter(matter_id=found.pk, ordinal=ordinal)
    coded = next((dict(field.choices) for field in step.fields if field.choices), {})
    return Told(step.name, line.at, step.basis or rules.ARTICLE, values, coded, {row.field: row.text for row in rows})


def _message(found: Petition, told: Told, ordinal: int) -> None:
    kind = MESSAGES[told.step]
    data = {
        "county": organs.county_name(day_of(told.at)),
        "number": found.matter.reference,
        "link": f"{settings.SITE_URL}/my/petitions/{found.matter.reference}/",
        "phone": _phone(found.organ_id),
    }
    if clock := CLOCK.get(kind):
        data["by"] = _day(_due(found, clock))
    if kind == "petition-told":
        data["unit"] = organs.organ_name(found.unit_id, day_of(told.at)) if found.unit_id else ""
    if kind in ("petition-decided", "petition-reviewed"):
        data["within"] = str(queries.days_of(found, "ask"))
    letters.tell(
        kind=kind,
        to_party=found.party_id,
        data=data,
        key=f"petition:{found.matter.reference}:{ordinal}",
        by=SYSTEM,
        at=told.at,
        matter_reference=found.matter.reference,
        organ_id=found.organ_id,
    )


def _write(found: Petition, told: Told) -> None:
    heading, reference = HEADINGS[told.step], found.matter.reference
    if Letter.objects.filter(matter_reference=reference, title=heading, issued_at=told.at).exists():
        return
    organ_id = _signs(found, told.step)
    data = {
        "heading": heading,
        "addressee": "" if found.party_id else "信访人",
        "reference": reference,
        "received": _day(day_of(found.matter.received_at)),
        "basis": told.basis,
        "phones": [_phone(organ_id)],
    }
    if told.step in ("tell", "reassign", "refuse-petition", "lengthen"):
        data |= {"says": _says(found, told), "reason": told.texts.get("opinion", "") if told.step in REASONED else ""}
    else:
        data |= _opinion(found, told)
    kind = rules.NOTICE if "says" in data else rules.OPINION
    letters.issue(
        kind=kind,
        matter_reference=reference,
        organ_id=organ_id,
        to_party=found.party_id,
        data=data,
        by=SYSTEM,
        at=told.at,
    )


def _signs(found: Petition, step: str) -> int:
    """In whose name: the office tells, the unit decides (not of an accusation), the organ above reviews."""
    if step == "review-decide":
        return int(found.matter.settings.get("organs", {}).get("reviewing") or found.organ_id)
    decides = step in ("decide", "decide-late", "reply") and found.purpose != Purpose.ACCUSATION
    return found.unit_id if decides and found.unit_id else found.organ_id


def _says(found: Petition, told: Told) -> str:
    if told.step == "tell":
        unit = organs.organ_name(found.unit_id, day_of(told.at)) if found.unit_id else ""
        return f"决定受理，由{unit}办理，最迟于{_day(_due(found, 'decide'))}作出处理意见。"
    if told.step == "reassign":
        return f"改由{organs.organ_name(found.unit_id or 0, day_of(told.at))}办理，最迟于{_day(_due(found, 'decide'))}作出处理意见。"
    if told.step == "lengthen":
        return f"情况复杂，延长办理期限{told.values['days']}日，最迟于{_day(_due(found, 'decide'))}作出处理意见。"
    return f"不予受理：{told.choices[told.values['ground']]}。"


def _opinion(found: Petition, told: Told) -> dict[str, str]:
    """What was decided, on which law; 复查 and 复核 are for what decides an appeal."""
    asking, within = ("复核", "复查") if told.step == "review-decide" else ("复查", "处理")
    basis = told.texts.get("law") or REPLIES.get(Purpose(found.purpose), told.basis)
    days = queries.days_of(found, "ask")
    return {
        "claim": found.content,
        "outcome": told.choices[told.values["outcome"]],
        "opinion": told.texts["decision"],
        "basis": basis,
        "remedies": f"不服本{within}意见的，可以自收到之日起{days}日内请求上一级机关、单位{asking}。"
        if told.step != "reply"
        else "",
    }


def _due(found: Petition, clock: str) -> date | None:
    rows = MatterClock.objects.filter(matter_id=found.pk, clock=clock)
    return rows.order_by("-pk").values_list("due_on", flat=True).first()


def _phone(organ_id: int) -> str:
    return Organ.objects.filter(pk=organ_id).values_list("phone", flat=True).first() or "12345"


def _day(on: date | None) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if on else ""
