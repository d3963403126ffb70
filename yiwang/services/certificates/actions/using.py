"""What every look at a certificate within a case has in common: whether it may be looked at, and the lines on both sides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing
from yiwang.services.certificates import looking, queries, types
from yiwang.services.certificates.models import Certificate, Use

REFERENCE = re.compile(r"[A-Za-z0-9-]{1,24}")
ATTEMPTS = "certificates:attempts"  # the ledger's subject of codes that name no certificate of ours


def weigh(case: Standing, certificate: Certificate, at: datetime) -> tuple[str, list[str]]:
    """(material of the case it stands for, fields the item needs, by name). Refused: another holder's certificate, one
    the item does not ask for, one that is not in force."""
    if case.party_id != certificate.party_id:
        raise Refusal("这份证照的持证主体不是本件的申请人。", code="another-holder", field="code")
    material = looking.material_for(case, certificate.type_id)
    status, tone = queries.status_on(certificate, day_of(at))
    if tone != "ok":
        says = f"这份证照{status}，不能作为本件的材料。"
        raise Refusal(says, code="certificate-not-in-force", field="code")
    declared = types.declared(day_of(at)).get(certificate.type_id)
    said = certificate.issuances.filter(version=certificate.version).exists()
    return material, list(declared.shown_for(case.item)) if declared and said else []


def keep(
    case: Standing,
    certificate: Certificate,
    by: Doer,
    at: datetime,
    *,
    material: str,
    fields: Sequence[str],
    **how: object,
) -> Use:
    """The look and its two lines: at the certificate, and at the case. ``by`` is who looks."""
    use = Use.objects.create(
        certificate=certificate,
        version=certificate.version,
        matter_reference=case.reference,
        organ_id=by.organ_id or case.organ_id,
        material=material,
        fields=list(fields),
        used_at=at,
        used_by=by.reference,
        **how,
    )
    told = {
        "way": use.get_way_display(),
        "consent": use.get_consent_display(),
        "fields": list(fields),
        "use": use.pk,
    }
    tell("certificates.looked-at", certificate, by, at, case.reference, told)
    note(case, "certificates.used", certificate, told, by, at)
    return use


def note(
    case: Standing, event: str, certificate: Certificate, detail: Mapping[str, object], by: Doer, at: datetime
) -> None:
    """A line of the case's own story about one certificate."""
    said = {"number": certificate.number, "certificate": f"certificate:{certificate.pk}", **detail}
    matters.note(reference=case.reference, event=event, detail=said, by=by, at=at)


@transaction.atomic
def refused(refusal: Refusal, certificate: Certificate | None, reference: str, by: Doer, at: datetime) -> None:
    """What was refused leaves a line too: at the certificate if the code was ours, else in the list of attempts."""
    matter = reference if REFERENCE.fullmatch(reference) else ""
    if certificate is not None:
        tell("certificates.look-refused", certificate, by, at, matter, {"code": refusal.code})
        return
    ledger.record(
        subject=ATTEMPTS,
        event="certificates.look-refused",
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={"number": "", "matter": matter, "code": refusal.code},
    )


def tell(
    event: str,
    certificate: Certificate,
    by: Doer,
    at: datetime,
    matter: str,
    detail: Mapping[str, object],
    *,
    organ_id: int | None = None,
) -> None:
    """A line of the certificate's story; ``organ_id`` is the organ it concerns where that is not the doer's own."""
    ledger.record(
        subject=f"certificate:{certificate.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(organ_id or by.organ_id or ""),
        detail={"number": certificate.number, "party": f"party:{certificate.party_id}", "matter": matter, **detail},
    )
