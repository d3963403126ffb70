"""Making and checking seals and seal signatures (GB/T 38540-2020).

Pure: keys are called, never held; time is passed in. ``verify`` answers a list of checks in the standard's order
(format, signature, signer's certificate, time, signer in the seal's list, seal, data), so that a clerk sees *which* one
failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto.core import ObjectIdentifier

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import certificates, sm2
from yiwang.foundation.seals.certificates import Read
from yiwang.foundation.seals.ses import (
    CERTIFICATES,
    DIGESTS,
    SM2_WITH_SM3,
    VERSION,
    CertInfoList,
    SESeal,
    SESSignature,
    TBSSign,
)

Sign = Callable[[bytes], bytes]
VENDOR = "YIWANG-TEST"
UNIT_SEAL = 1  # 单位印章; 2 would be a person's


@dataclass(frozen=True, slots=True)
class Face:
    """What a seal shows: picture (SVG text), width and height in millimetres."""

    svg: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Check:
    """One step of verification: its name in Chinese, whether it passed, and what was found."""

    name: str
    passed: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found. ``valid`` only if every check passed; later checks are absent after a failed one."""

    checks: tuple[Check, ...]
    seal_name: str = ""
    seal_id: str = ""
    signer: str = ""
    is_test: bool = False
    signed_at: datetime | None = None
    extensions: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def says(self) -> str:
        """One sentence for the page."""
        if self.valid:
            mark = "（测试用印章，不具法律效力）" if self.is_test else ""
            return f"印章有效，内容自签章后未被改动{mark}。"
        failed = next((check for check in self.checks if not check.passed), None)
        return f"验证未通过：{failed.name}——{failed.found}。" if failed else "没有可验证的印章。"


