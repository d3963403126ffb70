"""What becomes of a certificate while it lives: changed, suspended, resumed, struck by a penalty, expired; and its holder reminded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal
from yiwang.services.certificates import queries, rules, types
from yiwang.services.certificates.actions import electronic, issuing
from yiwang.services.certificates.kinds import TYPE
from yiwang.services.certificates.models import Certificate, Issuance, Renewal

REMINDER = "certificate-expiring"
LONGEST_DOCUMENT = 120
BATCH = 500


@transaction.atomic
def change(*, certificate_id: int, values: Mapping[str, str], document: str, by: Doer, at: datetime) -> Issuance:
    """变更: the next version of a certificate with other particulars; the version before is replaced from that day.

    ``values`` are the fields the type in force declares, what is not named stays as it was; ``document`` the decision it
    rests on. Refused: without 审批 in the issuing organ, a certificate that is not valid or has no type, a field the type
    does not know, a required one left empty, and a change that changes nothing.
    """
    certificate = _decided(certificate_id, document, by)
    if certificate.status != Certificate.Status.VALID:
        raise Refusal(f"这份证照{certificate.get_status_display()}，不能变更。", code="not-valid")
    if not certificate.type_id:
        raise Refusal("这份证照没有登记类型，不能签发电子证照。", code="no-type")
    declared = packs.rule(TYPE, certificate.type_id, day_of(at))
    fields = declared.value.fields
    if unknown := sorted(set(values) - set(fields)):
        raise Refusal(f"这类证照没有这些内容：{'、'.join(unknown)}。", code="unknown-field", field=unknown[0])
    last = certificate.issuances.order_by("-version").first()
    before = queries.values_of(last) if last else {}
    after = {name: text for name in fields if (text := str(values.get(name, before.get(name, ""))).strip())}
    faults = [Fault(n, f"请填写{f.title}", "missing") for n, f in fields.items() if f.required and n not in after]
    faults += [
        Fault(n, f"{fields[n].title}不能超过{fields[n].longest}字", "too-long")
        for n, text in after.items()
        if len(text) > fields[n].longest
    ]
    if faults:
        raise Refusal("照面内容不完整。", code="face-incomplete", faults=faults)
    if last is not None and after == before:
        raise Refusal("没有任何内容变更。", code="nothing-changed")
    if certificate.version >= rules.LAST_VERSION:
        raise Refusal("证照版本号已用尽，请换发新证。", code="no-version-left")
    if last is not None:
        electronic.note(certificate, rules.REPLACED, document, day_of(at), by, at, version=certificate.version)
        certificate.version += 1
        certificate.save(update_fields=["version"])
    made = electronic.issue_version(
        certificate=certificate,
        type_version=declared.version,
        origin=Issuance.Origin.CHANGE,
        values=after,
        document=document,
        by=by,
        at=at,
    )
    _tell("certificates.changed", certificate, by, at, {"version": certificate.version, "document": document})
    return made


@transaction.atomic
def suspend(*, certificate_id: int, document: str, by: Doer, at: datetime) -> Certificate:
    """暂停: from that day the certificate does not count, until it is resumed. ``document`` is the decision it rests on.

    Refused: without 审批 in the issuing organ, a certificate that is not valid, no document.
    """
    certificate = _decided(certificate_id, document, by)
    if certificate.status != Certificate.Status.VALID:
        raise Refusal(f"这份证照{certificate.get_status_display()}，不能暂停。", code="not-valid")
    return _stands(certificate, Certificate.Status.SUSPENDED, "certificates.suspended", document, by, at)


@transaction.atomic
def resume(*, certificate_id: int, document: str, by: Doer, at: datetime) -> Certificate:
    """恢复 a suspended certificate. Refused as ``suspend``, and where it is not suspended."""
    certificate = _decided(certificate_id, document, by)
    if certificate.status != Certificate.Status.SUSPENDED:
        raise Refusal("只有暂停的证照可以恢复。", code="not-suspended")
    return _stands(certificate, Certificate.Status.VALID, "certificates.resumed", document, by, at)


@transaction.atomic
def strike(*, certificate_id: int, document: str, by: Doer, at: datetime) -> Certificate:
    """吊销: a penalty ends the certificate (行政处罚法 第九条第三项). ``document`` is the penalty decision, which has its own
    hearing and its own service; here only the register says so, and 注销 follows (行政许可法 第七十条第四项).

    Refused: without 审批 in the issuing organ, a certificate that has ended, one whose 撤回, 撤销 or 注销 is being decided, no
    document.
    """
    certificate = _decided(certificate_id, document, by)
    if certificate.status not in rules.LIVING:
        raise Refusal(f"这份证照{certificate.get_status_display()}，不能登记吊销。", code="already-ended")
    if queries.open_matter(certificate) is not None:
        raise Refusal("这份证照正在办理撤回、撤销或注销，请先办结。", code="ending-open")
    certificate.ended_on = day_of(at)
    struck = _stands(certificate, Certificate.Status.STRUCK, "certificates.struck", document, by, at)
    issuing.stop_delivery(struck, at)
    return struck


def expire_due(*, by: Doer, at: datetime, most: int = 10_000) -> int:
    """Every certificate whose last day has passed ends as 已过期, each in a transaction of its own; answers how many.

    One whose renewal is still being decided waits: silence may yet have renewed it (行政许可法 第五十条第二款). Only the
    system.
    """
    if by.kind != "system":
        raise NotAllowed("证照到期由系统登记。")
    on = day_of(at)
    open_renewals = Renewal.objects.filter(matter__closed_at=None).values("certificate_id")
    rows = Certificate.objects.filter(status__in=rules.LIVING, valid_until__lt=on).exclude(pk__in=open_renewals)
    ended = 0
    for certificate_id in list(rows.order_by("pk").values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            found = Certificate.objects.select_for_update().get(pk=certificate_id)
            if found.status not in rules.LIVING or found.valid_until is None or found.valid_until >= on:
                continue
            found.status, found.ended_on = Certificate.Status.EXPIRED, found.valid_until + rules.DAY
            found.save(update_fields=["status", "ended_on"])
            electronic.note(found, Certificate.Status.EXPIRED, "", found.ended_on, by, at)
            _tell("certificates.expired", found, by, at, {})
            ended += 1
    return ended


def remind_due(*, by: Doer, at: datetime) -> int:
    """Tell the holders whose certificate ends within the days the county's policy names, once a term; answers how many.

    A term that was missed (the worker stood still) is made up for by the nearest one only: nobody is told twice on a day.
    Only the system.
    """
    if by.kind != "system":
        raise NotAllowed("到期提醒由系统发出。")
    on = day_of(at)
    terms = sorted(types.policy(on).remind_before)
    last = on + timedelta(days=terms[-1])
    rows = Certificate.objects.filter(status=Certificate.Status.VALID, valid_until__gte=on, valid_until__lte=last)
    county = organs.county_name(on)
    told = 0
    for certificate in rows.order_by("pk").iterator(chunk_size=BATCH):
        assert certificate.valid_until is not None  # the query asks for one
        left = (certificate.valid_until - on).days
        term = next(days for days in terms if left <= days)
        key = f"certificate:{certificate.pk}:{certificate.valid_until:%Y%m%d}:{term}"
        if Message.objects.filter(key=key).exists():
            continue
        until = certificate.valid_until
        letters.tell(
            kind=REMINDER,
            to_party=certificate.party_id,
            data={
                "county": county,
                "certificate": certificate.name,
                "days": str(left),
                "until": f"{until.year}年{until.month}月{until.day}日",
                "link": f"{settings.SITE_URL}/me/certificates/",
                "phone": Organ.objects.values_list("phone", flat=True).get(pk=certificate.organ_id) or "12345",
            },
            key=key,
            by=SYSTEM,
            at=at,
            matter_reference=certificate.matter_reference,
            organ_id=certificate.organ_id,
        )
        told += 1
    return told


def _decided(certificate_id: int, document: str, by: Doer) -> Certificate:
    """The certificate, locked, for whoever may decide about it; the deed names the decision it rests on."""
    certificate = queries.of_staff(by, certificate_id, lock=True)
    allow(by, Permission.CASE_DECIDE, about=certificate)
    document = document.strip()
    if not document or len(document) > LONGEST_DOCUMENT or "\0" in document:
        raise Refusal("请写明所依据的决定文号。", code="missing-document", field="document")
    return certificate


def _stands(
    certificate: Certificate, status: Certificate.Status, event: str, document: str, by: Doer, at: datetime
) -> Certificate:
    certificate.status = status
    certificate.save(update_fields=["status", "ended_on"])
    electronic.note(certificate, status, document.strip(), day_of(at), by, at)
    _tell(event, certificate, by, at, {"document": document.strip()})
    return certificate


def _tell(event: str, certificate: Certificate, by: Doer, at: datetime, detail: Mapping[str, object]) -> None:
    ledger.record(
        subject=f"certificate:{certificate.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(certificate.organ_id),
        detail={"number": certificate.number, "party": f"party:{certificate.party_id}", **detail},
    )
