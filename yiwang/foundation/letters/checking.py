"""Is this letter genuine? Asked by anybody with the file or with its 查询码; answered without personal data.

The public page is one of the doors in the row-level wall (``config.viewer``): only the row the code names is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import queries as files
from yiwang.foundation.ledger import queries as ledger
from yiwang.foundation.ledger.rules import verify_proof
from yiwang.foundation.letters import queries, rules
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.seals import queries as seals
from yiwang.foundation.seals.rules import Check
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining a PDF found: seal, ledger and register, each said in a sentence; no personal data."""

    valid: bool
    says: str
    checks: tuple[Check, ...]
    seal_name: str = ""
    is_test: bool = False
    signed_at: datetime | None = None
    ledger_digest: str = ""
    proof: str = ""
    title: str = ""
    number: str = ""
    organ: str = ""
    issued_on: date | None = None
    status: str = ""


def examine(pdf: bytes) -> Examined:
    """Check a sealed PDF, wherever it comes from: cover, signature, chain to our test CA, digest, register, ledger."""
    from yiwang.foundation.letters import pdfsign  # a second of imports, paid by whoever brings a PDF

    try:
        signed = pdfsign.read(pdf)
    except pdfsign.Unsigned as why:
        return Examined(False, f"验证未通过：{why}。", ())
    verdict = seals.verify(signed.signature, signed.digest)
    checks = list(verdict.checks)
    if verdict.valid:
        checks.append(Check("签章覆盖全文", not signed.fault, signed.fault))
    code = verdict.extensions.get(rules.LETTER_CODE, b"").decode("ascii", "replace")
    digest = verdict.extensions.get(rules.LEDGER_DIGEST, b"").hex()
    found = Letter.objects.filter(code=code).first() if code else None
    if all(check.passed for check in checks):
        known = found is not None and bytes(found.ledger_digest).hex() == digest
        checks.append(Check("出具登记", known, "" if known else "本系统没有出具过这份文书"))
    valid = all(check.passed for check in checks)
    failed = next((check for check in checks if not check.passed), None)
    return Examined(
        valid=valid,
        says=verdict.says if valid or failed is None else f"验证未通过：{failed.name}——{failed.found}。",
        checks=tuple(checks),
        seal_name=verdict.seal_name,
        is_test=verdict.is_test,
        signed_at=verdict.signed_at,
        ledger_digest=digest,
        proof=proof_sentence(digest) if digest else "",
        **(_public(found) if found is not None and valid else {}),
    )


def check_by_code(code: str) -> Examined:
    """What the public page behind the QR shows: number, organ, day, status, and whether our own copy is intact.

    404 for a code nobody was given. Shows no personal data.
    """
    found = Letter.objects.filter(code=rules.plain_code(code)).first()
    if found is None:
        raise queries.NoSuchLetter("没有查到这份文书，请核对查询码。")
    if found.file_id is not None and found.seal_id is not None:
        return examine(files.open_file(SYSTEM, found.file_id))
    says = "本文书由本系统出具，无须加盖印章。" if found.file_id else "文书已编号，文件正在生成或等待用印。"
    digest = bytes(found.ledger_digest).hex()
    return Examined(True, says, (), ledger_digest=digest, proof=proof_sentence(digest), **_public(found))


def proof_sentence(digest: str) -> str:
    """Where the ledger entry with that digest is sealed: 第N号存证, 待存证, or not found."""
    try:
        found = ledger.proof(digest)
    except NotFound:
        return "台账中没有对应记录"
    if found is None:
        return "待存证（下一次存证后可证明）"
    if not verify_proof(found):
        return "存证证明不成立，请联系系统管理员"
    return f"台账第{found.entry}条，已存证"


def _public(found: Letter) -> dict[str, Any]:
    on = day_of(found.issued_at)
    return {
        "title": found.title,
        "number": found.number,
        "organ": organs.organ_name(found.organ_id, on),
        "issued_on": on,
        "status": "已送达" if found.served_at else found.get_status_display(),
    }
