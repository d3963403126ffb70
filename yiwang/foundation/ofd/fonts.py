"""A font file with exactly the characters of one document: an OpenType font with CFF outlines, written by hand.

Characters the main font lacks are taken from the fonts of rarer ones and from the county's own (``YW_FONTS``).

A general subsetter reads and closes every table of a font of eleven megabytes for each document. Outlines are taken from
it once a character and kept, and the small font is put together from them: a few milliseconds instead of hundreds.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pylopdf_fonts_zh_cn as main
import pylopdf_fonts_zh_tw as rarer
from django.conf import settings
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

COLLECTIONS = frozenset({".ttc", ".otc"})
SUFFIXES = COLLECTIONS | {".otf", ".ttf"}
NAME = "YiwangSerif"
UNITS = 1000  # font units an em
ASCENT, DESCENT = 880, -120
FIRST_OWN_STRING = 391  # string ids below belong to the CFF standard strings
EPOCH = 3_786_912_000  # 2024-01-01 in seconds since 1904: a document's bytes do not depend on the wall clock


class Glyph(NamedTuple):
    """One character: its Type 2 charstring and its advance in font units."""

    program: bytes
    advance: int


class NoGlyph(ValueError):
    """The font cannot draw this character; the argument is it."""


@lru_cache(maxsize=1)
def _paths() -> tuple[Path, ...]:
    """Font files in the order they are asked: the main font, its sans serif, the rarer characters, the county's own."""
    first = [Path(main.serif_path()), Path(main.sans_path())]
    folders = [Path(rarer.serif_path()).parent, *([Path(settings.FONTS)] if settings.FONTS else [])]
    more = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
    return (*first, *(path for path in more if path.suffix.lower() in SUFFIXES))


@lru_cache(maxsize=16)
def _opened(path: Path) -> tuple[Any, dict[int, str], Any, int] | None:
    """Outlines, names by code point, advances and em of a font; ``None`` for a file that is none."""
    content = io.BytesIO(path.read_bytes())
    try:
        font = TTCollection(content).fonts[0] if path.suffix.lower() in COLLECTIONS else TTFont(content, lazy=True)
        return font.getGlyphSet(), font.getBestCmap() or {}, font["hmtx"], font["head"].unitsPerEm
    except (TTLibError, KeyError):
        return None


@lru_cache(maxsize=8192)
def glyph(character: str) -> Glyph:
    """Outline and advance of a character; ``NoGlyph`` if no font of ours has it."""
    for path in _paths():
        opened = _opened(path)
        if opened is None or (name := opened[1].get(ord(character))) is None:
            continue
        outlines, _, widths, em = opened
        advance = round(widths[name][0] * UNITS / em)
        pen = T2CharStringPen(advance, outlines)
        outlines[name].draw(pen if em == UNITS else TransformPen(pen, (UNITS / em, 0, 0, UNITS / em, 0, 0)))
        program = pen.getCharString()
        program.compile()
        return Glyph(bytes(program.bytecode), advance)
    raise NoGlyph(character)


def width(text: str, size: float) -> float:
    """How far a line of ``text`` runs at ``size`` millimetres."""
    return sum(glyph(character).advance for character in text) * size / UNITS


