"""Using a seal. Every use is checked, recorded and told to the ledger in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import queries, rules
from yiwang.foundation.seals.custody import custody
from yiwang.foundation.seals.models import Seal, SealUse
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal


class Unsealable(Refusal):
    """The seal is stopped, expired or not yet valid."""

    code = "seal-not-in-use"


def sign(*, seal: Seal, data: bytes, by: Doer, at: datetime, purpose: str = "", letter_kind: str = "") -> bytes:
    """The GB/T 38540 signature (SES_Signature, DER) of ``data``; see ``sign_digest``."""
    return sign_digest(seal=seal, digest=sm3(data), by=by, at=at, purpose=purpose, letter_kind=letter_kind)


@transaction.atomic
def sign_digest(
    *,
    seal: Seal,
    digest: bytes,
    by: Doer,
    at: datetime,
    purpose: str = "",
    letter_kind: str = "",
    extensions: Mapping[str, bytes] | None = None,
    properties: str = "",
    warrant: queries.Warrant | None = None,
) -> bytes:
    """The signature of data whose SM3 digest is ``digest`` (32 bytes).

    ``purpose`` names what is sealed (a letter's number), never a person. Refuses a seal that is not in use at ``at``
    and a doer without 用印授权 for that organ, kind of seal and kind of letter. With a ``warrant`` taken earlier the
    use counts as done by whom it names; only the system executes one.
    """
    stopped = seal.stopped_at is not None and seal.stopped_at <= at
    if stopped or not seal.from_at <= at < seal.until_at:
        raise Unsealable(f"印章“{seal.name}”不在有效期内或已停用，不能用印。")
    if warrant is None or by.kind != "system":
        warrant = queries.warrant(by, seal.organ_id, seal.kind, letter_kind, at)
    if warrant is None:
        raise NotAllowed(f"没有使用“{seal.name}”的授权，请联系印章保管员。", code="no-seal-authority")
    signature = rules.sign_digest(
        seal=bytes(seal.body),
        digest=digest,
        signer=bytes(seal.certificate.der),
        sign=lambda body: custody().sign(seal.certificate.key_id, body),
        at=at,
        extensions=extensions,
        properties=properties,
    )
    number = ledger.record(
        subject=f"seal:{seal.es_id}",
        event="seals.used",
        by=by,
        at=at,
        organ=str(seal.organ_id),
        detail={
            "es_id": seal.es_id,
            "purpose": purpose,
            "digest": digest.hex(),
            "used_by": warrant.by,
            "authorisation": warrant.authorisation_id,
        },
    )
    SealUse.objects.create(
        seal=seal,
        purpose=purpose,
        digest=digest,
        used_at=at,
        used_by=warrant.by,
        authorisation_id=warrant.authorisation_id,
        ledger_number=number,
    )
    return signature