def make_seal(
    *,
    es_id: str,
    name: str,
    face: Face,
    signer: bytes,
    maker: bytes,
    sign: Sign,
    created_at: datetime,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """An SESeal in DER: the picture and the certificates that may use it, signed by the seal maker's key."""
    info = {
        "header": {"ID": "ES", "version": VERSION, "Vid": VENDOR},
        "esID": es_id,
        "property": {
            "type": UNIT_SEAL,
            "name": name,
            "certListType": CERTIFICATES,
            "certList": CertInfoList([signer]),
            "createDate": _second(created_at),
            "validStart": _second(valid_from),
            "validEnd": _second(valid_until),
        },
        "picture": {"type": "SVG", "data": face.svg.encode(), "width": face.width, "height": face.height},
    }
    seal = SESeal({"eSealInfo": info, "cert": maker, "signAlgID": SM2_WITH_SM3, "signedValue": b""})
    seal["signedValue"] = sign(seal["eSealInfo"].dump())
    return bytes(seal.dump())


def sign_digest(
    *,
    seal: bytes,
    digest: bytes,
    signer: bytes,
    sign: Sign,
    at: datetime,
    properties: str = "",
    extensions: Mapping[str, bytes] | None = None,
) -> bytes:
    """An SES_Signature in DER over data whose SM3 digest is ``digest``; ``extensions`` maps OIDs to bytes."""
    body: dict[str, Any] = {
        "version": VERSION,
        "eseal": SESeal.load(seal),
        "timeInfo": _second(at),
        "dataHash": digest,
        "propertyInfo": properties,
    }
    if extensions:
        body["extDatas"] = [{"extnID": oid, "extnValue": value} for oid, value in sorted(extensions.items())]
    to_sign = TBSSign(body)
    signature = sign(to_sign.dump())
    done = {"toSign": to_sign, "cert": signer, "signatureAlgID": SM2_WITH_SM3, "signature": signature}
    return bytes(SESSignature(done).dump())


def verify(signature: bytes, *, digest: bytes, roots: Iterable[bytes]) -> Verdict:
    """Check an SES_Signature over data with that SM3 digest, trusting the given root certificates (DER).

    Validity of certificates and seal is judged at the moment of signing that the signature states.
    """
    trusted = tuple(roots)
    try:
        whole = _read(signature)
    except (ValueError, TypeError, KeyError, OverflowError) as broken:
        return Verdict((Check("签章格式", False, f"不是 GB/T 38540 签章结构（{type(broken).__name__}）"),))
    seal, at = whole.seal, whole.at
    answer: dict[str, Any] = {
        "seal_name": seal.name,
        "seal_id": seal.es_id,
        "signer": whole.signer.subject,
        "is_test": whole.signer.is_test,
        "signed_at": at,
        "extensions": whole.extensions,
    }
    steps: list[tuple[str, Callable[[], str]]] = [
        ("签章格式", lambda: _unless(whole.algorithms == {SM2_WITH_SM3}, "签名算法不是 SM2（SM3）")),
        (
            "签章签名",
            lambda: _unless(sm2.verify(whole.signer.public, whole.to_sign, whole.signature), "与签章人公钥不符"),
        ),
        ("签章人证书", lambda: _unchained(whole.signer, trusted, at)),
        (
            "签章时间",
            lambda: _unless(seal.valid_from <= at <= seal.valid_until, "不在印章有效期内"),
        ),
        ("签章人在印章证书列表中", lambda: _unless(_listed(seal, whole.signer.der), "该证书无权使用此印章")),
        (
            "印章制作者签名",
            lambda: _unless(_made(seal.maker.public, seal.info, seal.signature), "印章数据被改动"),
        ),
        ("印章制作者证书", lambda: _unchained(seal.maker, trusted, seal.created_at)),
        ("原文摘要", lambda: _unless(whole.digest == digest, "文件内容在签章后被改动")),
    ]
    checks = []
    for name, fault in steps:
        found = fault()
        checks.append(Check(name, not found, found))
        if found:
            break
    return Verdict(tuple(checks), **answer)


@dataclass(frozen=True, slots=True)
class _Seal:
    """A seal taken apart; the same few seals stand under everything, so what was read of one is kept."""

    name: str
    es_id: str
    valid_from: datetime
    valid_until: datetime
    created_at: datetime
    by_digest: bool
    listed: frozenset[bytes]
    info: bytes
    signature: bytes
    maker: Read
    algorithm: str


@dataclass(frozen=True, slots=True)
class _Whole:
    to_sign: bytes
    signature: bytes
    signer: Read
    at: datetime
    digest: bytes
    seal: _Seal
    algorithms: frozenset[str]
    extensions: Mapping[str, bytes]


def _read(signature: bytes) -> _Whole:
    """Everything verification needs; raises whatever the parser raises when the bytes are something else."""
    whole = SESSignature.load(signature, strict=True)
    to_sign = whole["toSign"]
    if to_sign["version"].native != VERSION:
        raise ValueError("another version of the standard")
    _ = to_sign["propertyInfo"].native  # parse all of it now, not half-way through
    extensions, seal = to_sign["extDatas"], _read_seal(to_sign["eseal"].dump())
    return _Whole(
        to_sign=to_sign.dump(),
        signature=bytes(whole["signature"].native),
        signer=certificates.read(whole["cert"].native),
        at=to_sign["timeInfo"].native,
        digest=bytes(to_sign["dataHash"].native),
        seal=seal,
        algorithms=frozenset({whole["signatureAlgID"].dotted, seal.algorithm}),
        extensions={e["extnID"].dotted: e["extnValue"].native for e in extensions} if extensions.native else {},
    )


@lru_cache(maxsize=128)
def _read_seal(der: bytes) -> _Seal:
    seal = SESeal.load(der, strict=True)
    info = seal["eSealInfo"]
    if (info["header"]["ID"].native, info["header"]["version"].native) != ("ES", VERSION):
        raise ValueError("another version of the standard")
    _ = info.native  # parse all of it now
    said = info["property"]
    by_digest = said["certListType"].native == DIGESTS
    entries = said["certList"]
    return _Seal(
        name=said["name"].native,
        es_id=info["esID"].native,
        valid_from=said["validStart"].native,
        valid_until=said["validEnd"].native,
        created_at=said["createDate"].native,
        by_digest=by_digest,
        listed=frozenset(bytes(entry["value"].native if by_digest else entry.native) for entry in entries),
        info=info.dump(),
        signature=bytes(seal["signedValue"].native),
        maker=certificates.read(seal["cert"].native),
        algorithm=seal["signAlgID"].dotted,
    )


@lru_cache(maxsize=128)
def _made(public: bytes, info: bytes, signature: bytes) -> bool:
    """Did the maker sign this seal? Asked once a seal."""
    return sm2.verify(public, info, signature)


def _unless(ok: bool, fault: str) -> str:
    return "" if ok else fault


def _unchained(certificate: Read, roots: tuple[bytes, ...], at: datetime) -> str:
    """Why the certificate does not lead to a trusted root valid at that moment; empty if it does."""
    try:
        certificates.chain(certificate.der, roots, at)
    except ValueError as why:
        return str(why)
    return ""


def _listed(seal: _Seal, signer: bytes) -> bool:
    return (sm3(signer) if seal.by_digest else signer) in seal.listed


def private_oid(text: str) -> str:
    """An OID of our own under 2.25 (ITU-T X.667: a UUID as a number), made from a name that never changes."""
    number = int.from_bytes(sm3(text.encode())[:16], "big")
    return str(ObjectIdentifier(f"2.25.{number}").dotted)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
