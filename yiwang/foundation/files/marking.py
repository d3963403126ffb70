"""The marks drawn over a file when it is shown or printed. What is stored is never touched.

A copy that was compared with its original says so, with organ, clerk and day, on every page (trust level B); what an
authority made says who provides it and for what (level A). 国办函〔2016〕108号（可信等级）. The mark is drawn anew each
time, so that it can neither be uploaded nor kept apart from the record.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import pylopdf_fonts_zh_cn as fonts
from PIL import Image, ImageDraw, ImageFont

from yiwang.foundation.files.rules import JPEG, PDF, PNG
from yiwang.kernel.refusal import Refusal

TITLE = "与原件核对无误"
MARKABLE = frozenset({PDF, JPEG, PNG})
INK = (200, 30, 30, 215)  # red as a rubber stamp
GROUND = (255, 255, 255, 120)  # legible on a dark or red page, and what lies under it still shows
WIDTH, BORDER, PAD = 900, 8, 26  # pixels of the mark as drawn; it is scaled to the page afterwards
SHARE = 0.36  # of the shorter edge of the page
MARGIN = 0.03
VEIL_INK = (90, 90, 90, 88)  # grey: read when looked for, never in the way of what lies under it
VEIL_EDGE, VEIL_TURN = 1000, 30  # pixels of the shorter edge; degrees the lines rise
VEIL_SIZE, VEIL_GAP = 30, 190  # pixels of a letter, and from line to line

Box = tuple[float, float, float, float]  # left, bottom, width, height


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in the mark of a compared copy; ``purpose`` says what the copy may be used for."""

    organ: str
    clerk: str
    on: date
    purpose: str = ""

    def lines(self) -> tuple[tuple[str, int], ...]:
        """Each line and the largest size it is set in."""
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        said = ((TITLE, 112), (self.purpose, 44), (self.organ, 58), (f"核对人：{self.clerk}　{day}", 50))
        return tuple((text, most) for text, most in said if text)


@dataclass(frozen=True, slots=True)
class Veil:
    """A sentence written all over the page."""

    text: str


class CannotMark(Refusal):
    """The document opens, but nothing can be drawn over it."""

    code = "cannot-mark"


def marked(content: bytes, kind: str, mark: Mark | Veil) -> bytes:
    """The same picture or PDF with the mark on every page, in the same format: a ``Mark`` in the lower right corner, a
    ``Veil`` all over.

    Other kinds come back as they are. ``CannotMark`` for a PDF whose pages cannot be drawn over. A signature inside a
    PDF does not survive this copy: it is to be examined on the stored file.
    """
    if kind in {JPEG, PNG}:
        return _on_picture(content, kind, mark)
    if kind == PDF:
        return _on_pdf(content, mark)
    return content


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.sans_path(), size)


@lru_cache(maxsize=64)
def stamp(mark: Mark) -> Image.Image:
    """The mark by itself: a frame with centred lines on a half see-through ground, ``WIDTH`` pixels wide."""
    room = WIDTH - 2 * (BORDER + PAD)
    rows = [(text, _fitting(text, room, most)) for text, most in mark.lines()]
    height = 2 * (BORDER + PAD) + sum(int(font.size * 1.35) for _, font in rows)
    picture = Image.new("RGBA", (WIDTH, height), GROUND)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH - 1, height - 1), outline=INK, width=BORDER)
    top = float(BORDER + PAD)
    for text, font in rows:
        step = font.size * 1.35
        draw.text((WIDTH / 2, top + step / 2), text, font=font, fill=INK, anchor="mm")
        top += step
    return picture


@lru_cache(maxsize=16)
def veil(text: str, share: float) -> Image.Image:
    """The sentence in rising lines over a see-through page whose height is ``share`` of its width."""
    width, height = (VEIL_EDGE, round(VEIL_EDGE * share)) if share >= 1 else (round(VEIL_EDGE / share), VEIL_EDGE)
    side = width + height  # of the square that still covers the page when it is turned
    sheet = Image.new("RGBA", (side, side), (*VEIL_INK[:3], 0))
    draw, font = ImageDraw.Draw(sheet), _font(VEIL_SIZE)
    step = int(font.getlength(text)) + 2 * VEIL_SIZE
    for line, top in enumerate(range(0, side, VEIL_GAP)):
        for left in range(-(line % 2) * step // 2, side, step):
            draw.text((left, top), text, font=font, fill=VEIL_INK)
    turned = sheet.rotate(VEIL_TURN, Image.Resampling.BICUBIC)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


def veil_svg(text: str) -> str:
    """The same for a page on the screen: an SVG that repeats the sentence over whatever room it is given."""
    wide, high = 12 * len(text) + 40, 150
    words = f'<text font-size="12" fill="#5a5a5a" fill-opacity="0.28" y="60">{escape(text)}</text>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"><defs>'
        f'<pattern id="v" width="{wide}" height="{high}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(-{VEIL_TURN})">{words}</pattern></defs>'
        '<rect width="100%" height="100%" fill="url(#v)"/></svg>'
    )


