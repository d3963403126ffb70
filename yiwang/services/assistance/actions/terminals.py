"""自助终端: registered with a key of its own, telling by signed heartbeats that it lives, retired."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Place
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.assistance import rules
from yiwang.services.assistance.models import Terminal

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")
LONGEST_BODY = 2000


@dataclass(frozen=True, slots=True)
class Registered:
    """A terminal and its key in hex: shown once, kept sealed."""

    terminal: Terminal
    secret: str


@transaction.atomic
def register(*, code: str, name: str, kind: str, place_id: int, by: Doer, at: datetime) -> Registered:
    """A new terminal at a place, by whoever keeps the places of its organ. The key is answered this once.

    Refused: anybody else, a code that is taken or no code, an unknown kind.
    """
    place = Place.objects.filter(holding(day_of(at)), pk=place_id).first()
    if place is None or not by.may(Permission.ORGAN_EDIT, place.organ_id):
        raise NotAllowed("您没有登记这个场所终端的权限。")
    if not CODE.fullmatch(code) or Terminal.objects.filter(code=code).exists():
        raise Refusal("终端代号须是没有用过的小写字母、数字和连字符，2至39位。", code="code", field="code")
    if kind not in Terminal.Kind.values:
        raise Refusal("请选择终端类别。", code="kind", field="kind")
    if not 1 <= len(name.strip()) <= 60 or "\0" in name:
        raise Refusal("请填写终端名称（60字以内）。", code="name", field="name")
    secret = secrets.token_bytes(rules.SECRET_BYTES)
    made = Terminal.objects.create(
        code=code,
        name=name.strip(),
        kind=kind,
        place=place,
        organ_id=place.organ_id,
        secret=cipher.seal(secret.hex(), about=_about(code), at=at),
        registered_at=at,
    )
    _line(made, "assistance.terminal-registered", by, at)
    return Registered(made, secret.hex())


@transaction.atomic
def retire(*, code: str, by: Doer, at: datetime) -> Terminal:
    """停用: its key opens nothing any more. 404 for whoever does not keep its place."""
    found = Terminal.objects.select_for_update().filter(code=code).first()
    if found is None or not by.may(Permission.ORGAN_EDIT, found.organ_id):
        raise NotFound("没有这台终端。", code="no-such-terminal")
    if found.retired_at is None:
        found.retired_at = at
        found.save(update_fields=["retired_at"])
        _line(found, "assistance.terminal-retired", by, at)
    return found


@transaction.atomic
def beat(*, code: str, moment: int, body: bytes, signed: str, clock: float, at: datetime) -> Terminal:
    """心跳: ``body`` is JSON ``{"version", "troubles": []}``, signed for the purpose ``beat``. The signature is the permission.

    ``moment`` and ``clock`` are real time (Unix milliseconds, seconds), as in the SMS gateway; ``at`` is the legal moment.
    Refused (``BadSignature``, 404 for an unknown or retired terminal): another key, an old or repeated message.
    """
    found, said = told(code=code, purpose="beat", moment=moment, body=body, signed=signed, clock=clock, at=at)
    if not isinstance(said.get("troubles", ()), list | tuple) or not said:
        raise Refusal("心跳的内容应为 JSON，含 version 和 troubles。", code="beat-body")
    found.beat_at, found.beat_moment = at, moment
    found.version = _plain(said.get("version", ""))[:40]
    found.troubles = "、".join(_plain(one)[:30] for one in said.get("troubles", []))[:120]
    found.save(update_fields=["beat_at", "beat_moment", "version", "troubles"])
    return found


@transaction.atomic
def open_browser(*, code: str, moment: int, signed: str, clock: float, at: datetime) -> Terminal:
    """The launcher's first address, signed for ``open`` with an empty body: once, so that a copied address opens nothing."""
    found = proven(code=code, purpose="open", moment=moment, body=b"", signed=signed, clock=clock, at=at)
    found.card_moment = moment
    found.save(update_fields=["card_moment"])
    return found


def told(
    *, code: str, purpose: str, moment: int, body: bytes, signed: str, clock: float, at: datetime
) -> tuple[Terminal, dict[str, Any]]:
    """Which terminal signed this, and the JSON object it says; empty where the body is none."""
    found = proven(code=code, purpose=purpose, moment=moment, body=body, signed=signed, clock=clock, at=at)
    try:
        said = json.loads(body) if len(body) <= LONGEST_BODY else None
    except ValueError:
        said = None
    return found, said if isinstance(said, dict) else {}


def proven(*, code: str, purpose: str, moment: int, body: bytes, signed: str, clock: float, at: datetime) -> Terminal:
    """The terminal that signed this, locked; its last moment of that purpose is the caller's to keep."""
    found = Terminal.objects.select_for_update().filter(code=code, retired_at=None).first()
    if found is None:
        raise NotFound("没有这台终端，或者已经停用。", code="no-such-terminal")
    rule: rules.HallRule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    rules.refuse_unsigned(
        secret_of(found),
        code,
        purpose,
        moment,
        body,
        signed,
        clock=clock,
        last=found.beat_moment if purpose == "beat" else found.card_moment,
        fresh=rule.fresh_seconds,
    )
    return found


def secret_of(terminal: Terminal) -> bytes:
    """The terminal's key."""
    return bytes.fromhex(cipher.unseal(bytes(terminal.secret), about=_about(terminal.code)))


def _plain(value: object) -> str:
    return "".join(sign for sign in str(value) if sign.isprintable())


def _about(code: str) -> str:
    return f"terminal:{code}"


def _line(terminal: Terminal, event: str, by: Doer, at: datetime) -> None:
    organ, detail = str(terminal.organ_id), {"terminal": terminal.code}
    ledger.record(subject=f"terminal:{terminal.pk}", event=event, by=by, at=at, organ=organ, detail=detail)
