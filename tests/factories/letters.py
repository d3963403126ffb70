"""Letters ready to be written: the packs' kinds in force, an organ with its seal, a party to write to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.factories import numbers
from tests.factories.rules import shipped
from yiwang.foundation.letters import actions
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import actions as packs_actions
from yiwang.foundation.people.actions import register_from_pack
from yiwang.foundation.people.models import Person
from yiwang.kernel import packs
from yiwang.kernel.permissions import SYSTEM

KINDS = {"letter", "seal-table", "message", "upload"}
ITEM = "食品经营许可（核发）"
COMMON = {"item": ITEM, "number": "440101…20260924000001", "enquiry_code": "ABCD2345", "phones": ["0700-3310264"]}
BASIS = "《中华人民共和国行政许可法》第三十二条第一款"
DATA: dict[str, dict[str, Any]] = {
    "acceptance-notice": {"accepted_on": "2026年9月24日", "legal": "20个工作日", "basis": BASIS},
    "correction-notice": {
        "shortcomings": [{"name": "设备布局图", "reason": "缺少操作流程标注"}],
        "within": "30日",
        "basis": BASIS,
    },
    "denial-decision": {
        "decided_on": "2026年9月24日",
        "reason": "经营场所不符合规定。",
        "remedies": "可以自收到本决定书之日起六十日内申请行政复议。",
        "basis": BASIS,
    },
    "grant-decision": {"decided_on": "2026年9月24日", "valid_until": "2031年9月23日", "basis": BASIS},
    "licence": {"result": "食品经营许可证", "decided_on": "2026年9月24日", "valid_until": "2031年9月23日"},
    "material-receipt": {"materials": ["营业执照", "设备布局图"], "received_on": "2026年9月24日"},
}


def kinds() -> None:
    """The national pack's kinds of letters and messages, in force."""
    all_of_it = shipped("national")
    reading = packs.Reading(
        declarations=[each for each in all_of_it.declarations if each.kind in KINDS],
        faults=[fault for fault in all_of_it.faults if any(f"/{k}s/" in fault.field for k in KINDS)],
    )
    packs_actions.load(reading=reading, by=SYSTEM, at=datetime(2026, 1, 1, tzinfo=UTC), seed=False)


def person(name: str = "林小溪", serial: int = 1) -> Person:
    return register_from_pack(
        name=name,
        id_number=numbers.id_number(serial=serial),
        phone=numbers.phone(serial),
        by=SYSTEM,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def letter(organ: Organ, at: datetime, *, kind: str = "acceptance-notice", **changes: Any) -> Letter:
    wanted = {
        "kind": kind,
        "matter_reference": "2026-000001",
        "organ_id": organ.pk,
        "to_party": None,
        "data": COMMON | DATA.get(kind, {}),
        "by": SYSTEM,
        "at": at,
    }
    return actions.issue(**wanted | changes)
