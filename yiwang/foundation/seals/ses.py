"""The structures of GB/T 38540-2020 in DER: electronic seal (SESeal) and seal signature (SES_Signature).

Field names follow the standard, so that a reader with the standard in hand finds them.
"""

from __future__ import annotations

from typing import Any

from asn1crypto.core import (
    Any as AnyValue,
)
from asn1crypto.core import (
    Boolean,
    GeneralizedTime,
    IA5String,
    Integer,
    ObjectIdentifier,
    OctetBitString,
    OctetString,
    PrintableString,
    Sequence,
    SequenceOf,
    UTF8String,
)

SM2_WITH_SM3 = "1.2.156.10197.1.501"
VERSION = 4  # GB/T 38540-2020; 5 is GM/T 0031-2025
CERTIFICATES, DIGESTS = 1, 2  # certListType


class ExtData(Sequence):
    _fields = [
        ("extnID", ObjectIdentifier),
        ("critical", Boolean, {"default": False}),
        ("extnValue", OctetString),
    ]


class ExtensionDatas(SequenceOf):
    _child_spec = ExtData


class Header(Sequence):
    _fields = [("ID", IA5String), ("version", Integer), ("Vid", IA5String)]


class CertInfoList(SequenceOf):
    _child_spec = OctetString


class CertDigest(Sequence):
    _fields = [("type", PrintableString), ("value", OctetString)]


class CertDigestList(SequenceOf):
    _child_spec = CertDigest


class Property(Sequence):
    """SES_ESPropertyInfo. What ``certList`` holds is told by ``certListType``, not by a tag."""

    _fields = [
        ("type", Integer),
        ("name", UTF8String),
        ("certListType", Integer),
        ("certList", AnyValue),
        ("createDate", GeneralizedTime),
        ("validStart", GeneralizedTime),
        ("validEnd", GeneralizedTime),
    ]

    def _list(self) -> Any:
        return CertInfoList if self["certListType"].native == CERTIFICATES else CertDigestList

    _spec_callbacks = {"certList": _list}


class Picture(Sequence):
    """SES_ESPictrueInfo (the standard's own spelling). Width and height are millimetres."""

    _fields = [("type", IA5String), ("data", OctetString), ("width", Integer), ("height", Integer)]


class SealInfo(Sequence):
    _fields = [
        ("header", Header),
        ("esID", IA5String),
        ("property", Property),
        ("picture", Picture),
        ("extDatas", ExtensionDatas, {"explicit": 0, "optional": True}),
    ]


class SESeal(Sequence):
    _fields = [
        ("eSealInfo", SealInfo),
        ("cert", OctetString),
        ("signAlgID", ObjectIdentifier),
        ("signedValue", OctetBitString),
    ]


class TBSSign(Sequence):
    _fields = [
        ("version", Integer),
        ("eseal", SESeal),
        ("timeInfo", GeneralizedTime),
        ("dataHash", OctetBitString),
        ("propertyInfo", IA5String),
        ("extDatas", ExtensionDatas, {"explicit": 0, "optional": True}),
    ]


class SESSignature(Sequence):
    _fields = [
        ("toSign", TBSSign),
        ("cert", OctetString),
        ("signatureAlgID", ObjectIdentifier),
        ("signature", OctetBitString),
        ("timeStamp", OctetBitString, {"explicit": 0, "optional": True}),
    ]
