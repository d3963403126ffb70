"""The test CA and the seals it makes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.seals import certificates, pictures, rules
from yiwang.foundation.seals.custody import KeyHandle, custody
from yiwang.foundation.seals.models import Certificate, Seal
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal

ROOT_YEARS, MAKER_YEARS, SEAL_YEARS = 20, 10, 5


@transaction.atomic
def found(*, name: str, by: Doer, at: datetime) -> Certificate:
    """The test CA's root and the seal maker's certificate, made once; answers the root. Only the system founds it.

    ``name`` is the body in whose name certificates are issued; 测试用 is added to every certificate.
    """
    if by.kind != "system":
        raise NotAllowed("证书机构只能由系统在安装时建立。")
    if root := Certificate.objects.select_for_update().filter(kind=Certificate.Kind.ROOT).first():
        return root
    key = custody().create("test-ca", at=at)
    holder = certificates.Holder("电子印章测试根证书", name, key.public, authority=True)
    root = _certify(holder, key, None, key.id, at, ROOT_YEARS, Certificate.Kind.ROOT)
    maker = custody().create("seal-maker", at=at)
    holder = certificates.Holder("电子印章测试制章", name, maker.public)
    _certify(holder, maker, root, key.id, at, MAKER_YEARS, Certificate.Kind.MAKER)
    ledger.record(
        subject="seals:authority", event="seals.authority-founded", by=by, at=at, detail={"serial": root.serial}
    )
    return root


@transaction.atomic
def make(*, organ_id: int, kind: str, by: Doer, at: datetime, shape: str = pictures.ROUND) -> Seal:
    """A new seal of an organ, with a key of its own. Refuses a second one of the same kind in use."""
    may_keep(by, organ_id)
    if Seal.objects.filter(organ_id=organ_id, kind=kind, stopped_at__isnull=True).exists():
        raise Refusal("该机构已有一枚同类印章在用，请先停用或更换。", code="seal-exists", field="kind")
    seal = _make(organ_id, kind, shape, at)
    _tell(seal, "seals.made", by, at, {"es_id": seal.es_id, "kind": kind})
    return seal


@transaction.atomic
def renew(*, seal_id: int, by: Doer, at: datetime, reason: str = "密钥更换") -> Seal:
    """Stop a seal and make its successor with a new key. What the old one signed stays verifiable."""
    old = Seal.objects.select_for_update().get(pk=seal_id)
    may_keep(by, old.organ_id)
    if old.stopped_at is not None:
        raise Refusal("该印章已停用，不能更换。", code="seal-stopped")
    _stop(old, by, at, reason)
    shape = pictures.ROUND if old.width == old.height else pictures.OVAL
    seal = _make(old.organ_id, old.kind, shape, at)
    _tell(seal, "seals.renewed", by, at, {"es_id": seal.es_id, "old": old.es_id})
    return seal


@transaction.atomic
def stop(*, seal_id: int, by: Doer, at: datetime, reason: str) -> Seal:
    """Stop a seal from now on, with the reason."""
    seal = Seal.objects.select_for_update().get(pk=seal_id)
    may_keep(by, seal.organ_id)
    if seal.stopped_at is not None:
        raise Refusal("该印章已经停用。", code="seal-stopped")
    if not reason.strip():
        raise Refusal("请写明停用原因。", code="missing-reason", field="reason")
    _stop(seal, by, at, reason)
    _tell(seal, "seals.stopped", by, at, {"es_id": seal.es_id})
    return seal


def _make(organ_id: int, kind: str, shape: str, at: datetime) -> Seal:
    organ = organs.organ_name(organ_id, day_of(at))
    title = str(Seal.Kind(kind).label)
    root = Certificate.objects.filter(kind=Certificate.Kind.ROOT).first()
    maker = Certificate.objects.filter(kind=Certificate.Kind.MAKER, until_at__gt=at).order_by("-pk").first()
    if root is None or maker is None:
        raise Refusal("尚未建立签章证书机构，不能制作印章。", code="no-authority")
    key = custody().create(f"seal-{organ_id}-{kind}", at=at)
    holder = certificates.Holder(title, organ, key.public)
    certificate = _certify(holder, key, root, root.key_id, at, SEAL_YEARS, Certificate.Kind.SIGNER)
    face = pictures.draw(organ=organ, kind="" if kind == Seal.Kind.OFFICIAL else title, shape=shape)
    es_id = f"YW{organ_id:06d}{Seal.objects.filter(organ_id=organ_id).count() + 1:04d}"
    name = f"{organ}{'' if kind == Seal.Kind.OFFICIAL else title}（{certificates.TEST_MARK}）"
    body = rules.make_seal(
        es_id=es_id,
        name=name,
        face=face,
        signer=bytes(certificate.der),
        maker=bytes(maker.der),
        sign=lambda data: custody().sign(maker.key_id, data),
        created_at=at,
        valid_from=certificate.from_at,
        valid_until=certificate.until_at,
    )
    return Seal.objects.create(
        organ_id=organ_id,
        kind=kind,
        name=name,
        es_id=es_id,
        certificate=certificate,
        picture=face.svg,
        width=face.width,
        height=face.height,
        body=body,
        from_at=certificate.from_at,
        until_at=certificate.until_at,
    )


def _certify(
    holder: certificates.Holder,
    key: KeyHandle,
    issuer: Certificate | None,
    issuer_key: str,
    at: datetime,
    years: int,
    kind: str,
) -> Certificate:
    # From the beginning of the legal day: whatever is signed on the day a seal was made lies within it.
    begins = datetime.combine(day_of(at), time.min, SHANGHAI)
    ends = begins + timedelta(days=365 * years)
    if issuer is not None:
        ends = min(ends, issuer.until_at)
    der = certificates.make(
        holder=holder,
        issuer=bytes(issuer.der) if issuer else None,
        sign=lambda data: custody().sign(issuer_key, data),
        valid_from=begins,
        valid_until=ends,
    )
    read = certificates.read(der)
    return Certificate.objects.create(
        kind=kind,
        subject=read.subject,
        serial=read.serial,
        key_id=key.id,
        der=der,
        issuer=issuer,
        is_test=read.is_test,
        from_at=begins,
        until_at=ends,
    )


def _stop(seal: Seal, by: Doer, at: datetime, reason: str) -> None:
    seal.stopped_at, seal.stopped_by, seal.stopped_reason = at, by.reference, reason[:200]
    seal.save(update_fields=["stopped_at", "stopped_by", "stopped_reason"])


def may_keep(by: Doer, organ_id: int) -> None:
    """Refuse unless ``by`` keeps seals of that organ."""
    if not by.may(Permission.SEAL_KEEP, organ_id):
        raise NotAllowed("您不是该机构的印章保管员，不能管理印章。")


def _tell(seal: Seal, event: str, by: Doer, at: datetime, detail: dict[str, str]) -> None:
    organ = str(seal.organ_id)
    ledger.record(subject=f"seal:{seal.es_id}", event=event, by=by, at=at, organ=organ, detail=detail)
