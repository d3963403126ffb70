"""At a terminal: somebody lays his card on the reader, does things, and leaves nothing behind."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.people import queries as people
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.assistance import rules
from yiwang.services.assistance.actions.terminals import told
from yiwang.services.assistance.models import KioskTransaction, KioskVisit, Terminal

NO_ONE = "没有查到您的办事记录。第一次来办事的，请到窗口登记。"


@dataclass(frozen=True, slots=True)
class Entered:
    """A visit that began, and the secret its cookie carries."""

    visit: KioskVisit
    token: str


@transaction.atomic
def enter(*, code: str, moment: int, body: bytes, signed: str, clock: float, at: datetime) -> Entered:
    """The card the terminal's reader read: ``body`` is JSON ``{"name", "number"}``, signed by the terminal for ``card``.

    Whoever stood there before is gone. Refused: a message the terminal did not sign, an old or repeated one, an
    impossible number, a card of nobody the county knows, or under another name; both are told alike.
    """
    terminal, said = told(code=code, purpose="card", moment=moment, body=body, signed=signed, clock=clock, at=at)
    name, number = str(said.get("name", "")).strip(), str(said.get("number", ""))
    if not name or not number:
        raise Refusal("没有读到身份证，请重新放好再读。", code="card-body")
    number = identifiers.check_id_number(number.strip().upper(), field="number")
    party = people.party_called(name, number)
    if party is None:
        raise NotFound(NO_ONE, code="no-such-person")
    KioskVisit.objects.filter(terminal=terminal, ended_at=None).update(ended_at=at, end=KioskVisit.End.IDLE)
    terminal.card_moment = moment
    terminal.save(update_fields=["card_moment"])
    token = secrets.token_urlsafe(24)
    made = KioskVisit(
        terminal=terminal,
        organ_id=terminal.organ_id,
        party_id=party,
        digest=sm3(token.encode()),
        opened_at=at,
        seen_at=at,
    )
    KioskVisit.objects.bulk_create([made])
    ledger.record(
        subject=f"terminal:{terminal.pk}",
        event="assistance.kiosk-entered",
        by=rules.terminal_doer(terminal.code),
        at=at,
        organ=str(terminal.organ_id),
        detail={"terminal": terminal.code, "party": f"party:{party}"},
    )
    return Entered(made, token)


def leave(*, token: str, end: str, at: datetime) -> None:
    """The visit ends; its cookie opens nothing any more, whoever kept it."""
    rows = KioskVisit.objects.filter(digest=sm3(token.encode()), ended_at=None)
    rows.update(ended_at=at, end=end if end in KioskVisit.End.values else KioskVisit.End.IDLE)


def note(*, terminal: Terminal, kind: str, what: str, at: datetime, visit: KioskVisit | None = None) -> None:
    """One transaction (笔) for the figures: what kind, and what it was, never of whom."""
    KioskTransaction.objects.create(terminal=terminal, visit=visit, kind=kind, what=what[:60], at=at)
