"""Another place's system. A county writes one class with these two methods and registers it under a name; an agreement
names it. ``mock-county`` is a stand-in that answers by itself, for the demo and for trying the desk, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


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


class Place(Protocol):
    """Their side. Both methods may raise; the desk sees the failure and tries again. ``hand_on`` is called again after a
    failure with the same reference and must answer the same number then."""

    title: str

    def hand_on(self, envelope: Envelope) -> str:
        """Their number for it."""

    def ask(self, number: str, *, handed_on_at: datetime, at: datetime) -> Answer:
        """How it stands with them."""


class MockCounty:
    """模拟外县系统: accepts one day after receiving, has the result three days after. Never a real answer."""

    title = "模拟外县系统（演示，无效力）"
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


class ByPaper:
    """The other place has no system we reach: bags and telephone. The clerk writes down what it says."""

    title = "纸质转送，电话联系"

    def hand_on(self, envelope: Envelope) -> str:
        return ""

    def ask(self, number: str, *, handed_on_at: datetime, at: datetime) -> Answer:
        return Answer("waiting", number, "对方没有联网，请电话联系后登记。")


PLACES: Mapping[str, Place] = {"mock-county": MockCounty(), "paper": ByPaper()}
