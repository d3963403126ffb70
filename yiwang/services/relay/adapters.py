"""Another place's system. A county writes one class with these two methods and registers it under a name; an agreement
names it. ``mock-county`` is a stand-in that answers by itself, for the demo and for trying the desk, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from yiwang.foundation.seals import sm2


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is handed on: our number, their item, whose application, which materials in which form."""

    reference: str
    item_code: str
    applicant: str
    materials: Sequence[tuple[str, str]]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other place says now: ``says`` is ``waiting``, ``accepted``, ``correction``, ``refused`` or ``result``."""

    says: str
    number: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """What they received for us: their number, our item, who applies, everything our guide asks, and their receipt.

    ``applicant``: ``kind`` (person, firm), ``name``, ``number``, ``phone``. ``materials``: our material code → ``original``
    or ``copy``. ``files``: material code → (name, base64). ``receipt``: the SM2 signature (hexadecimal, DER) of ``body``
    with the key the agreement names: what vouches that they checked identity and form and have the papers.
    """

    number: str
    item_code: str
    received_at: datetime
    applicant: Mapping[str, str]
    answers: Mapping[str, str]
    form: Mapping[str, Any]
    materials: Mapping[str, str]
    receipt: str = ""
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def body(self) -> bytes:
        """What is signed: everything but the signature, as canonical JSON."""
        return json.dumps(self.as_values(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def as_values(self) -> dict[str, Any]:
        """The envelope as plain values, without the signature."""
        return {
            "number": self.number,
            "item_code": self.item_code,
            "received_at": self.received_at.isoformat(),
            "applicant": dict(self.applicant),
            "answers": dict(self.answers),
            "form": dict(self.form),
            "materials": dict(self.materials),
            "files": {code: list(one) for code, one in self.files.items()},
        }


class Place(Protocol):
    """Their side. Every method may raise; the desk sees the failure and tries again. ``hand_on`` is called again after a
    failure with the same reference and must answer the same number then."""

    title: str
    online: bool  # False: nobody there to ask but by telephone

    def hand_on(self, envelope: Envelope) -> str:
        """Their number for it."""

    def ask(self, number: str, *, handed_on_at: datetime, at: datetime) -> Answer:
        """How it stands with them."""

    def arrived(self, *, at: datetime) -> Sequence[Inbound]:
        """What they have received for us and not handed over yet, or handed over before; a number comes again whole."""

    def tell(self, number: str, answer: Answer) -> None:
        """How the case they received for us stands here. Told again after a failure."""


# The stand-in's own signing key. It vouches for nothing: the demo's agreement alone names its public half.
MOCK_SECRET = bytes.fromhex("5975616e5869436f756e74794d6f636b4f6e6c7946726f6d5468654465616f00")


def mock_envelope(at: datetime) -> Inbound:
    """An invented application for a small restaurant, received there the day before and signed with the stand-in's key."""
    open_letter = Inbound(
        number="MOCK-IN-0001",
        item_code="YX-SJ-0001",
        received_at=at.replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=1),
        applicant={"kind": "firm", "name": "云溪县柳溪镇志强早餐店", "number": "92449931MA00000020", "phone": ""},
        answers={"business": "catering", "cold": "no", "area": "small", "place": "rent", "agent": "self"},
        form={
            "applicant_name": "云溪县柳溪镇志强早餐店",
            "applicant_number": "92449931MA00000020",
            "contact_name": "李志强",
            "contact_id_number": "449931198507120133",
            "mobile": "15400000004",
            "premises": "云溪县柳溪镇沙头村8号",
            "floor_area": 38,
            "kitchen_area": 14,
            "lease_until": "2028-12-31",
            "operations": ["hot"],
            "online_sales": "no",
            "central_kitchen": "no",
            "manager_name": "李志强",
            "manager_id_number": "449931198507120133",
            "workers": 2,
            "workers_healthy": "yes",
        },
        materials={"layout": "original", "rules": "original", "lease": "original"},
    )
    return replace(open_letter, receipt=sm2.sign(sm2.key_pair(MOCK_SECRET), open_letter.body()).hex())


class MockCounty:
    """模拟外县系统: accepts one day after receiving, has the result three days after. Never a real answer."""

    title = "模拟外县系统（演示，无效力）"
    online = True
    ACCEPTS_AFTER, RESULT_AFTER = timedelta(days=1), timedelta(days=3)

    def hand_on(self, envelope: Envelope) -> str:
        return f"MOCK-{envelope.reference}"

    def ask(self, number: str, *, handed_on_at: datetime, at: datetime) -> Answer:
        waited = at - handed_on_at
        if waited >= self.RESULT_AFTER:
            return Answer("result", number, "已准予，证件已寄出（模拟）")
        if waited >= self.ACCEPTS_AFTER:
            return Answer("accepted", number, "已受理（模拟）")
        return Answer("waiting", number, "尚未受理（模拟）")

    def arrived(self, *, at: datetime) -> Sequence[Inbound]:
        return [mock_envelope(at)]

    def tell(self, number: str, answer: Answer) -> None:
        return None


class ByPaper:
    """The other place has no system we reach: bags and telephone. The clerk writes down what it says."""

    title = "纸质转送，电话联系"
    online = False

    def hand_on(self, envelope: Envelope) -> str:
        return ""

    def ask(self, number: str, *, handed_on_at: datetime, at: datetime) -> Answer:
        return Answer("waiting", number, "对方没有联网，请电话联系后登记。")

    def arrived(self, *, at: datetime) -> Sequence[Inbound]:
        return []

    def tell(self, number: str, answer: Answer) -> None:
        return None


PLACES: Mapping[str, Place] = {"mock-county": MockCounty(), "paper": ByPaper()}
