"""照面: what a certificate's page says, set once as PDF (typst) and once as OFD, and its GB/T 36903 metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.letters import fonts as glyphs
from yiwang.foundation.letters import typesetting
from yiwang.foundation.ofd import fonts, packing, pages
from yiwang.foundation.seals.rules import private_oid

IDENTIFIER = private_oid("yiwang: identifier of an electronic certificate")
METADATA = private_oid("yiwang: metadata of an electronic certificate")
RED, GREY = (140, 29, 24), (80, 80, 80)
WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 30.0  # A4 across, millimetres
SIZE, LABEL, LEADING = 4.94, 47.0, 8.5  # 14 pt; nine characters of a label
NEVER_FIRST = "。，、；：？！）》”"
FIRM, PERSON = "001", "111"  # 持证主体代码类型: 统一社会信用代码, 公民身份号码


@dataclass(frozen=True, slots=True)
class Face:
    """Everything the page says, in words. ``pairs`` are the particulars in order; ``metadata`` is GB/T 36903's by name."""

    title: str
    number: str
    organ: str
    issued_on: date
    pairs: tuple[tuple[str, str], ...]
    statement: str
    code: str
    address: str  # the public page that verifies it
    identifier: str
    note: str
    metadata: Mapping[str, str]

    def texts(self) -> list[str]:
        """Every text that is set."""
        said = [
            self.title,
            self.number,
            self.organ,
            self.statement,
            self.code,
            self.address,
            self.identifier,
            self.note,
        ]
        return said + [text for pair in self.pairs for text in pair]


@dataclass(frozen=True, slots=True)
class Mark:
    """The seal that is shown: its picture and measures in millimetres."""

    svg: str
    width: int
    height: int
    name: str


def metadata(
    *,
    type_name: str,
    type_code: str,
    name: str,
    number: str,
    identifier: str,
    organ: str,
    organ_code: str,
    issued_on: date,
    valid_from: date,
    valid_until: date | None,
    holder: str,
    holder_code: str,
    holder_is_firm: bool,
    division: str,
) -> dict[str, str]:
    """The metadata of GB/T 36903. ``holder_code`` of a natural person comes masked: the number itself stays in the register."""
    return {
        "证照类型名称": type_name,
        "证照类型代码": type_code,
        "证照名称": name,
        "证照编号": number,
        "证照标识": identifier,
        "证照颁发机构": organ,
        "证照颁发机构代码": organ_code,
        "证照颁发日期": issued_on.isoformat(),
        "证照有效期起始日期": valid_from.isoformat(),
        "证照有效期截止日期": valid_until.isoformat() if valid_until else "",
        "持证主体": holder,
        "持证主体代码": holder_code,
        "持证主体代码类型": "统一社会信用代码" if holder_is_firm else "公民身份号码",
        "持证主体代码类型代码": FIRM if holder_is_firm else PERSON,
        "所属管辖属地编码": division,
    }


def extensions(face: Face) -> dict[str, bytes]:
    """What the signature itself carries: identifier and metadata, so that a file is judged without asking anybody."""
    said = json.dumps(dict(face.metadata), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {IDENTIFIER: face.identifier.encode(), METADATA: said.encode()}


def pdf(face: Face, mark: Mark) -> bytes:
    """The page as PDF/A-2b, unsigned. Refuses (``fonts.MissingGlyph``) a character the fonts lack."""
    content: dict[str, Any] = {
        "title": face.title,
        "organ": face.organ,
        "number": face.number,
        "pairs": [{"title": title, "text": text} for title, text in face.pairs],
        "blocks": [{"kind": "text", "text": face.statement}] if face.statement else [],
        "day": typesetting.chinese_day(face.issued_on),
        "seal": {"svg": mark.svg, "width": mark.width, "name": mark.name},
        "qr": typesetting.qr(face.address),
        "code": face.code,
        "address": face.address.split("//")[-1].partition("?")[0],
        "identifier": face.identifier,
        "note": face.note,
    }
    return typesetting.pdf(typesetting.CERTIFICATE, content, on=face.issued_on)


def document(face: Face, mark: Mark) -> tuple[pages.Document, packing.Stamp]:
    """The same page for OFD, and where its seal stands. Refuses as ``pdf``."""
    glyphs.require(face.texts())
    things: list[pages.Text | pages.Path] = [
        pages.rectangle(10, 10, WIDTH - 20, HEIGHT - 20, RED, 0.7),
        pages.rectangle(12.5, 12.5, WIDTH - 25, HEIGHT - 25, RED, 0.2),
        _centred(face.title, WIDTH / 2, 38, 11.3),
        _centred(f"编号：{face.number}", WIDTH / 2, 48, 4.6),
    ]
    y = 62.0
    for column in range(0, len(face.pairs), 2):
        row = zip(face.pairs[column : column + 2], (MARGIN, 156.0), strict=False)
        y = max(_pair(things, *pair, x, y) for pair, x in row)
    for line in _wrapped(face.statement, SIZE, WIDTH - 2 * MARGIN):
        things.append(pages.Text(MARGIN, y + 2, SIZE, line))
        y += LEADING
    middle, foot = WIDTH - 68.0, HEIGHT - 47.0
    things += [_centred(face.organ, middle, foot, SIZE)]
    things += [_centred(typesetting.chinese_day(face.issued_on), middle, foot + LEADING, SIZE)]
    things.append(pages.squares(24, HEIGHT - 44, 22, _matrix(face.address)))
    strip = [f"查验码：{face.code}", f"电子证照标识：{face.identifier}", face.note]
    for place, text in enumerate(filter(None, strip)):
        things.append(pages.Text(50, HEIGHT - 38 + 5 * place, 2.8, text, GREY))
    made = pages.Document(
        identity=_identity(face.identifier),
        title=face.title,
        author=face.organ,
        created_on=face.issued_on.isoformat(),
        pages=[pages.Page(WIDTH, HEIGHT, [thing for thing in things if not _empty(thing)])],
        custom=face.metadata,
    )
    at = packing.Stamp(0, middle - mark.width / 2, foot + LEADING / 2 - mark.height / 2 - 2, mark.width, mark.height)
    return made, at


def _pair(things: list[pages.Text | pages.Path], title: str, text: str, x: float, y: float) -> float:
    """A particular and its value, wrapped; answers where the next row begins."""
    things.append(pages.Text(x, y, SIZE, f"{title}：", GREY))
    for line in _wrapped(text, SIZE, 112 - LABEL):
        things.append(pages.Text(x + LABEL, y, SIZE, line))
        y += LEADING
    return y + (LEADING if not text else 1.5)


def _centred(text: str, middle: float, y: float, size: float) -> pages.Text:
    return pages.Text(middle - fonts.width(text, size) / 2, y, size, text)


def _wrapped(text: str, size: float, room: float) -> list[str]:
    """Lines that fit into ``room`` millimetres; Chinese breaks anywhere but before a closing mark, which hangs over."""
    lines, line, run = [], "", 0.0
    for character in text.replace("\n", " "):
        advance = fonts.width(character, size)
        if line and run + advance > room and character not in NEVER_FIRST:
            lines.append(line)
            line, run = "", 0.0
        line, run = line + character, run + advance
    return [*lines, line] if line else lines


def _matrix(address: str) -> list[list[int]]:
    made = segno.make(address, error="m", micro=False, mask=3, boost_error=False)
    return [list(row) for row in made.matrix]


def _identity(identifier: str) -> str:
    return sm3(identifier.encode()).hex()[:32]


def _empty(thing: pages.Text | pages.Path) -> bool:
    return isinstance(thing, pages.Text) and not thing.text
