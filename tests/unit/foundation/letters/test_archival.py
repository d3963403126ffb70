"""Every letter is PDF/A-2b as far as its structure tells: the clauses of ISO 19005-2 that can be read off the file.

No validator is at hand, so the clauses are asked one by one, each first of a file that breaks it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, TextStringObject

from tests.factories import letters
from tests.unit.foundation.letters.conftest import NOW
from yiwang.foundation.files import queries as files
from yiwang.foundation.letters import actions, queries, typesetting
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import SYSTEM

ACTIONS = {
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/Hide",
    "/SetOCGState",
    "/Rendition",
    "/JavaScript",
}
RENDERED = {"/DeviceRGB", "/DeviceCMYK", "/DeviceGray"}
BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"}


def objects(reader: PdfReader) -> Iterator[Any]:
    """Every object the trailer reaches, once."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        yield one
        if isinstance(one, dict):
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, list):
            waiting += list(list.__iter__(one))


def faults(pdf: bytes) -> set[str]:
    """The clauses of ISO 19005-2 this file breaks, among those its structure tells."""
    found = set()
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    trailer, root = reader.trailer, reader.trailer["/Root"]
    if not re.match(rb"%PDF-1\.[4-7]\r?\n%[\x80-\xff]{4}", pdf):
        found.add("6.1.2 header")
    if len(trailer.get("/ID", ())) != 2:
        found.add("6.1.3 trailer ID")
    if "/Encrypt" in trailer:
        found.add("6.1.3 encryption")
    if not pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        found.add("6.1.3 data after the end")
    intents = [one.get_object() for one in root.get("/OutputIntents", ())]
    profiles = [one["/DestOutputProfile"] for one in intents if one.get("/S") == "/GTS_PDFA1"]
    if len(profiles) != 1 or profiles[0].get_object().get_data()[36:40] != b"acsp":
        found.add("6.2.3 output intent")
    xmp = root["/Metadata"].get_object() if "/Metadata" in root else None
    said = xmp.get_data().decode() if xmp is not None else ""
    if "<pdfaid:part>2</pdfaid:part>" not in said or "<pdfaid:conformance>B</pdfaid:conformance>" not in said:
        found.add("6.6.4 identification")
    if xmp is not None and "/Filter" in xmp:
        found.add("6.6.2 compressed metadata")
    title = trailer["/Info"].get("/Title") if "/Info" in trailer else None
    if title is not None and str(title) not in said:
        found.add("6.6.2 title differs")
    if root.get("/AcroForm", {}).get("/NeedAppearances") or "/XFA" in root.get("/AcroForm", {}):
        found.add("6.4 forms")
    if "/AA" in root or "/Requirements" in root:
        found.add("6.5 actions")
    for one in objects(reader):
        if isinstance(one, dict):
            found |= _of(one)
    return found | _signature(reader, pdf)


def _of(one: dict[str, Any]) -> set[str]:
    found = set()
    kind, subtype = one.get("/Type"), one.get("/Subtype")
    if kind == "/Font" and subtype not in {"/Type0", "/Type3"}:
        descriptor = one.get("/FontDescriptor")
        if descriptor is None or not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.get_object()):
            found.add("6.2.11 font not embedded")
    if kind == "/Font" and subtype == "/Type0" and one.get("/Encoding") not in {"/Identity-H", "/Identity-V"}:
        found.add("6.2.11 encoding")
    if one.get("/S") in ACTIONS or "/JS" in one or "/JavaScript" in one:
        found.add("6.5.1 action")
    if kind == "/Annot" or subtype == "/Widget":
        flags = int(one.get("/F", 0))
        if not flags & 4 or flags & (1 | 2 | 32):
            found.add("6.3.2 annotation flags")
        empty = [float(edge) for edge in one.get("/Rect", [0, 0, 0, 0])]
        if subtype not in {"/Popup", "/Link"} and "/AP" not in one and (empty[0], empty[1]) != (empty[2], empty[3]):
            found.add("6.3.3 appearance")
        if "/AA" in one:
            found.add("6.4.1 additional actions")
    if kind == "/ExtGState" or {"/CA", "/ca", "/BM"} & set(one):
        if str(one.get("/BM", "/Normal")) not in BLENDS:
            found.add("6.2.10 blend mode")
        if "/TR" in one or "/HTP" in one:
            found.add("6.2.5 graphics state")
    if subtype == "/Image" and (one.get("/Interpolate") or "/OPI" in one or "/Alternates" in one):
        found.add("6.2.8 image")
    if subtype == "/Form" and ("/OPI" in one or "/Ref" in one or "/PS" in one):
        found.add("6.2.9 form object")
    if subtype == "/PS":
        found.add("6.2.9 PostScript")
    if kind == "/Page":
        group = one.get("/Group")
        if (
            group is not None
            and group.get_object().get("/CS", "/DeviceRGB") not in RENDERED
            and not isinstance(group.get_object().get("/CS"), list)
        ):
            found.add("6.2.10 blending space")
    if "/F" in one and "/Length" in one and "/Filter" in one and isinstance(one["/F"], dict | str):
        found.add("6.1.7 external stream")
    filters = one.get("/Filter")
    if "/LZWDecode" in (filters if isinstance(filters, list) else [filters]):
        found.add("6.1.7 LZW")
    return found


