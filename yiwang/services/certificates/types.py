"""Which type a result is of, what its identifier is, and which materials a type satisfies. Reads packs, no rows."""

from __future__ import annotations

from datetime import date

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.packs import queries as packs
from yiwang.services.certificates.kinds import POLICY, TYPE, CertificatePolicy, CertificateType

DEFAULT_POLICY = "certificates"


def declared(on: date) -> dict[str, CertificateType]:
    """Every type in force that day, by id."""
    return {type_id: found.value for type_id, found in packs.rules(TYPE, on).items()}


def of_result(item_code: str, result_name: str, on: date) -> tuple[str, str] | None:
    """(type id, rule version) an item's result is of; ``None`` where no type is declared. An item named outright comes
    before a name that fits."""
    fits = None
    for type_id, found in packs.rules(TYPE, on).items():
        if item_code in found.value.items:
            return type_id, found.version
        if fits is None and result_name in found.value.names():
            fits = type_id, found.version
    return fits


def is_the_paper(item_code: str, result_name: str, on: date) -> bool:
    """True if the result's certificate is declared, and is the paper one as well: nothing else is made."""
    found = of_result(item_code, result_name, on)
    return found is not None and version(*found).paper == "same"


def satisfying(material: str, on: date) -> list[str]:
    """Ids of the types that satisfy a material asked for under that name."""
    return [
        type_id for type_id, found in declared(on).items() if material in found.names() or material in found.satisfies
    ]


def version(type_id: str, type_version: str) -> CertificateType:
    """The declaration a certificate was issued under."""
    found: CertificateType = packs.rule_version(TYPE, type_id, type_version).value
    return found


def policy(on: date) -> CertificatePolicy:
    """The county's values for reminders, lists and intakes."""
    found: CertificatePolicy = packs.rule(POLICY, DEFAULT_POLICY, on).value
    return found


def identifier(
    declared_type: CertificateType, *, uscc: str | None, division: str, certificate_id: int, year: int, version: int
) -> str:
    """The 电子证照标识 (GB/T 36904). An organ without a 统一社会信用代码 is named by its division, as practice does; the
    serial is our own, since a certificate's number may hold characters the standard does not allow."""
    return identifiers.make_certificate_identifier(
        type_code=declared_type.code,
        issuer=uscc or division[:6],
        serial=f"{year}{certificate_id:08d}",
        version=version,
    )
