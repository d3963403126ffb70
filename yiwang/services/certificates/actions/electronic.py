"""电子证照: a version is issued in its deed, its two sealed files follow by a job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app as jobs

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import rules as letters
from yiwang.foundation.letters import sealing
from yiwang.foundation.ofd import packing
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.people import queries as people
from yiwang.foundation.seals import queries as seal_queries
from yiwang.foundation.seals.models import Seal
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.services.certificates import faces, queries, types
from yiwang.services.certificates.kinds import CertificateType
from yiwang.services.certificates.models import Certificate, Issuance, Standing

RENDER = "certificates.render"
PAPER = "licence"  # what seal authorisations call a certificate
ROOM = 2400  # bytes a signature needs beside seal and certificate: the metadata travel in it
TEST_NOTE = "本证加盖的是测试用电子印章，不具法律效力。"


def issue_version(
    *,
    certificate: Certificate,
    type_version: str,
    origin: str,
    values: Mapping[str, str],
    document: str,
    by: Doer,
    at: datetime,
) -> Issuance:
    """Give out the certificate's present version: identifier, 查验码 and values now, the files by a job.

    Runs inside the deed that changed the certificate, which has asked. A value that is missing or a seal nobody may use
    refuses nothing: the version waits with the reason, since the decision itself stands.
    """
    declared = types.version(certificate.type_id, type_version)
    organ = Organ.objects.select_related("division").get(pk=certificate.organ_id)
    kept = {name: str(values[name])[: field.longest] for name, field in declared.fields.items() if values.get(name)}
    lacking = "、".join(f.title for name, f in declared.fields.items() if f.required and name not in kept)
    seal, leave, why = _seal(certificate.organ_id, declared, by, at)
    made = Issuance.objects.create(
        certificate=certificate,
        version=certificate.version,
        type_version=type_version,
        origin=origin,
        identifier=types.identifier(
            declared,
            uscc=organ.uscc,
            division=organ.division.code,
            certificate_id=certificate.pk,
            year=certificate.issued_on.year,
            version=certificate.version,
        ),
        code=letters.new_code(),
        values=cipher.seal(
            json.dumps(kept, ensure_ascii=False, sort_keys=True),
            about=_about(certificate.pk, certificate.version),
            at=at,
        ),
        issued_at=at,
        issued_by=by.reference,
        state=Issuance.State.FAILED if lacking else Issuance.State.WAITING if why else Issuance.State.RENDERING,
        error=f"缺少照面内容：{lacking}，请办理变更补全" if lacking else why,
        seal=seal,
        warranted_by=leave.by if leave else "",
        authorisation_id=leave.authorisation_id if leave else None,
    )
    note(certificate, certificate.status, document, day_of(at), by, at)
    if made.state == Issuance.State.RENDERING:
        jobs.configure_task(RENDER).defer(issuance_id=made.pk)
    return made


def note(
    certificate: Certificate, status: str, document: str, from_on: date, by: Doer, at: datetime, version: int = 0
) -> None:
    """Write how the certificate (or an older ``version`` of it) stands from a day on: what the status list is made of."""
    Standing.objects.create(
        certificate=certificate,
        version=version or certificate.version,
        status=str(status),
        from_on=from_on,
        document=document[:120],
        recorded_at=at,
        recorded_by=by.reference,
    )


@transaction.atomic
def render(*, issuance_id: int, at: datetime) -> Issuance:
    """Set, seal and store both files of a version; does nothing when it has them.

    Refuses (and changes nothing) when a character has no glyph or the seal is no longer in use.
    """
    made = (
        Issuance.objects.select_for_update(of=("self",))
        .select_related("certificate", "seal__certificate")
        .get(pk=issuance_id)
    )
    if made.state in {Issuance.State.SEALED, Issuance.State.WAITING} or made.seal is None:
        return made
    face = face_of(made)
    mark = faces.Mark(made.seal.picture, made.seal.width, made.seal.height, made.seal.name)
    sealed = {"ofd": _ofd(face, mark, made, made.seal, at), "pdf": _pdf(face, mark, made, made.seal, at)}
    for kind, content in sealed.items():
        stored = files.store(
            content=content,
            name=f"{face.title}.{kind}",
            by=SYSTEM,
            at=at,
            organ_id=made.certificate.organ_id,
            party_id=made.certificate.party_id,
            trust=StoredFile.Trust.AUTHORITY,
        )
        setattr(made, kind, stored)
    made.state, made.error, made.sealed_at = Issuance.State.SEALED, "", at
    made.save(update_fields=["pdf", "ofd", "state", "error", "sealed_at"])
    _tell("certificates.sealed", made, SYSTEM, at, {"pdf": made.pdf.digest if made.pdf else ""})
    return made


@transaction.atomic
def fail(*, issuance_id: int, why: str, code: str, at: datetime) -> Issuance:
    """Show why a version has no files yet; one sealed meanwhile is left alone."""
    made = Issuance.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=issuance_id)
    if made.state == Issuance.State.SEALED or (made.state == Issuance.State.FAILED and made.error == why[:300]):
        return made
    made.state, made.error = Issuance.State.FAILED, why[:300]
    made.save(update_fields=["state", "error"])
    _tell("certificates.unsealed", made, SYSTEM, at, {"code": code})
    return made


@transaction.atomic
def retry(*, certificate_id: int, by: Doer, at: datetime) -> Issuance:
    """Have the present version set again, after the seal was authorised or the font completed. 404 for strangers; refused
    when it is out already or lacks a particular, which only a change can add."""
    certificate = queries.of_staff(by, certificate_id, lock=True)
    allow(by, Permission.CASE_REVIEW, about=certificate)
    made = certificate.issuances.select_for_update(of=("self",)).order_by("-version").first()
    if made is None or made.state in {Issuance.State.SEALED, Issuance.State.RENDERING}:
        raise Refusal("只有未能签发的证照可以重新签发。", code="not-failed")
    declared = types.version(certificate.type_id, made.type_version)
    said = queries.values_of(made)
    if any(field.required and not said.get(name) for name, field in declared.fields.items()):
        raise Refusal(made.error or "照面内容不全。", code="face-incomplete")
    seal, leave, why = _seal(certificate.organ_id, declared, by, at)
    if why:
        raise Refusal(f"{why}。", code="no-seal-authority")
    made.seal, made.state, made.error = seal, Issuance.State.RENDERING, ""
    made.warranted_by, made.authorisation_id = (leave.by, leave.authorisation_id) if leave else ("", None)
    made.save(update_fields=["seal", "state", "error", "warranted_by", "authorisation_id"])
    _tell("certificates.retried", made, by, at, {})
    jobs.configure_task(RENDER).defer(issuance_id=made.pk)
    return made


def face_of(made: Issuance) -> faces.Face:
    """Everything the page of a version says."""
    certificate = made.certificate
    declared = types.version(certificate.type_id, made.type_version)
    said = queries.values_of(made)
    on = certificate.issued_on
    organ = Organ.objects.select_related("division").get(pk=certificate.organ_id)
    name = organs.organ_name(organ.pk, on)
    card = people.card(SYSTEM, certificate.party_id)
    days = f"{certificate.valid_from:%Y-%m-%d} 至 "
    days += f"{certificate.valid_until:%Y-%m-%d}" if certificate.valid_until else "长期"
    holder = people.names_of([certificate.party_id]).get(certificate.party_id, "")
    pairs = [("持证主体", holder), (card.number_title, card.number)]
    pairs += [(field.title, said[key]) for key, field in declared.fields.items() if said.get(key)]
    pairs += [("有效期", days), ("发证机关", name)]
    title = declared.headline or declared.name
    return faces.Face(
        title=title,
        number=certificate.number,
        organ=name,
        issued_on=on,
        pairs=tuple(pairs),
        statement=declared.statement,
        code=letters.shown_code(made.code),
        address=f"{settings.SITE_URL}{reverse('certificate-verify')}?code={made.code}",
        identifier=made.identifier,
        note=TEST_NOTE if made.seal is not None and made.seal.certificate.is_test else "",
        metadata=faces.metadata(
            type_name=declared.name,
            type_code=declared.code,
            name=title,
            number=certificate.number,
            identifier=made.identifier,
            organ=name,
            organ_code=organ.uscc or "",
            issued_on=on,
            valid_from=certificate.valid_from,
            valid_until=certificate.valid_until,
            holder=holder,
            holder_code=card.number,
            holder_is_firm=card.is_firm,
            division=organ.division.code,
        ),
    )


def _ofd(face: faces.Face, mark: faces.Mark, made: Issuance, seal: Seal, at: datetime) -> bytes:
    document, stamp = faces.document(face, mark)
    return packing.seal(
        document, seal=bytes(seal.body), stamp=stamp, provider="一网", at=at, make=_signer(face, made, seal, at)
    )


def _pdf(face: faces.Face, mark: faces.Mark, made: Issuance, seal: Seal, at: datetime) -> bytes:
    return sealing.pdf(faces.pdf(face, mark), seal, _signer(face, made, seal, at), at=at, room=ROOM)


def _signer(face: faces.Face, made: Issuance, seal: Seal, at: datetime) -> sealing.Signer:
    return sealing.signer(
        seal,
        purpose=made.identifier,
        kind=PAPER,
        extensions=faces.extensions(face),
        leave=seal_queries.Warrant(made.warranted_by, made.authorisation_id),
        at=at,
    )


def _seal(
    organ_id: int, declared: CertificateType, by: Doer, at: datetime
) -> tuple[Seal | None, seal_queries.Warrant | None, str]:
    """(seal, leave to use it, why the version has to wait)."""
    seal = seal_queries.in_use(organ_id, declared.seal, at)
    if seal is None:
        return None, None, "发证机关没有在用的相应印章"
    leave = seal_queries.warrant(by, organ_id, declared.seal, PAPER, at)
    if leave is None and (standing := seal_queries.warrant(SYSTEM, organ_id, declared.seal, PAPER, at)):
        leave = seal_queries.Warrant(
            by.reference, standing.authorisation_id
        )  # whoever lawfully takes the step, it seals
    return (seal, leave, "") if leave else (seal, None, "签发人没有用印授权，等待有权人员批准用印")


def _about(certificate_id: int, version: int) -> str:
    return f"certificate:{certificate_id}:{version}"


def _tell(event: str, made: Issuance, by: Doer, at: datetime, detail: dict[str, Any]) -> None:
    ledger.record(
        subject=f"certificate:{made.certificate_id}",
        event=event,
        by=by,
        at=at,
        organ=str(made.certificate.organ_id),
        detail={"number": made.certificate.number, "version": made.version, "identifier": made.identifier, **detail},
    )