def subset(characters: Iterable[str]) -> tuple[bytes, dict[str, int]]:
    """The font file and the number of each character's glyph in it, in order of code points. ``NoGlyph`` as ``glyph``."""
    chosen = sorted({character for character in characters if not character.isspace() or character == " "})
    glyphs = [Glyph(_NOTDEF, UNITS), *map(glyph, chosen)]
    numbers = {character: index for index, character in enumerate(chosen, 1)}
    tables = {
        b"CFF ": _cff([f"u{ord(character):05X}".encode() for character in chosen], [each.program for each in glyphs]),
        b"OS/2": _os2(chosen),
        b"cmap": _cmap(numbers),
        b"head": _head(),
        b"hhea": _hhea(glyphs),
        b"hmtx": b"".join(struct.pack(">Hh", each.advance, 0) for each in glyphs),
        b"maxp": struct.pack(">IH", 0x00005000, len(glyphs)),
        b"name": _name(),
        b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _sfnt(tables), numbers


_NOTDEF = bytes([28, 0x03, 0xE8, 14])  # width 1000, endchar


def _index(items: Sequence[bytes]) -> bytes:
    """A CFF INDEX with four-byte offsets."""
    if not items:
        return b"\0\0"
    offsets, at = [1], 1
    for item in items:
        at += len(item)
        offsets.append(at)
    return struct.pack(">HB", len(items), 4) + struct.pack(f">{len(offsets)}I", *offsets) + b"".join(items)


def _operand(number: int) -> bytes:
    return b"\x1d" + struct.pack(">i", number)  # always five bytes: offsets are known before they are written


def _cff(names: list[bytes], programs: list[bytes]) -> bytes:
    head = b"\x01\x00\x04\x04" + _index([NAME.encode()])
    strings, subroutines = _index(names), _index([])
    charset = b"\0" + struct.pack(f">{len(names)}H", *range(FIRST_OWN_STRING, FIRST_OWN_STRING + len(names)))
    private = _operand(UNITS) + b"\x14"  # defaultWidthX
    outlines = _index(programs)

    def top(charset_at: int, outlines_at: int, private_at: int) -> bytes:
        box = b"".join(map(_operand, (0, DESCENT, UNITS, ASCENT))) + b"\x05"
        places = _operand(charset_at) + b"\x0f" + _operand(outlines_at) + b"\x11"
        return _index([box + places + _operand(len(private)) + _operand(private_at) + b"\x12"])

    start = len(head) + len(top(0, 0, 0)) + len(strings) + len(subroutines)
    places = (start, start + len(charset), start + len(charset) + len(outlines))
    return head + top(*places) + strings + subroutines + charset + outlines + private


def _cmap(numbers: dict[str, int]) -> bytes:
    groups = b"".join(struct.pack(">III", ord(c), ord(c), number) for c, number in numbers.items())
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(numbers)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head() -> bytes:
    moments = struct.pack(">qq", EPOCH, EPOCH)
    start = struct.pack(">IIIIHH", 0x00010000, 0x00010000, 0, 0x5F0F3CF5, 3, UNITS)
    return start + moments + struct.pack(">hhhhHHhhh", 0, DESCENT, UNITS, ASCENT, 0, 8, 2, 0, 0)


def _hhea(glyphs: Sequence[Glyph]) -> bytes:
    widest = max(each.advance for each in glyphs)
    return struct.pack(">IhhhH11hH", 0x00010000, ASCENT, DESCENT, 0, widest, 0, 0, UNITS, 1, *[0] * 7, len(glyphs))


def _os2(chosen: Sequence[str]) -> bytes:
    points = [min(ord(c), 0xFFFF) for c in chosen] or [0]
    first = struct.pack(">HhHHHhhhhhhhhhhh", 4, UNITS, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0)
    ranges = bytes(10) + struct.pack(">IIII", 0, 0x08000000, 0, 0) + b"YIWA"  # CJK unified ideographs
    lines = struct.pack(">HHHhhhHH", 0x40, points[0], points[-1], ASCENT, DESCENT, 0, ASCENT, -DESCENT)
    return first + ranges + lines + struct.pack(">IIhhHHH", 1 << 18, 0, 500, 700, 0, 32, 1)


def _name() -> bytes:
    texts = {1: NAME, 2: "Regular", 4: NAME, 6: NAME}
    records, said = b"", b""
    for number, text in texts.items():
        encoded = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x0409, number, len(encoded), len(said))
        said += encoded
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + said


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded))) & 0xFFFFFFFF


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    directory = b"OTTO" + struct.pack(">HHHH", count, power * 16, power.bit_length() - 1, count * 16 - power * 16)
    at, records, body, head_at = 12 + 16 * count, b"", b"", 0
    for tag, data in sorted(tables.items()):
        if tag == b"head":
            head_at = at + len(body)
        records += tag + struct.pack(">III", _sum(data), at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = bytearray(directory + records + body)
    whole[head_at + 8 : head_at + 12] = struct.pack(">I", (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)
