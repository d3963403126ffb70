"""X.509 certificates with SM2 keys (GM/T 0015): made by a software test CA, and read when a signature is checked.

Every name the test CA writes says 测试用: its certificates have no legal force, whoever reads them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import keys, x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.core import OctetBitString, OctetString

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import sm2
from yiwang.foundation.seals.ses import SM2_WITH_SM3

SM2_CURVE = "1.2.156.10197.1.301"
TEST_MARK = "测试用"
COMMON_NAME_ROOM = 64  # ub-common-name of RFC 5280

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a certificate names: ``name`` (common name), the organ, and whether it may sign other certificates."""

    name: str
    organ: str
    public: bytes
    authority: bool = False


def make(*, holder: Holder, issuer: bytes | None, sign: Sign, valid_from: datetime, valid_until: datetime) -> bytes:
    """A certificate in DER, signed by ``sign`` in the name of ``issuer`` (DER), or by itself when there is none."""
    subject = x509.Name.build(
        {
            "country_name": "CN",
            "organization_name": holder.organ[:COMMON_NAME_ROOM],
            "organizational_unit_name": f"{TEST_MARK} 不具法律效力",
            "common_name": _marked(holder.name),
        }
    )
    above = x509.Certificate.load(issuer) if issuer else None
    own_id = sm3(holder.public)[:20]
    algorithm = SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(127),
            "signature": algorithm,
            "issuer": above.subject if above else subject,
            "validity": {"not_before": _time(valid_from), "not_after": _time(valid_until)},
            "subject": subject,
            "subject_public_key_info": {
                "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", SM2_CURVE)},
                "public_key": keys.ECPointBitString(holder.public),
            },
            "extensions": _extensions(holder, own_id, above.key_identifier if above else own_id),
        }
    )
    certificate = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": algorithm,
            "signature_value": OctetBitString(sign(body.dump())),
        }
    )
    return bytes(certificate.dump())


@dataclass(frozen=True, slots=True)
class Read:
    """What a certificate says."""

    der: bytes
    subject: str
    issuer: str
    serial: str
    public: bytes
    key_id: bytes
    issuer_key_id: bytes
    authority: bool
    valid_from: datetime
    valid_until: datetime
    is_test: bool

    def holds(self, at: datetime) -> bool:
        """True if the moment lies within the certificate's validity, both ends included."""
        return self.valid_from <= at <= self.valid_until


@lru_cache(maxsize=512)
def read(der: bytes) -> Read:
    """The certificate's own words; ``ValueError`` if it is not a certificate with an SM2 key. Kept: the same few
    certificates stand in every signature."""
    certificate = x509.Certificate.load(der, strict=True)
    body = certificate["tbs_certificate"]
    info = body["subject_public_key_info"]
    if info["algorithm"]["algorithm"].native != "ec" or info["algorithm"]["parameters"].chosen.dotted != SM2_CURVE:
        raise ValueError("not an SM2 key")
    constraints = certificate.basic_constraints_value
    return Read(
        der=der,
        subject=str(certificate.subject.native["common_name"]),
        issuer=str(certificate.issuer.native["common_name"]),
        serial=f"{certificate.serial_number:x}",
        public=bytes(info["public_key"].native),
        key_id=certificate.key_identifier or b"",
        issuer_key_id=certificate.authority_key_identifier or b"",
        authority=bool(constraints and constraints["ca"].native),
        valid_from=body["validity"]["not_before"].native,
        valid_until=body["validity"]["not_after"].native,
        is_test=TEST_MARK in str(certificate.subject.native),
    )


@lru_cache(maxsize=512)
def signed_by(der: bytes, above: Read) -> bool:
    """True if ``above`` may sign certificates and its key signed this one."""
    certificate = x509.Certificate.load(der)
    if certificate["signature_algorithm"]["algorithm"].dotted != SM2_WITH_SM3 or not above.authority:
        return False
    signature = certificate["signature_value"].native
    return sm2.verify(above.public, certificate["tbs_certificate"].dump(), bytes(signature))


def chain(der: bytes, roots: Iterable[bytes], at: datetime) -> tuple[Read, Read]:
    """The certificate and the trusted root that signed it, both valid at that moment; ``ValueError`` says why not."""
    leaf = read(der)
    for root in map(read, roots):
        if leaf.issuer_key_id == root.key_id and signed_by(der, root):
            if not (leaf.holds(at) and root.holds(at)):
                raise ValueError("签章时间不在证书有效期内")
            return leaf, root
    raise ValueError("证书不是由受信任的机构签发")


def _extensions(holder: Holder, own_id: bytes, issuer_id: bytes) -> list[dict[str, object]]:
    usage = {"key_cert_sign", "crl_sign"} if holder.authority else {"digital_signature", "non_repudiation"}
    return [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": holder.authority}},
        {"extn_id": "key_usage", "critical": True, "extn_value": usage},
        {"extn_id": "key_identifier", "extn_value": OctetString(own_id)},
        {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": issuer_id}},
    ]


def _marked(name: str) -> str:
    """The name with 测试用 at its end, cut to the room a common name has: the mark is never what falls off."""
    mark = f"（{TEST_MARK}）"
    return name[: COMMON_NAME_ROOM - len(mark)] + mark


def _time(moment: datetime) -> x509.Time:
    """UTCTime to 2049, GeneralizedTime after, as RFC 5280 wants."""
    exact = moment.replace(microsecond=0)
    name = "utc_time" if exact.year < 2050 else "general_time"
    return x509.Time(name, exact)
