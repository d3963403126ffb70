"""The register of agreements: entered, and ended early. What was received before stays under the old terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Organ
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Fault, NotFound, Refusal
from yiwang.services.relay import rules
from yiwang.services.relay.adapters import PLACES
from yiwang.services.relay.models import AgreedItem, Agreement
from yiwang.services.relay.rules import POWERS


@transaction.atomic
def register(
    *,
    code: str,
    place_name: str,
    place_code: str,
    competent: str,
    document: str,
    organ_code: str,
    adapter: str,
    phone: str,
    from_on: date,
    until_on: date,
    items: Sequence[Mapping[str, Any]],
    by: Doer,
    at: datetime,
    receipt_key: str = "",
) -> Agreement:
    """Register an agreement with its items. For whoever keeps organs and places.

    Refused: without that permission, a code that is taken, a term that does not run forward, no items, an item without
    a power or materials, an adapter nobody wrote; an item of ours they may receive without our code or without the key
    (SM2 public key, hexadecimal) their receipts are signed with.
    """
    allow(by, Permission.ORGAN_EDIT)
    organ = Organ.objects.filter(code=organ_code).first()
    faults: list[Fault] = []
    if organ is None:
        faults.append(Fault("organ", "没有这个代收机构。", "unknown"))
    if Agreement.objects.filter(code=code).exists():
        faults.append(Fault("code", "这个协议标识已经登记。", "duplicate"))
    if until_on <= from_on:
        faults.append(Fault("until", "截止日须晚于起始日。", "range"))
    if adapter not in PLACES:
        faults.append(Fault("adapter", "没有这种对接方式。", "unknown"))
    if not document.strip():
        faults.append(Fault("document", "请写明协议文件。", "missing"))
    if not items:
        faults.append(Fault("items", "协议至少要有一个事项。", "missing"))
    for item in items:
        if not item["materials"] or not item["powers"] or not set(item["powers"]) <= set(POWERS):
            faults.append(Fault("items", f"“{item['name']}”没有写明可办方式或材料。", "missing"))
        elif rules.INBOUND in item["powers"] and not item.get("own_code"):
            faults.append(Fault("items", f"“{item['name']}”由对方代收，须写明本地事项编码。", "missing"))
    if any(rules.INBOUND in item["powers"] for item in items) and not _is_key(receipt_key):
        faults.append(Fault("receipt_key", "对方代收本地事项的，须登记对方凭证公钥（130位十六进制）。", "key"))
    if len({item["code"] for item in items}) < len(items):
        faults.append(Fault("items", "同一个对方事项编码只能写一行。", "duplicate"))
    if faults or organ is None:
        raise Refusal("协议登记有误，请按列出的内容改正。", code="agreement", faults=faults)
    made = Agreement.objects.create(
        code=code,
        place_name=place_name,
        place_code=place_code,
        competent=competent,
        document=document,
        organ=organ,
        adapter=adapter,
        phone=phone,
        receipt_key=receipt_key.lower(),
        from_on=from_on,
        until_on=until_on,
        registered_at=at,
        registered_by=by.reference,
    )
    AgreedItem.objects.bulk_create(
        AgreedItem(
            agreement=made,
            code=item["code"],
            own_code=item.get("own_code", ""),
            name=item["name"],
            powers=list(item["powers"]),
            materials=list(item["materials"]),
        )
        for item in items
    )
    _tell("relay.agreement-registered", made, by, at)
    return made


def _is_key(text: str) -> bool:
    """True for an uncompressed SM2 public key in hexadecimal."""
    return len(text) == 130 and text.startswith("04") and all(one in "0123456789abcdef" for one in text.lower())


@transaction.atomic
def end(*, code: str, by: Doer, at: datetime) -> Agreement:
    """End an agreement as of today: nothing more is received or handed on under it. Refused once it has run out."""
    allow(by, Permission.ORGAN_EDIT)
    found = Agreement.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound("没有这份协议。", code="no-such-agreement")
    on = day_of(at)
    if not found.from_on < on < found.until_on:
        raise Refusal("这份协议今天不在有效期内，不需要停止。", code="not-in-force")
    found.until_on = on
    found.save(update_fields=["until_on"])
    _tell("relay.agreement-ended", found, by, at)
    return found


def _tell(event: str, agreement: Agreement, by: Doer, at: datetime) -> None:
    detail = {"agreement": agreement.code, "until": agreement.until_on.isoformat()}
    ledger.record(
        subject=f"relay-agreement:{agreement.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(agreement.organ_id),
        detail=detail,
    )
