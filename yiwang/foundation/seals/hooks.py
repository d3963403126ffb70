"""What seals offers to lower rooms by name: the ledger's checkpoints are signed with the bureau's own seal."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.seals import actions, queries, rules
from yiwang.foundation.seals.custody import custody
from yiwang.foundation.seals.models import Seal
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal

CHECKPOINT = "ledger-checkpoint"


@names.hook("ledger.sign-root")
def sign_root(*, data: bytes, at: datetime) -> tuple[str, bytes]:
    """Seal reference and SES_Signature of a checkpoint's text.

    Needs the bureau's 机关公章 and its standing 用印授权. Leaves no line in the ledger: the checkpoint is the record of
    this use, and a line would itself call for the next checkpoint, for ever.
    """
    bureau = Organ.objects.filter(kind=Organ.Kind.BUREAU, until_on__isnull=True).order_by("position", "pk").first()
    seal = queries.in_use(bureau.pk, Seal.Kind.OFFICIAL, at) if bureau else None
    if seal is None:
        raise Refusal("政务服务和数据管理局没有在用的机关公章。", code="no-seal")
    if not queries.authority(SYSTEM, seal.organ_id, seal.kind, CHECKPOINT, at)[0]:
        raise Refusal("政务服务和数据管理局没有授权系统为台账存证用印。", code="no-seal-authority")
    signature = rules.sign_digest(
        seal=bytes(seal.body),
        digest=sm3(data),
        signer=bytes(seal.certificate.der),
        sign=lambda body: custody().sign(seal.certificate.key_id, body),
        at=at,
    )
    return f"seal:{seal.es_id}", signature


@names.hook("ledger.verify-root")
def verify_root(*, data: bytes, signature: bytes, seal: str) -> str | None:
    """What is wrong with a checkpoint's signature, in Chinese; ``None`` if nothing."""
    verdict = queries.verify(signature, sm3(data))
    if not verdict.valid:
        return verdict.says
    return None if seal == f"seal:{verdict.seal_id}" else "存证签章所用印章与记录不符"


@names.hook("keys.renew-seals")
def renew_seals(*, by: Doer, at: datetime) -> int:
    """Renew every seal in use, each in a transaction of its own; what the old ones signed stays verifiable."""
    due = list(Seal.objects.filter(stopped_at=None).order_by("pk").values_list("pk", flat=True))
    for seal_id in due:
        actions.renew(seal_id=seal_id, by=by, at=at)
    return len(due)