def _fitting(text: str, room: int, most: int) -> ImageFont.FreeTypeFont:
    """The largest size up to ``most`` at which the line fits: organs have long names."""
    wide = _font(most).getlength(text)
    return _font(most if wide <= room else max(14, int(most * room / wide)))


def _on_picture(content: bytes, kind: str, mark: Mark | Veil) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind.upper()]) as opened:
        page = opened.convert("RGBA" if kind == PNG else "RGB")
    if isinstance(mark, Veil):
        drawn, corner = veil(mark.text, page.height / page.width).resize(page.size), (0, 0)
    else:
        drawn, corner = _cornered(stamp(mark), page.size)
    if kind == PNG:
        page.alpha_composite(drawn.crop((0, 0, page.width - corner[0], page.height - corner[1])), corner)
    else:
        page.paste(drawn, corner, drawn)
    out = io.BytesIO()
    page.save(out, kind.upper(), **({"quality": 90} if kind == JPEG else {}))
    return out.getvalue()


def _cornered(drawn: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, tuple[int, int]]:
    edge = min(size)
    width = max(int(edge * SHARE), min(edge, 180))  # on a small picture large enough to be read
    drawn = drawn.resize((width, max(1, round(drawn.height * width / drawn.width))), Image.Resampling.LANCZOS)
    gap = int(edge * MARGIN)
    return drawn, (max(0, size[0] - drawn.width - gap), max(0, size[1] - drawn.height - gap))


def _over(mark: Mark | Veil, box: Any) -> tuple[Image.Image, Box]:
    """What is drawn on a PDF page and where, in points."""
    wide, high = float(box.width), float(box.height)
    if isinstance(mark, Veil):
        return veil(mark.text, high / wide), (float(box.left), float(box.bottom), wide, high)
    drawn, edge = stamp(mark), min(wide, high)
    width = edge * SHARE
    place = (float(box.right) - width - edge * MARGIN, float(box.bottom) + edge * MARGIN)
    return drawn, (*place, width, width * drawn.height / drawn.width)


def _on_pdf(content: bytes, mark: Mark | Veil) -> bytes:
    from pypdf import PageObject, PdfReader, PdfWriter  # half a second, paid by whoever opens such a file
    from pypdf.errors import PyPdfError
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        picture = _pictures(writer)
        for page in writer.pages:
            if page.rotation:
                page.transfer_rotation_to_content()  # the mark stands upright as the reader sees the page
            box = page.cropbox
            drawn, (left, bottom, width, height) = _over(mark, box)
            over = PageObject.create_blank_page(width=float(box.right), height=float(box.top))
            over[NameObject("/Resources")] = DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/Mark"): picture(drawn)})}
            )
            steps = DecodedStreamObject()
            steps.set_data(f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /Mark Do Q".encode())
            over[NameObject("/Contents")] = steps
            page.merge_page(over)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as broken:
        says = "这份PDF的页面无法加注标记，请打开未加注的文件。"
        raise CannotMark(says) from broken
    return out.getvalue()


def _pictures(writer: Any) -> Callable[[Image.Image], Any]:
    """Answers the reference of a picture in the document, put there once however many pages bear it."""
    from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

    put: dict[int, tuple[Image.Image, Any]] = {}

    def image(drawn: Image.Image, space: str, data: bytes) -> DecodedStreamObject:
        stream = DecodedStreamObject()
        stream[NameObject("/Type")], stream[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Image")
        stream[NameObject("/Width")], stream[NameObject("/Height")] = (
            NumberObject(drawn.width),
            NumberObject(drawn.height),
        )
        stream[NameObject("/BitsPerComponent")] = NumberObject(8)
        stream[NameObject("/ColorSpace")] = NameObject(space)
        stream.set_data(data)
        return stream

    def reference(drawn: Image.Image) -> Any:
        if id(drawn) not in put:
            alpha, face = drawn.getchannel("A").tobytes(), drawn.convert("RGB").tobytes()
            ground = writer._add_object(image(drawn, "/DeviceGray", alpha).flate_encode())
            made = image(drawn, "/DeviceRGB", face).flate_encode()
            made[NameObject("/SMask")] = ground
            put[id(drawn)] = drawn, writer._add_object(made)  # kept with it, so that no other picture gets its id
        return put[id(drawn)][1]

    return reference
