"""Small real documents: a picture with EXIF, a PDF, Office files, and things pretending to be one."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def jpeg(width: int = 640, height: int = 480, *, exif: bool = False) -> bytes:
    out = io.BytesIO()
    picture = Image.effect_noise((width, height), 40).convert("RGB")
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "SecretPhoneMaker"
        tags[0x0112] = 6  # turned by 90 degrees
    picture.save(out, "JPEG", exif=tags, quality=90)
    return out.getvalue()


@cache
def png(mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (200, 100), "red").save(out, "PNG")
    return out.getvalue()


def pdf(*, script: bool = False, password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(action))
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*lines: str) -> bytes:
    """A document of these paragraphs."""
    out, written = io.BytesIO(), Document()
    for line in lines:
        written.add_paragraph(line)
    written.save(out)
    return out.getvalue()


def xlsx(*, macro: bool = False) -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    if macro:
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def packed(**entries: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()
