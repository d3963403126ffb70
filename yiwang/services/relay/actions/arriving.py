"""What another place received for us: fetched, its receipt verified, taken in as a case of ours, and told how it stands."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Counter
from yiwang.foundation.seals import sm2
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.cases.actions.counter import Scan, identify
from yiwang.services.cases.actions.counter import receive as receive_case
from yiwang.services.cases.models import Case
from yiwang.services.cases.sealing import open_form, seal_form
from yiwang.services.relay import rules
from yiwang.services.relay.adapters import PLACES, Answer, Inbound
from yiwang.services.relay.models import AgreedItem, Agreement, InboundCase


@dataclass(slots=True)
class Fetched:
    """What one round brought: envelopes new and good, those whose receipt does not hold, places that did not answer."""

    arrived: int = 0
    refused: int = 0
    failed: int = 0


def fetch(*, at: datetime) -> Fetched:
    """Fetch what the other places received for us. An envelope comes in once, however often it is handed over.

    Its receipt has to hold: signed with the key the agreement names, for an item the agreement lets them receive, on a
    day the agreement stood. One that does not is kept as refused with the reason, and is never taken in.
    """
    done = Fetched()
    on = day_of(at)
    rows = Agreement.objects.filter(
        from_on__lte=on, until_on__gt=on, items__powers__contains=[rules.INBOUND]
    ).distinct()
    for agreement in rows.order_by("pk"):
        try:
            envelopes = PLACES[agreement.adapter].arrived(at=at)
        except Exception:  # whatever their system raises; the next round tries again
            done.failed += 1
            continue
        for envelope in envelopes:
            if not InboundCase.objects.filter(agreement=agreement, number=envelope.number).exists():
                row = _keep(agreement, envelope, at)
                done.refused += row.status == InboundCase.Status.REFUSED
                done.arrived += row.status == InboundCase.Status.ARRIVED
    return done


def _doubt(agreement: Agreement, item: AgreedItem | None, envelope: Inbound) -> str:
    """Why the receipt does not hold; empty if it does."""
    try:
        key, signature = bytes.fromhex(agreement.receipt_key), bytes.fromhex(envelope.receipt)
    except ValueError:
        return "凭证签名的格式不对。"
    if not key or not sm2.verify(key, envelope.body(), signature):
        return "凭证签名与协议登记的公钥不符，或内容被改动。"
    if item is None:
        return "协议没有约定对方代收这个事项。"
    if not agreement.from_on <= day_of(envelope.received_at) < agreement.until_on:
        return "对方收件之日不在协议有效期内。"
    return ""


@transaction.atomic
def _keep(agreement: Agreement, envelope: Inbound, at: datetime) -> InboundCase:
    items = AgreedItem.objects.filter(agreement=agreement, own_code=envelope.item_code)
    item = items.filter(powers__contains=[rules.INBOUND]).first()
    doubt = _doubt(agreement, item, envelope)
    row = InboundCase.objects.create(
        agreement=agreement,
        agreed_item=item,
        organ_id=agreement.organ_id,
        number=envelope.number[:80],
        content=seal_form(envelope.as_values(), about=_about(agreement.pk, envelope.number[:80]), at=at),
        received_there_at=envelope.received_at,
        arrived_at=at,
        status=InboundCase.Status.REFUSED if doubt else InboundCase.Status.ARRIVED,
        reason=doubt,
    )
    _tell(row, "relay.inbound-doubted" if doubt else "relay.inbound-arrived", SYSTEM, at, {})
    return row


def _about(agreement_id: int, number: str) -> str:
    return f"relay-inbound:{agreement_id}:{number}"


def content_of(row: InboundCase) -> dict[str, Any]:
    """The envelope's values."""
    return open_form(row.content, about=_about(row.agreement_id, row.number))


@transaction.atomic
def take_in(*, inbound_id: int, counter: Counter, by: Doer, at: datetime) -> Case:
    """Take an envelope in at one of our counters: it becomes a case of ours, which the competent department accepts, has
    corrected or refuses like any other; the day of receipt is today, when it reached us.

    Refused: whoever receives nothing there, an envelope that is refused or taken in already, and whatever refuses a case
    at that counter (its authorisation, a form our guide does not take).
    """
    row = InboundCase.objects.select_for_update(of=("self",)).select_related("agreement").filter(pk=inbound_id).first()
    if row is None or not by.may(Permission.CASE_RECEIVE, row.organ_id):
        raise NotFound("没有这件转来件，或者您无权查看。", code="no-such-inbound")
    allow(by, Permission.CASE_RECEIVE, about=row)
    if row.status != InboundCase.Status.ARRIVED:
        raise Refusal("这件已经收件，或者凭证没有通过核验，不能收件。", code="not-arrived")
    said = content_of(row)
    applicant = said["applicant"]
    party_id, _ = identify(
        kind=applicant["kind"],
        name=applicant["name"],
        number=applicant["number"],
        phone=applicant.get("phone", ""),
        by=by,
        at=at,
    )
    case = receive_case(
        item_code=said["item_code"],
        counter=counter,
        party_id=party_id,
        answers=said["answers"],
        form=said["form"],
        states=said["materials"],
        scans={code: Scan(base64.b64decode(content), name) for code, (name, content) in said["files"].items()},
        delivery=Case.Delivery.COLLECT,
        by=by,
        at=at,
    )
    row.case, row.status = case, InboundCase.Status.TAKEN_IN
    row.save(update_fields=["case", "status"])
    _tell(row, "relay.inbound-taken-in", by, at, {"case": case.matter.reference})
    return case


def report(*, at: datetime) -> int:
    """Tell the other places what is new about the cases they received for us; how many were told. A failure stands on
    the row until it succeeds."""
    told = 0
    rows = InboundCase.objects.filter(status=InboundCase.Status.TAKEN_IN).exclude(told__in=("result", "refused"))
    for row in rows.select_related("agreement", "case__matter").order_by("pk"):
        assert row.case is not None
        says = rules.word_of(row.case.matter, row.case.outcome)
        if not says or says == row.told:
            continue
        error = ""
        try:
            PLACES[row.agreement.adapter].tell(row.number, Answer(says, row.case.matter.reference, rules.WORDS[says]))
            told += 1
        except Exception as failure:
            error, says = f"对方没有收到：{failure}"[:200], row.told
        InboundCase.objects.filter(pk=row.pk).update(told=says, tell_error=error)
    return told


def _tell(row: InboundCase, event: str, by: Doer, at: datetime, more: Mapping[str, str]) -> None:
    detail = {"agreement": row.agreement.code, "number": row.number, **more}
    ledger.record(subject=f"relay-inbound:{row.pk}", event=event, by=by, at=at, organ=str(row.organ_id), detail=detail)


@names.hook("keys.rotated.relay")
def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """After a rotation: envelopes under the new key, in batches, resumable; answers how many."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    hidden = Hidden("content", lambda row: _about(row.agreement_id, row.number))
    return turn(InboundCase.objects.all(), [hidden], at=at, batch=batch)
