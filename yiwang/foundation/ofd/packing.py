"""Putting a document together and sealing it (GB/T 33190 chapters 7 and 18, GB/T 38540)."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.ofd import fonts, pages
from yiwang.foundation.ofd.pages import FIRST_ID, FONT_ID, HEAD, NAMESPACE, Document

SM2_WITH_SM3, SM3 = "1.2.156.10197.1.501", "1.2.156.10197.1.401"
ENTRY, ROOT, RESOURCES = "OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml"
FONT = "Doc_0/Res/font.otf"
LIST = "Doc_0/Signs/Signatures.xml"
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
SEAL, VALUE = "Doc_0/Signs/Sign_0/Seal.esl", "Doc_0/Signs/Sign_0/SignedValue.dat"
MOMENT = (2024, 1, 1, 0, 0, 0)  # of every member: the bytes do not depend on the wall clock


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where the seal stands: page (from 0), left, top, width, height in millimetres."""

    page: int
    x: float
    y: float
    width: float
    height: float


def write(document: Document) -> bytes:
    """The document without a seal. ``fonts.NoGlyph`` for a character the font lacks."""
    return _zip(_files(document, signed=False))


def seal(
    document: Document, *, seal: bytes, stamp: Stamp, provider: str, at: datetime, make: Callable[[bytes, str], bytes]
) -> bytes:
    """The document under a seal.

    ``seal`` is the SESeal (DER) that is shown at ``stamp``; ``make`` turns the SM3 digest of ``Signature.xml`` and that
    file's path into an SES_Signature (DER). Every file but the signature value itself is covered.
    """
    files = _files(document, signed=True)
    files[SEAL] = seal
    files[LIST] = (
        f'{HEAD}<ofd:Signatures xmlns:ofd="{NAMESPACE}"><ofd:MaxSignId>1</ofd:MaxSignId>'
        f'<ofd:Signature ID="1" Type="Seal" BaseLoc="/{SIGNATURE}"/></ofd:Signatures>'
    ).encode()
    files[SIGNATURE] = _signature_xml(files, stamp, provider, at)
    files[VALUE] = make(sm3(files[SIGNATURE]), f"/{SIGNATURE}")
    return _zip(files)


def _signature_xml(files: Mapping[str, bytes], stamp: Stamp, provider: str, at: datetime) -> bytes:
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(sm3(content)).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, content in sorted(files.items())
    )
    numbers = (f"{number:.3f}".rstrip("0").rstrip(".") for number in (stamp.x, stamp.y, stamp.width, stamp.height))
    return (
        f'{HEAD}<ofd:Signature xmlns:ofd="{NAMESPACE}"><ofd:SignedInfo>'
        f'<ofd:Provider ProviderName={quoteattr(provider)} Version="1.0" Company={quoteattr(provider)}/>'
        f"<ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{at:%Y-%m-%dT%H:%M:%S}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="1" PageRef="{_page_id(stamp.page)}" Boundary="{" ".join(numbers)}"/>'
        f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{VALUE}</ofd:SignedValue></ofd:Signature>"
    ).encode()


def _page_id(number: int) -> int:
    return FIRST_ID + number


def _files(document: Document, *, signed: bool) -> dict[str, bytes]:
    font, numbers = fonts.subset(document.characters())
    free = FIRST_ID + len(document.pages) + 1  # ids of pages come first, then of each page its layer and its things
    files, listed = {}, []
    for number, page in enumerate(document.pages):
        place = f"Pages/Page_{number}/Content.xml"
        files[f"Doc_0/{place}"], free = pages.content_xml(page, numbers, free)
        free += 1
        listed.append(f'<ofd:Page ID="{_page_id(number)}" BaseLoc="{place}"/>')
    first = document.pages[0]
    area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {first.width:g} {first.height:g}</ofd:PhysicalBox></ofd:PageArea>"
    files[ROOT] = (
        f'{HEAD}<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>{free}</ofd:MaxUnitID>{area}'
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{''.join(listed)}</ofd:Pages>"
        "</ofd:Document>"
    ).encode()
    files[RESOURCES] = (
        f'{HEAD}<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{FONT_ID}" '
        f'FontName="{fonts.NAME}" FamilyName="{fonts.NAME}"><ofd:FontFile>font.otf</ofd:FontFile></ofd:Font></ofd:Fonts>'
        "</ofd:Res>"
    ).encode()
    files[FONT] = font
    files[ENTRY] = _entry(document, signed)
    return files


def _entry(document: Document, signed: bool) -> bytes:
    custom = "".join(
        f"<ofd:CustomData Name={quoteattr(name)}>{escape(value)}</ofd:CustomData>"
        for name, value in document.custom.items()
    )
    return (
        f'{HEAD}<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{document.identity}</ofd:DocID><ofd:Title>{escape(document.title)}</ofd:Title>"
        f"<ofd:Author>{escape(document.author)}</ofd:Author><ofd:CreationDate>{document.created_on}</ofd:CreationDate>"
        f"<ofd:Creator>Yiwang</ofd:Creator>"
        f"{f'<ofd:CustomDatas>{custom}</ofd:CustomDatas>' if custom else ''}</ofd:DocInfo>"
        f"<ofd:DocRoot>{ROOT}</ofd:DocRoot>{f'<ofd:Signatures>{LIST}</ofd:Signatures>' if signed else ''}"
        "</ofd:DocBody></ofd:OFD>"
    ).encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in sorted(files, key=lambda name: (name != ENTRY, name)):  # readers look for OFD.xml first
            # outlines hardly shrink, and unpacking them would be half of every check
            how = zipfile.ZIP_STORED if name == FONT else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, MOMENT), files[name], how, 1)
    return out.getvalue()
