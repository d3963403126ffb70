"""What enters the register: results as they are made, certificates issued before, renewals asked for, bars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.people.models import Party
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates import rules, types
from yiwang.services.certificates.actions import electronic
from yiwang.services.certificates.models import Bar, Certificate, Issuance, Renewal

LONGEST_NUMBER = 120


@transaction.atomic
def issue(
    *,
    number: str,
    name: str,
    item_id: int,
    organ_id: int,
    party_id: int,
    matter_id: int,
    matter_reference: str,
    issued_on: date,
    valid_until: date | None,
    by: Doer,
    at: datetime,
    values: Mapping[str, str] | None = None,
) -> Certificate:
    """Enter the result a case has made. A case that renewed a certificate ends the old one and joins on to it.

    Runs inside the step that makes the certificate (行政许可法 第三十九条); its role and permission were asked there. The
    renewed certificate begins on the day after the old one's last, however early the decision came. Where a type is
    declared for the result, its electronic certificate is issued with it; ``values`` are the words of the application's
    form by field, from which the type takes what its page says. Without ``valid_until`` it ends with the years its type
    declares; without such a limit, never.
    """
    renewal = Renewal.objects.select_related("certificate").filter(matter_id=matter_id).first()
    previous = renewal.certificate if renewal else None
    begins = issued_on
    if previous is not None and previous.valid_until is not None:
        begins = max(issued_on, previous.valid_until + rules.DAY)
        if renewal is not None and issued_on > renewal.expires_on:  # granted by silence: no gap between the two
            begins = previous.valid_until + rules.DAY
    kind = types.of_result(Item.objects.values_list("code", flat=True).get(pk=item_id), name, day_of(at))
    if valid_until is None and kind and (years := types.version(*kind).validity_years):
        valid_until = rules.years_after(begins, years) - rules.DAY  # nobody named a day: the one the law gives
    made = Certificate.objects.create(
        number=number,
        name=name,
        type_id=kind[0] if kind else "",
        item_id=item_id,
        organ_id=organ_id,
        party_id=party_id,
        matter_reference=matter_reference,
        issued_on=issued_on,
        valid_from=min(begins, valid_until) if valid_until else begins,
        valid_until=valid_until,
        previous=previous if previous is not None and previous.status == Certificate.Status.VALID else None,
    )
    if made.previous is not None:
        _end(made.previous, Certificate.Status.RENEWED, matter_reference, by, at)
    _tell("certificates.issued", made, by, at, matter_reference)
    if kind:
        declared = types.version(*kind).fields
        given = {name: (values or {}).get(field.form, "") for name, field in declared.items() if field.form}
        electronic.issue_version(
            certificate=made,
            type_version=kind[1],
            origin=Issuance.Origin.DECISION,
            values=given,
            document=matter_reference,
            by=by,
            at=at,
        )
    return made


@transaction.atomic
def record_existing(
    *,
    number: str,
    name: str,
    item_code: str,
    party_id: int,
    valid_from: date,
    valid_until: date | None,
    by: Doer,
    at: datetime,
    values: Mapping[str, str] | None = None,
    issued_on: date | None = None,
) -> Certificate:
    """Enter a certificate the organ issued before this system, so that it can be renewed or ended here (存量电子化).

    ``values`` are the particulars its declared type prints, by field; with them it is issued electronically too. Refused:
    without 审核 in the issuing organ, a number it has already entered, a period that ends before it begins.
    """
    item = Item.objects.filter(code=item_code).first()
    if item is None or not Party.objects.filter(pk=party_id).exists():
        raise NotFound("没有这个事项或持证主体。", code="item-not-found")
    allow(by, Permission.CASE_REVIEW, about=item)
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER or "\0" in number:
        raise Refusal("请填写证照编号。", code="number", field="number")
    if valid_until is not None and valid_until < valid_from:
        raise Refusal("有效期止不能早于有效期起。", code="period", field="valid_until")
    if valid_from > day_of(at):
        raise Refusal("补录的是已经发出的证照，有效期起不能晚于今天。", code="period", field="valid_from")
    if Certificate.objects.filter(organ_id=item.organ_id, number=number).exists():
        raise Refusal("本机关已经登记过这个编号的证照。", code="number-taken", field="number")
    kind = types.of_result(item.code, name.strip(), day_of(at))
    made = Certificate.objects.create(
        number=number,
        name=name.strip()[:200] or item.name[:200],
        type_id=kind[0] if kind else "",
        item=item,
        organ_id=item.organ_id,
        party_id=party_id,
        issued_on=issued_on or valid_from,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    _tell("certificates.recorded", made, by, at, "")
    if kind and values is not None:
        electronic.issue_version(
            certificate=made,
            type_version=kind[1],
            origin=Issuance.Origin.RECORDED,
            values=values,
            document="",
            by=by,
            at=at,
        )
    return made


def renewal_applied(
    *, matter_id: int, certificate: Certificate, window: rules.Window, by: Doer, at: datetime
) -> Renewal:
    """Keep which certificate a case just opened asks to renew; runs inside the deed that opens it."""
    assert certificate.valid_until is not None  # the window was counted back from it
    return Renewal.objects.create(
        matter_id=matter_id,
        certificate=certificate,
        applied_on=day_of(at),
        last_on=window.last,
        expires_on=certificate.valid_until,
    )


@transaction.atomic
def bar(
    *, party_id: int, item_id: int, organ_id: int, article: str, matter_reference: str, by: Doer, at: datetime
) -> Bar:
    """Bar a party from applying for an item again: one year (第七十八条) or three (第七十九条) from the decision.

    Runs inside the decision itself, which has asked. The same decision bars once.
    """
    on = day_of(at)
    found, made = Bar.objects.get_or_create(
        matter_reference=matter_reference,
        article=article,
        defaults={
            "party_id": party_id,
            "item_id": item_id,
            "organ_id": organ_id,
            "from_on": on,
            "until_on": rules.barred_until(article, on),
        },
    )
    if made:
        ledger.record(
            subject=f"party:{party_id}",
            event="certificates.barred",
            by=by,
            at=at,
            organ=str(organ_id),
            detail={"until": found.until_on.isoformat(), "article": article, "matter": matter_reference},
        )
    return found


ENDED_HOOK = "certificates.ended"  # matter_reference, at → nothing
ENDED = {
    Certificate.Status.RENEWED: "certificates.renewed",
    Certificate.Status.WITHDRAWN: "certificates.withdrawn",
    Certificate.Status.REVOKED: "certificates.revoked",
    Certificate.Status.CANCELLED: "certificates.cancelled",
}


def stop_delivery(certificate: Certificate, at: datetime) -> None:
    """A certificate that has ended is not given out any more: who delivers results hears of it in the same transaction."""
    if certificate.matter_reference and ENDED_HOOK in names.hook:
        names.hook[ENDED_HOOK](matter_reference=certificate.matter_reference, at=at)


def _end(certificate: Certificate, status: str, matter_reference: str, by: Doer, at: datetime) -> None:
    certificate.status, certificate.ended_on, certificate.ended_by = status, day_of(at), matter_reference
    certificate.save(update_fields=["status", "ended_on", "ended_by"])
    electronic.note(certificate, status, matter_reference, day_of(at), by, at)
    _tell(ENDED[Certificate.Status(status)], certificate, by, at, matter_reference)


def _tell(event: str, certificate: Certificate, by: Doer, at: datetime, matter_reference: str) -> None:
    ledger.record(
        subject=f"certificate:{certificate.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(certificate.organ_id),
        detail={
            "number": certificate.number,
            "item": certificate.item_id,
            "party": f"party:{certificate.party_id}",
            "until": certificate.valid_until.isoformat() if certificate.valid_until else None,
            "matter": matter_reference,
        },
    )
