"""亮码 and 用证: a holder shows a certificate, a clerk looks at it within a case, and both sides read afterwards that he did."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing
from yiwang.services.certificates import codes, looking, queries, types
from yiwang.services.certificates.models import Certificate, Issuance, Showing, Use

REFERENCE = re.compile(r"[A-Za-z0-9-]{1,24}")
ATTEMPTS = "certificates:attempts"  # the ledger's subject of codes that name no certificate of ours
LONGEST_GROUND = 200


class BadCode(Refusal):
    """A code that may not be used: foreign, old, closed, or scanned before."""

    code = "foreign-code"


@transaction.atomic
def show(*, certificate_id: int, by: Doer, at: datetime) -> Showing:
    """Open a showing of one's own certificate: consent to its being looked at in one's case, for ten minutes.

    An earlier showing of the same certificate by the same person is closed. 404 for anybody but the holder and those who
    act for the holder.
    """
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate is None or by.kind != "citizen" or not by.is_party(certificate.party_id):
        raise NotFound("没有这份证照，或者您无权出示。", code="no-such-certificate")
    Showing.objects.filter(certificate=certificate, shown_by=by.reference, closed_at=None).update(closed_at=at)
    made = Showing.objects.create(
        certificate=certificate, handle=codes.new_handle(), shown_by=by.reference, opened_at=at
    )
    _tell("certificates.shown", certificate, by, at, "", {})
    return made


@transaction.atomic
def put_away(*, handle: str, by: Doer, at: datetime) -> Showing:
    """Close one's own showing now: no code of it is accepted any more. 404 for another's."""
    found = Showing.objects.select_for_update().filter(handle=handle, shown_by=by.reference).first()
    if found is None or by.kind != "citizen":
        raise NotFound("没有这次亮码。", code="no-such-showing")
    if found.closed_at is None:
        found.closed_at = at
        found.save(update_fields=["closed_at"])
    return found


def scan(*, code: str, reference: str, by: Doer, at: datetime) -> Use:
    """Look at the certificate whose code a holder shows, within a case the clerk works on.

    Shows the fields its type declares for the case's item. Refused, each with a line in the ledger: no case or another
    department's (404), a case the clerk has no seat on, a foreign, old or closed code, one scanned before, another holder's
    certificate, one the item does not need, one that is not in force.
    """
    certificate: Certificate | None = None
    try:
        with transaction.atomic():
            case = looking.in_hand(by, reference, at)
            showing, minute = _shown(code, at)
            certificate = showing.certificate
            return _look(case, certificate, by, at, way="code", consent="shown", showing=showing, minute=minute)
    except IntegrityError:
        refusal: Refusal = _replayed()
    except Refusal as refused:
        refusal = refused
    read = codes.read(code)
    if read is not None and certificate is None:
        certificate = Certificate.objects.filter(showings__handle=read.handle).first()
    _refused(refusal, certificate, reference, by, at)
    raise refusal


def fetch(
    *,
    reference: str,
    type_id: str,
    id_number: str,
    signature: bytes = b"",
    ground: str = "",
    by: Doer,
    at: datetime,
) -> Use:
    """Look at the applicant's certificate at the counter, without a telephone: the bearer's ID card is read, consent is
    signed on the pad (``signature``, a picture) or given before the clerk, who writes why it was not signed (``ground``).

    Refused, each with a line in the ledger, as ``scan``; and a card of somebody who neither is the applicant nor acts for
    the applicant, no consent, nothing of that type in force.
    """
    certificate: Certificate | None = None
    try:
        with transaction.atomic():
            case = looking.in_hand(by, reference, at)
            _refuse_another_bearer(case, id_number, by, at)
            looking.material_for(case, type_id)
            if not signature and not ground.strip():
                raise Refusal("请持证人在签字板上签字同意；不能签字的，写明原因。", code="no-consent", field="ground")
            if len(ground) > LONGEST_GROUND or "\0" in ground:
                raise Refusal(f"未签字的原因最多{LONGEST_GROUND}个字。", code="too-long", field="ground")
            certificate = _newest(case, type_id, at)
            kept: StoredFile | None = None
            if signature:
                kept = files.store(
                    content=signature,
                    name="用证同意签字.png",
                    by=by,
                    at=at,
                    organ_id=case.organ_id,
                    party_id=case.party_id,
                    field="signature",
                )
            consent = "signed" if kept else "witnessed"
            said = "" if kept else ground.strip()
            return _look(case, certificate, by, at, way="card", consent=consent, ground=said, signature=kept)
    except Refusal as refused:
        refusal = refused
    _refused(refusal, certificate, reference, by, at)
    raise refusal


def _shown(text: str, at: datetime) -> tuple[Showing, int]:
    read = codes.read(text)
    found = Showing.objects.select_related("certificate").filter(handle=read.handle).first() if read else None
    if read is None or found is None:
        raise BadCode("这不是本系统的亮码，请持证人打开“我的证照”重新亮码。", field="code")
    now = codes.minute_of(found.opened_at, at)
    if found.closed_at is not None or now >= codes.MINUTES:
        raise BadCode("亮码已收起，请持证人重新亮码。", code="code-closed", field="code")
    if read.minute != now:
        raise BadCode("亮码已过期，截图无效，请扫描现在显示的码。", code="code-expired", field="code")
    if Use.objects.filter(showing=found, minute=now).exists():
        raise _replayed()
    return found, now


def _replayed() -> BadCode:
    return BadCode("这个码已经扫过，请等一分钟扫新的码。", code="code-replayed", field="code")


def _refuse_another_bearer(case: Standing, id_number: str, by: Doer, at: datetime) -> None:
    bearer = people.visitor(by, id_number, day_of(at))
    if bearer is None or not looking.acts_for(bearer.party_id, case, at):
        says = "身份证不是申请人本人、法定代表人、经办人或受托人的，不能调用申请人的证照。"
        raise Refusal(says, code="another-bearer", field="id_number")


def _newest(case: Standing, type_id: str, at: datetime) -> Certificate:
    assert case.party_id is not None  # the bearer was found to act for somebody
    held = queries.held_by(case.party_id, type_id, day_of(at))
    if held:
        return held[0]
    ended = Certificate.objects.filter(party_id=case.party_id, type_id=type_id).order_by("-pk").first()
    if ended is None:
        raise Refusal("没有查到申请人的这种证照，请按没有电子证照办理。", code="none-held")
    return ended  # refused below as what it is, with its number on record


def _look(case: Standing, certificate: Certificate, by: Doer, at: datetime, **how: object) -> Use:
    if case.party_id != certificate.party_id:
        raise Refusal("这份证照的持证主体不是本件的申请人。", code="another-holder", field="code")
    material = looking.material_for(case, certificate.type_id)
    status, tone = queries.status_on(certificate, day_of(at))
    if tone != "ok":
        says = f"这份证照{status}，不能作为本件的材料。"
        raise Refusal(says, code="certificate-not-in-force", field="code")
    made: Issuance | None = certificate.issuances.filter(version=certificate.version).first()
    declared = types.declared(day_of(at)).get(certificate.type_id)
    fields = list(declared.shown_for(case.item)) if declared and made else []
    use = Use.objects.create(
        certificate=certificate,
        version=certificate.version,
        matter_reference=case.reference,
        organ_id=by.organ_id or case.organ_id,
        material=material,
        fields=fields,
        used_at=at,
        used_by=by.reference,
        **how,
    )
    told = {"way": use.get_way_display(), "consent": use.get_consent_display(), "fields": fields, "use": use.pk}
    _tell("certificates.looked-at", certificate, by, at, case.reference, told)
    matters.note(
        reference=case.reference,
        event="certificates.used",
        detail={"number": certificate.number, "certificate": f"certificate:{certificate.pk}", **told},
        by=by,
        at=at,
    )
    return use


@transaction.atomic
def _refused(refusal: Refusal, certificate: Certificate | None, reference: str, by: Doer, at: datetime) -> None:
    """What was refused leaves a line too: at the certificate if the code was ours, else in the list of attempts."""
    matter = reference if REFERENCE.fullmatch(reference) else ""
    detail = {"matter": matter, "code": refusal.code}
    if certificate is not None:
        _tell("certificates.look-refused", certificate, by, at, matter, {"code": refusal.code})
        return
    ledger.record(
        subject=ATTEMPTS,
        event="certificates.look-refused",
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={"number": "", **detail},
    )


def _tell(event: str, certificate: Certificate, by: Doer, at: datetime, matter: str, detail: dict[str, object]) -> None:
    ledger.record(
        subject=f"certificate:{certificate.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={"number": certificate.number, "party": f"party:{certificate.party_id}", "matter": matter, **detail},
    )
