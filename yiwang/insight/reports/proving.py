"""Where a fact file comes from: the organ's seal over what was frozen, and the ledger line that recorded it on signing.

No database and no network: a line of the ledger carries its own proof. Its text names the digest of what was frozen; the text
hashes to the entry's digest, an audit path leads from there to the root of a checkpoint (RFC 6962 with SM3), and the
checkpoint's text is sealed by the bureau (GB/T 38540). Each of these is judged by itself, so that what was changed has a name.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

SEAL, ROOTS, LEDGER = "seal.der", "roots.pem", "ledger.json"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
SHANGHAI = timezone(timedelta(hours=8))
STAMP, LINE, TREE, SIGNED, KNOWN = "发文机关印章", "签发时的台账记录", "台账存证", "存证签章", "公布的存证"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked. ``open``: nothing was wrong, but nothing was proven either."""

    what: str
    passed: bool
    says: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader brings from elsewhere: root certificates (DER) to judge seals by instead of those in the file, and
    published checkpoints (text by number)."""

    roots: Sequence[bytes] | None = None
    checkpoints: Mapping[int, str] | None = None

    @property
    def strict(self) -> bool:
        """Whoever brings something wants it proven: a proof that is missing is then a fault."""
        return self.roots is not None or self.checkpoints is not None


def pem(text: str) -> list[bytes]:
    """The certificates (DER) of a PEM text."""
    try:
        return [base64.b64decode("".join(body.split()), validate=True) for body in PEM.findall(text)]
    except ValueError:
        return []


def checkpoints(text: str) -> dict[int, str]:
    """Published checkpoints by number: one as the API gives it, or a line each as ``./yw ledger checkpoint`` publishes them.
    ``ValueError`` for anything else."""
    found = {}
    reader, place = json.JSONDecoder(), 0
    try:
        while text[place:].strip():
            place += len(text[place:]) - len(text[place:].lstrip())
            one, place = reader.raw_decode(text, place)
            for entry in one.get("checkpoints", [one]):
                found[int(json.loads(entry["checkpoint"])["number"])] = str(entry["checkpoint"])
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"不是公布的存证：{wrong}") from None
    return found


def seal(files: Mapping[str, bytes], digest: bytes, known: Known) -> Iterator[Line]:
    """The organ's seal over what was frozen. A file without one is re-added all the same, and proves no origin."""
    if SEAL not in files:
        if known.roots is not None:
            yield Line(STAMP, False, "文件没有用印")
        return
    verdict, told = _judged(files, files[SEAL], digest, known)
    yield Line(STAMP, verdict.valid, f"{verdict.seal_name} {verdict.says}{told}".strip())


def ledger(files: Mapping[str, bytes], made: str, head: Mapping[str, Any], known: Known) -> Iterator[Line]:
    """That the ledger recorded this very content when the report was signed. ``made``: the SM3 (hex) of what is in the file."""
    if LEDGER not in files:
        yield Line(
            LINE, not known.strict, "文件没有台账存证证明（生成时还没有存证），请重新下载", open=not known.strict
        )
        return
    from yiwang.foundation.ledger import rules  # pure, and a file without a proof needs none of it

    said = json.loads(files[LEDGER].decode())
    proof = rules.Proof.from_dict(said["proof"])
    fault = _line_fault(said, proof, made, head)
    yield Line(LINE, not fault, fault or f"第{proof.entry}条，{_moment(said['body'])}签发时登记，定稿摘要与本文件相同")
    number = _number(proof.checkpoint)
    whole = rules.verify_proof(proof)
    yield Line(TREE, whole, f"在第{number}号存证之内" if whole else "存证证明被改动：由这条记录算不出存证的树根")
    if not proof.signature:
        yield Line(SIGNED, not known.strict, f"第{number}号存证没有签章", open=not known.strict)
    else:
        digest = rules.sm3(proof.checkpoint.encode())
        verdict, told = _judged(files, bytes.fromhex(proof.signature), digest, known)
        same = proof.seal == f"seal:{verdict.seal_id}"
        says = verdict.says if same or not verdict.valid else "签章所用印章与存证所记不符。"
        yield Line(SIGNED, verdict.valid and same, f"{verdict.seal_name} {says}{told}".strip())
    if known.checkpoints is not None:
        published = known.checkpoints.get(number)
        why = f"所给文件里没有第{number}号存证" if published is None else f"与公布的第{number}号存证不同"
        yield Line(KNOWN, published == proof.checkpoint, "" if published == proof.checkpoint else why)


def _line_fault(said: Mapping[str, Any], proof: Any, made: str, head: Mapping[str, Any]) -> str:
    """What is wrong with the ledger line, in Chinese; nothing if nothing."""
    from yiwang.foundation.ledger import rules

    body = json.loads(said["body"])
    if rules.digest(bytes.fromhex(said["previous"]), said["body"]).hex() != proof.digest:
        return "台账记录被改动：正文与其摘要不符"
    if body["subject"] != f"matter:{head['reference']}":
        return f"台账记录说的是另一件事（{body['subject']}）"
    if body["detail"].get("manifest") != made:
        return "与签发时登记的定稿摘要不同：本文件的内容在签发之后被改动"
    signed_on = _at(said["body"]).date().isoformat()
    return "" if signed_on == head["signed_on"] else f"台账记录为{signed_on}签发，本文件写{head['signed_on']}"


def _judged(files: Mapping[str, bytes], signature: bytes, digest: bytes, known: Known) -> tuple[Any, str]:
    """The house's own verdict on an SES_Signature, and whose root certificates it rests on."""
    from yiwang.foundation.seals import rules  # heavy, and a file without a seal needs none of it

    own = pem(files.get(ROOTS, b"").decode("ascii", "replace"))
    prints = "、".join(hashlib.new("sm3", root).hexdigest()[:16] for root in own)
    told = "" if known.roots is not None else f"根证书取自本文件（SM3 {prints}），请与公布的核对"
    return rules.verify(signature, digest=digest, roots=own if known.roots is None else known.roots), told


def _number(checkpoint: str) -> int:
    try:
        return int(json.loads(checkpoint)["number"])
    except (ValueError, KeyError, TypeError):
        return 0


def _at(body: str) -> datetime:
    return datetime.fromisoformat(json.loads(body)["at"]).astimezone(SHANGHAI)


def _moment(body: str) -> str:
    at = _at(body)
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"
