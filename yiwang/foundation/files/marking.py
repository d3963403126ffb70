"""与原件核对无误: the mark drawn over a checked copy when it is shown or printed. What is stored is never touched.

A copy that was compared with its original says so, with organ, clerk and day, on every page; who opens the file later
need not ask. The mark is drawn anew each time, so that it can neither be uploaded nor kept apart from the record.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in the mark."""

    organ: str
    clerk: str
    on: date

    def lines(self) -> tuple[str, str, str]:
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        return TITLE, self.organ, f"核对人：{self.clerk}　{day}"


class CannotMark(Refusal):
    """The document opens, but nothing can be drawn over it."""

    code = "cannot-mark"


def marked(content: bytes, kind: str, mark: Mark) -> bytes:
    """The same picture or PDF with the mark in the lower right corner of every page, in the same format.

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
    """The mark by itself: a frame with three centred lines on a half see-through ground, ``WIDTH`` pixels wide."""
    room = WIDTH - 2 * (BORDER + PAD)
    rows = [(text, _fitting(text, room, most)) for text, most in zip(mark.lines(), (112, 58, 50), strict=True)]
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


def _fitting(text: str, room: int, most: int) -> ImageFont.FreeTypeFont:
    """The largest size up to ``most`` at which the line fits: organs have long names."""
    wide = _font(most).getlength(text)
    return _font(most if wide <= room else max(14, int(most * room / wide)))


def _on_picture(content: bytes, kind: str, mark: Mark) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind.upper()]) as opened:
        page = opened.convert("RGBA" if kind == PNG else "RGB")
    edge = min(page.size)
    drawn = stamp(mark)
    width = max(int(edge * SHARE), min(edge, 180))  # on a small picture large enough to be read
    drawn = drawn.resize((width, max(1, round(drawn.height * width / drawn.width))), Image.Resampling.LANCZOS)
    gap = int(edge * MARGIN)
    corner = (max(0, page.width - drawn.width - gap), max(0, page.height - drawn.height - gap))
    if kind == PNG:
        page.alpha_composite(drawn.crop((0, 0, page.width - corner[0], page.height - corner[1])), corner)
    else:
        page.paste(drawn, corner, drawn)
    out = io.BytesIO()
    page.save(out, kind.upper(), **({"quality": 90} if kind == JPEG else {}))
    return out.getvalue()


def _on_pdf(content: bytes, mark: Mark) -> bytes:
    from pypdf import PageObject, PdfReader, PdfWriter  # half a second, paid by whoever opens such a file
    from pypdf.errors import PyPdfError
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

    drawn = stamp(mark)
    shape = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(drawn.width),
        "/Height": NumberObject(drawn.height),
        "/BitsPerComponent": NumberObject(8),
    }

    def image(space: str, data: bytes) -> DecodedStreamObject:
        stream = DecodedStreamObject()
        stream.update({NameObject(key): value for key, value in shape.items()})
        stream[NameObject("/ColorSpace")] = NameObject(space)
        stream.set_data(data)
        return stream

    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        ground = writer._add_object(image("/DeviceGray", drawn.getchannel("A").tobytes()).flate_encode())
        face = image("/DeviceRGB", drawn.convert("RGB").tobytes()).flate_encode()
        face[NameObject("/SMask")] = ground
        picture = writer._add_object(face)
        for page in writer.pages:
            if page.rotation:
                page.transfer_rotation_to_content()  # the mark stands upright as the reader sees the page
            box = page.cropbox
            edge = min(float(box.width), float(box.height))
            width = edge * SHARE
            height = width * drawn.height / drawn.width
            left, bottom = float(box.right) - width - edge * MARGIN, float(box.bottom) + edge * MARGIN
            over = PageObject.create_blank_page(width=float(box.right), height=float(box.top))
            over[NameObject("/Resources")] = DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/Mark"): picture})}
            )
            steps = DecodedStreamObject()
            steps.set_data(f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /Mark Do Q".encode())
            over[NameObject("/Contents")] = steps
            page.merge_page(over)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as broken:
        says = "这份PDF的页面无法加注核对标记，请打开未加注的文件。"
        raise CannotMark(says) from broken
    return out.getvalue()
