"""Clients of Open311: registered by the system administrator, known by a key of which only the digest is kept."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.actions import record as line
from yiwang.foundation.ledger.rules import sm3
from yiwang.governance.hotline.models import Client
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal


@transaction.atomic
def register_client(*, name: str, by: Doer, at: datetime) -> tuple[Client, str]:
    """A new client and its key, shown once. By who governs all the county's organs, or from the command line."""
    _refuse_unless_governing(by)
    if not 2 <= len(name.strip()) <= 80 or "\0" in name:
        raise Refusal("客户端名称2至80字。", code="name", field="name")
    key = secrets.token_urlsafe(24)
    made = Client.objects.create(
        name=name.strip(), digest=sm3(key.encode()), from_on=day_of(at), registered_at=at, registered_by=by.reference
    )
    line(subject=f"client:{made.pk}", event="hotline.client-registered", by=by, at=at, detail={"client": made.pk})
    return made, key


@transaction.atomic
def end_client(*, client_id: int, by: Doer, at: datetime) -> Client:
    """Its key opens nothing from today on."""
    _refuse_unless_governing(by)
    found = Client.objects.select_for_update().filter(pk=client_id, until_on=None).first()
    if found is None:
        raise NotFound("没有这个客户端，或已停用。", code="no-such-client")
    found.until_on = day_of(at)
    found.save(update_fields=["until_on"])
    line(subject=f"client:{found.pk}", event="hotline.client-ended", by=by, at=at, detail={"client": found.pk})
    return found


def _refuse_unless_governing(by: Doer) -> None:
    """Who edits one organ alone (its head) opens no door to the whole hotline."""
    if by.organs_of(Permission.ORGAN_EDIT) is not None:
        raise NotAllowed("接口客户端由系统管理员登记、停用。")