def _signature(reader: PdfReader, pdf: bytes) -> set[str]:
    fields = [one.get_object() for one in reader.trailer["/Root"].get("/AcroForm", {}).get("/Fields", ())]
    signed = [one["/V"].get_object() for one in fields if one.get("/FT") == "/Sig" and "/V" in one]
    for one in signed:
        start, first, second, rest = (int(number) for number in one["/ByteRange"])
        gap = pdf[first:second]
        if start != 0 or second + rest != len(pdf) or not re.fullmatch(rb"<[0-9A-Fa-f]+>", gap):
            return {"6.4.3 byte range"}
    return set()


def sealed(organ, **how) -> tuple[Letter, bytes]:
    letter = actions.render(letter_id=letters.letter(organ, NOW, **how).pk, at=NOW)
    assert letter.status == Letter.Status.SEALED, letter.error
    return letter, files.open_file(SYSTEM, letter.file_id)


def broken(pdf: bytes, **how: Any) -> bytes:
    """The same pages with something PDF/A forbids."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    root = writer._root_object
    match how:
        case {"without": key}:
            del root[NameObject(key)]
        case {"script": True}:
            script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
            root[NameObject("/OpenAction")] = DictionaryObject(script)
        case {"password": word}:
            writer.encrypt(word, algorithm="AES-128")
        case {"font": True}:
            for one in writer._objects:
                if isinstance(one, dict) and "/FontFile3" in one:
                    del one[NameObject("/FontFile3")]
        case {"blend": True}:
            state = DictionaryObject(
                {NameObject("/Type"): NameObject("/ExtGState"), NameObject("/BM"): NameObject("/Odd")}
            )
            root[NameObject("/Odd")] = ArrayObject([state])
        case {"title": True}:
            writer._info[NameObject("/Title")] = TextStringObject("另一个标题")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def plain() -> bytes:
    content = {
        "title": "受理通知书",
        "number": "云市监许〔2026〕1号",
        "head": "云溪县市场监督管理局",
        "organ": "云溪县市场监督管理局",
        "addressee": "林小溪",
        "day": "2026年9月24日",
        "blocks": [{"kind": "text", "text": "内容"}],
        "pairs": [],
        "remedies": "",
        "contact": "",
        "receipt": True,
        "seal": None,
        "qr": typesetting.qr("https://example.cn/letters/ABCD2345/"),
        "code": "ABCD",
        "address": "example.cn/letters",
        "digest": "0" * 16,
        "note": "",
    }
    return typesetting.pdf("letter", content, on=NOW.date())


@pytest.mark.parametrize(
    ("how", "clause"),
    [
        ({"without": "/OutputIntents"}, "6.2.3 output intent"),
        ({"without": "/Metadata"}, "6.6.4 identification"),
        ({"script": True}, "6.5.1 action"),
        ({"font": True}, "6.2.11 font not embedded"),
        ({"blend": True}, "6.2.10 blend mode"),
        ({"title": True}, "6.6.2 title differs"),
    ],
)
def test_a_file_that_breaks_a_clause_is_found(plain, how, clause):
    assert faults(plain) == set()
    assert clause in faults(broken(plain, **how))


def test_an_update_the_seal_does_not_cover_is_found(market):
    _, pdf = sealed(market)
    assert faults(pdf + b"\n%%EOF\n") >= {"6.4.3 byte range"}


def test_every_kind_of_letter_is_pdf_a_2b_as_set_as_sealed_and_as_a_slip(market):
    sealed_kinds = 0
    for kind_id, kind in queries.letter_kinds(NOW.date()).items():
        data = {
            name: {"text": "内容", "lines": ["甲", "乙"], "rows": [{"name": "甲"}]}[field.kind]
            for name, field in kind.fields.items()
        }
        letter = letters.letter(market, NOW, kind=kind_id, data=data)
        layouts = [kind.layout, typesetting.SLIP] if kind.slip else [kind.layout]
        for layout in layouts:
            assert faults(typesetting.pdf(layout, actions.page_of(letter), on=NOW.date())) == set(), (kind_id, layout)
        if letter.status == Letter.Status.RENDERING:  # others wait for a seal this organ has not
            actions.render(letter_id=letter.pk, at=NOW)
            letter.refresh_from_db()
            assert faults(files.open_file(SYSTEM, letter.file_id)) == set(), kind_id
            sealed_kinds += letter.seal_id is not None
    assert sealed_kinds > 10
