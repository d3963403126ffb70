"""What an upload is, by its content and never by its name alone, and what is refused. Pure.

Every refusal names the form field it belongs to and says in plain Chinese what to do about it.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import filetype

from yiwang.kernel.refusal import Refusal

PDF, JPEG, PNG, DOCX, XLSX, OFD = "pdf", "jpeg", "png", "docx", "xlsx", "ofd"
MEDIA = {
    PDF: "application/pdf",
    JPEG: "image/jpeg",
    PNG: "image/png",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    OFD: "application/ofd",
}
EXTENSIONS = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "docx": DOCX, "xlsx": XLSX, "ofd": OFD}
PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ACCEPTED = "PDF、JPG、PNG、DOCX、XLSX、OFD"


class BadFile(Refusal):
    """The upload cannot be taken; ``faults`` names the form field."""

    code = "bad-file"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an upload may be. The pack rule ``uploads`` overrides these."""

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 60_000_000
    max_edge: int = 3000  # pictures are scaled down to this many pixels on the longer side
    quality: int = 85
    max_unpacked: int = 200 * 1024 * 1024


def recognise(content: bytes, name: str, *, field: str, limits: Limits) -> str:
    """The kind of an upload (``pdf``, ``jpeg`` …), decided by its bytes.

    Refuses empty and oversize files, programs, HEIC, old Office formats, macros, encrypted or active PDFs, broken
    archives, kinds nobody needs, and a name whose ending says something else.
    """
    if not content:
        raise BadFile("文件是空的，请重新选择文件。", code="file-empty", field=field)
    if len(content) > limits.max_bytes:
        says = f"文件有 {_mega(len(content))}，超过 {_mega(limits.max_bytes)} 的上限，请压缩后再上传。"
        raise BadFile(says, code="file-too-large", field=field)
    if content.startswith(PROGRAMS):
        raise BadFile("不能上传程序或脚本文件。", code="file-executable", field=field)
    kind = _kind(content, field, limits)
    ending = PurePath(name).suffix.lstrip(".").lower()
    if ending and EXTENSIONS.get(ending) != kind:
        says = f"文件名以“.{ending}”结尾，内容却是 {kind.upper()}，请检查是否选错了文件。"
        raise BadFile(says, code="file-mistyped", field=field)
    return kind


def tidy_name(name: str, kind: str) -> str:
    """The name to keep: no folders, no control characters, an ending that fits, at most 120 characters."""
    stem = PurePath(name.replace("\\", "/")).stem
    stem = "".join(c for c in stem if c.isprintable() and c not in '<>:"/\\|?*').strip(" .") or "文件"
    return f"{stem[:110]}.{'jpg' if kind == JPEG else kind}"


def _kind(content: bytes, field: str, limits: Limits) -> str:
    if content.startswith(b"%PDF-"):
        _check_pdf(content, field)
        return PDF
    guess = filetype.guess(content)
    found = guess.extension if guess else ""
    if found in {"jpg", "png"}:
        return JPEG if found == "jpg" else PNG
    if found in {"heic", "heif"} or content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftypheim"}:
        says = "这是 HEIC 格式的照片，多数单位打不开。请在手机相机设置里选“兼容性最佳”（JPG）后重拍，或截图上传。"
        raise BadFile(says, code="file-heic", field=field)
    if content.startswith(OLE):
        raise BadFile("这是旧版 Office 文件，请另存为 DOCX 或 XLSX 后上传。", code="file-old-office", field=field)
    if content.startswith(b"PK"):
        return _packed(content, field, limits)
    raise BadFile(f"不认识这种文件。可以上传：{ACCEPTED}。", code="file-unknown", field=field)


def _packed(content: bytes, field: str, limits: Limits) -> str:
    """The kind of a zip container: Office or OFD, without macros, and no bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > limits.max_unpacked or len(entries) > 10_000:
                raise BadFile("文件解开后过大，不能上传。", code="file-bomb", field=field)
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise BadFile("文件设有密码，请去掉密码后上传。", code="file-encrypted", field=field)
            if archive.testzip() is not None:
                raise BadFile("文件已损坏，打不开，请重新导出后上传。", code="file-broken", field=field)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise BadFile("文件已损坏，打不开，请重新导出后上传。", code="file-broken", field=field) from None
    if any(PurePath(name).name.lower() == "vbaproject.bin" for name in names):
        raise BadFile("文件带有宏程序，请另存为不含宏的 DOCX 或 XLSX。", code="file-executable", field=field)
    for part, kind in PARTS.items():
        if part in names:
            return kind
    raise BadFile(f"不能上传压缩包。可以上传：{ACCEPTED}。", code="file-unknown", field=field)


def _check_pdf(content: bytes, field: str) -> None:
    """Refuses a PDF that cannot be opened, asks for a password, or carries something that runs."""
    from pypdf import PdfReader  # half a second, paid by whoever brings a PDF and not by every start
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise BadFile("PDF 设有密码，请去掉密码后上传。", code="file-encrypted", field=field)
        if not len(reader.pages):
            raise BadFile("PDF 没有任何页面。", code="file-broken", field=field)
        root = reader.trailer["/Root"].get_object()
        active = _runs(root) or any(_runs(page) for page in reader.pages)
    except BadFile:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise BadFile("PDF 已损坏，打不开，请重新导出后上传。", code="file-broken", field=field) from None
    if active:
        raise BadFile("PDF 带有可执行的脚本或附件，请打印成普通 PDF 后上传。", code="file-executable", field=field)


def _runs(holder: object) -> bool:
    """True if a catalogue or page starts scripts or programs, or carries files of its own."""
    if not isinstance(holder, dict):  # pypdf's dictionaries are; looking a key up follows references
        return False
    if "/AA" in holder:
        return True
    action = _at(holder, "/OpenAction")
    if isinstance(action, dict) and action.get("/S") in {"/JavaScript", "/Launch"}:
        return True
    inside = _at(holder, "/Names")
    return isinstance(inside, dict) and ("/JavaScript" in inside or "/EmbeddedFiles" in inside)


def _at(holder: dict[Any, Any], key: str) -> object:
    return holder[key] if key in holder else None  # noqa: SIM401 - pypdf's get() answers the reference itself


def _mega(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{count / 1024:.0f} KB"
