"""OFD documents of ours: every tampering is found, the font is a real one, what is set can be read again."""

from __future__ import annotations

import io
import zipfile

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from tests.unit.foundation.seals.test_ses import NOW, Workshop
from yiwang.foundation.ofd import fonts, packing, pages, reading
from yiwang.foundation.seals import rules, sm2

LINES = ("食品经营许可证", "编号：JY2026-1 <甲&乙>")
DOCUMENT = pages.Document(
    identity="0" * 32,
    title="食品经营许可证",
    author="云溪县市场监督管理局",
    created_on="2026-09-24",
    pages=[
        pages.Page(
            297,
            210,
            [
                *(pages.Text(20, 30 + 10 * line, 5, text) for line, text in enumerate(LINES)),
                pages.rectangle(10, 10, 277, 190, (140, 29, 24), 0.7),
                pages.squares(20, 160, 20, [[1, 0, 1], [1, 1, 1], [0, 0, 1]]),
            ],
        )
    ],
    custom={"证照标识": "1.2.156.3005.2.X", "证照名称": "甲<乙>"},
)


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


@pytest.fixture(scope="module")
def sealed(workshop):
    return packing.seal(
        DOCUMENT,
        seal=workshop.seal,
        stamp=packing.Stamp(0, 200, 140, 42, 42),
        provider="测试",
        at=NOW,
        make=lambda digest, place: workshop.sign(digest=digest, properties=place),
    )


def repacked(content, change=None, *, add=None, drop=None, twice=None):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == drop:
                continue
            data = old.read(name)
            new.writestr(name, change.get(name, lambda given: given)(data) if change else data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def examined(content, workshop):
    signed = reading.read(content).signed()
    return signed.fault or rules.verify(signed.signature, digest=signed.digest, roots=[workshop.root]).says


@pytest.mark.parametrize(
    ("junk", "says"),
    [
        (b"", "不是 OFD"),
        (b"%PDF-1.7", "不是 OFD"),
        (b"PK\x03\x04" + b"x" * 60, "不是 OFD"),
        (b"PK\x03\x04" + b"x" * 60 + b"PK\x05\x06" + bytes(18), "不是 OFD|损坏"),
    ],
)
def test_bytes_that_are_no_document_are_said_to_be_none(junk, says):
    with pytest.raises(reading.NotOFD, match=says):
        reading.read(junk)


def test_a_document_without_a_seal_is_said_to_have_none():
    with pytest.raises(reading.NoSeal, match="没有电子印章"):
        reading.read(packing.write(DOCUMENT)).signed()


def test_every_file_of_the_document_is_under_the_seal(sealed, workshop):
    with zipfile.ZipFile(io.BytesIO(sealed)) as archive:
        names = [name for name in archive.namelist() if name not in {packing.SIGNATURE, packing.VALUE}]
    for name in names:
        touched = {name: lambda data: data.replace(b"</ofd:", b" </ofd:", 1) if b"</ofd:" in data else data + b"\0"}
        assert "被改动" in examined(repacked(sealed, touched), workshop), name
    other = {packing.SIGNATURE: lambda data: data.replace(b'Version="1.0"', b'Version="1.1"')}
    assert "原文摘要" in examined(repacked(sealed, other), workshop)


def test_something_added_hidden_or_taken_away_is_found(sealed, workshop):
    assert "未受签章保护" in examined(repacked(sealed, add={"Doc_0/Pages/Page_1/Content.xml": b"<x/>"}), workshop)
    assert "缺少" in examined(repacked(sealed, drop=packing.RESOURCES), workshop)
    for around in (b"x" + sealed, sealed + b"x"):
        with pytest.raises(reading.NotOFD, match="附加"):
            reading.read(around)
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = repacked(sealed, add={packing.ENTRY: b"<x/>"})
    with pytest.raises(reading.NotOFD, match="重名"):
        reading.read(doubled)


def test_the_seal_of_another_is_not_trusted(sealed):
    assert "受信任" in examined(sealed, Workshop())


def test_entities_and_bombs_are_refused(sealed, monkeypatch):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(reading.NotOFD, match="不允许"):
        reading.read(repacked(sealed, {packing.ENTRY: lambda _: bomb}))
    with pytest.raises(reading.NotOFD, match="不是规范"):
        reading.read(repacked(sealed, {packing.ENTRY: lambda data: data.decode().encode("utf-16")}))
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    with pytest.raises(reading.NotOFD, match="过大"):
        reading.read(sealed)


def test_a_sealed_document_is_valid_and_says_what_was_set(sealed, workshop):
    document = reading.read(sealed)
    assert document.text == LINES
    assert document.custom == DOCUMENT.custom
    assert document.title == "食品经营许可证"
    signed = document.signed()
    assert not signed.fault
    assert signed.seal == workshop.seal
    assert "印章有效" in examined(sealed, workshop)
    assert packing.write(DOCUMENT) == packing.write(DOCUMENT)  # no wall clock in it


def test_the_signature_names_the_file_it_covers(sealed, workshop):
    from yiwang.foundation.seals.ses import SESSignature

    whole = SESSignature.load(reading.read(sealed).signed().signature)
    assert whole["toSign"]["propertyInfo"].native == f"/{packing.SIGNATURE}"
    assert sm2.verify(workshop.key.public, whole["toSign"].dump(), bytes(whole["signature"].native))


def test_a_character_the_font_lacks_is_refused_by_name():
    with pytest.raises(fonts.NoGlyph, match="\U0002ffff"):
        fonts.subset("证\U0002ffff")


def test_the_embedded_font_draws_the_same_outlines_as_the_whole_one():
    import pylopdf_fonts_zh_cn as packaged

    text = "食品经营许可证0aB（）"
    content, numbers = fonts.subset(text)
    assert len(content) < 10_000

    def drawn(font, character):
        glyphs, name = font.getGlyphSet(), font.getBestCmap()[ord(character)]
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        return pen.bounds, font["hmtx"][name][0]

    with TTFont(io.BytesIO(content), checkChecksums=2) as small, TTFont(packaged.serif_path(), lazy=True) as whole:
        assert small["maxp"].numGlyphs == len(set(text)) + 1
        for character in text:
            assert drawn(small, character) == drawn(whole, character), character
            assert small.getGlyphID(small.getBestCmap()[ord(character)]) == numbers[character]
