"""亮码: a holder shows a certificate, a clerk scans it within a case and asks to look, and the holder answers.

Without a telephone the ID card is read and consent given at the counter (``fetch``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.standing import Standing
from yiwang.services.certificates import asking, codes, looking, queries, types
from yiwang.services.certificates.actions import using
from yiwang.services.certificates.models import Asking, Certificate, Showing, Use

LONGEST_GROUND = 200


class BadCode(Refusal):
    """A code that may not be used: foreign, old, closed, or scanned before."""

    code = "foreign-code"


@transaction.atomic
def show(*, certificate_id: int, by: Doer, at: datetime) -> Showing:
    """Open a showing of one's own certificate, for ten minutes: a clerk may ask to look, nobody sees anything yet.

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
    using.tell("certificates.shown", certificate, by, at, "", {})
    return made


@transaction.atomic
def put_away(*, handle: str, by: Doer, at: datetime) -> Showing:
    """Close one's own showing now: no code of it is accepted any more, what was asked and not answered is off. 404 for
    another's."""
    found = Showing.objects.select_for_update().filter(handle=handle, shown_by=by.reference).first()
    if found is None or by.kind != "citizen":
        raise NotFound("没有这次亮码。", code="no-such-showing")
    if found.closed_at is None:
        found.closed_at = at
        found.save(update_fields=["closed_at"])
    return found


def scan(*, code: str, reference: str, by: Doer, at: datetime) -> Asking:
    """Ask to look at the certificate whose code a holder shows, within a case the clerk works on. Nothing is seen before
    the holder agrees (个人信息保护法 第十三条第一款第一项、第十四条).

    Asks for the fields its type declares for the case's item. Refused, each with a line in the ledger: no case or another
    department's (404), a case the clerk has no seat on, a foreign, old or closed code, one scanned before, another holder's
    certificate, one the item does not need, one that is not in force.
    """
    certificate: Certificate | None = None
    try:
        with transaction.atomic():
            case = looking.in_hand(by, reference, at)
            showing, minute = _shown(code, at)
            certificate = showing.certificate
            material, fields = using.weigh(case, certificate, at)
            made = Asking.objects.create(
                showing=showing,
                minute=minute,
                matter_reference=case.reference,
                organ_id=by.organ_id or case.organ_id,
                material=material,
                fields=fields,
                asked_at=at,
                asked_by=by.reference,
                until_at=at + timedelta(seconds=types.policy(day_of(at)).consent_seconds),
            )
            using.tell("certificates.look-asked", certificate, by, at, case.reference, {"fields": fields})
            return made
    except IntegrityError:
        refusal: Refusal = _replayed()
    except Refusal as refused:
        refusal = refused
    read = codes.read(code)
    if read is not None and certificate is None:
        certificate = Certificate.objects.filter(showings__handle=read.handle).first()
    using.refused(refusal, certificate, reference, by, at)
    raise refusal


@transaction.atomic
def agree(*, asking_id: int, by: Doer, at: datetime) -> Use:
    """The holder lets the clerk who asked look, and the clerk's look is on record on both sides.

    404 for anybody but whoever shows the certificate. Refused: answered before, lapsed, put away, a clerk who no longer
    works on the case, a certificate that is no longer in force.
    """
    asked = _waiting(asking_id, by, at)
    certificate = asked.showing.certificate
    clerk = organs.doer_of(Account.objects.get(pk=int(asked.asked_by.partition(":")[2])), at)
    try:
        case = looking.in_hand(clerk, asked.matter_reference, at)
    except Refusal:
        raise Refusal("这名工作人员已经不在办理这件，不用再给他看。", code="clerk-left") from None
    using.weigh(case, certificate, at)
    _answered(asked, Asking.Answer.AGREED, at)
    using.tell("certificates.look-agreed", certificate, by, at, case.reference, {}, organ_id=asked.organ_id)
    return using.keep(
        case,
        certificate,
        clerk,
        at,
        material=asked.material,
        fields=asked.fields,
        way=Use.Way.CODE,
        consent=Use.Consent.AGREED,
        asking=asked,
    )


@transaction.atomic
def decline(*, asking_id: int, by: Doer, at: datetime) -> Asking:
    """The holder does not let the clerk look. It is on record at certificate and case: paper may then be asked for on the
    ground 持证人不同意调用. 404 and refusals as ``agree``."""
    asked = _waiting(asking_id, by, at)
    certificate = asked.showing.certificate
    _answered(asked, Asking.Answer.DECLINED, at)
    event, reference = "certificates.look-declined", asked.matter_reference
    using.tell(event, certificate, by, at, reference, {}, organ_id=asked.organ_id)
    case = looking.case_of(by, asked)
    if case is not None:
        using.note(case, event, certificate, {}, by, at)
    return asked


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
            material, fields = using.weigh(case, certificate, at)
            kept = _signed(case, signature, by, at) if signature else None
            return using.keep(
                case,
                certificate,
                by,
                at,
                material=material,
                fields=fields,
                way=Use.Way.CARD,
                consent=Use.Consent.SIGNED if kept else Use.Consent.WITNESSED,
                ground="" if kept else ground.strip(),
                signature=kept,
            )
    except Refusal as refused:
        refusal = refused
    using.refused(refusal, certificate, reference, by, at)
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
    if Asking.objects.filter(showing=found, minute=now).exists():
        raise _replayed()
    return found, now


def _replayed() -> BadCode:
    return BadCode("这个码已经扫过，请等一分钟扫新的码。", code="code-replayed", field="code")


def _waiting(asking_id: int, by: Doer, at: datetime) -> Asking:
    """The asking, locked, while it waits for this holder's answer."""
    rows = Asking.objects.select_for_update(of=("self",)).select_related("showing__certificate")
    found = rows.filter(pk=asking_id, showing__shown_by=by.reference).first()
    if found is None or by.kind != "citizen":
        raise NotFound("没有这个查看请求。", code="no-such-asking")
    if (how := asking.state(found, at)) != asking.WAITING:
        raise Refusal(f"这个查看请求{asking.WORDS[how]}，不能再答复。", code="asking-over")
    return found


def _answered(asked: Asking, answer: Asking.Answer, at: datetime) -> None:
    asked.answer, asked.answered_at = answer, at
    asked.save(update_fields=["answer", "answered_at"])


def _signed(case: Standing, signature: bytes, by: Doer, at: datetime) -> StoredFile:
    return files.store(
        content=signature,
        name="用证同意签字.png",
        by=by,
        at=at,
        organ_id=case.organ_id,
        party_id=case.party_id,
        field="signature",
    )


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
