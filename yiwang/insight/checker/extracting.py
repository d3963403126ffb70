"""The text of a report file: .txt, .md, .html, .docx, .pdf. What cannot be read is refused by name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree, html
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from yiwang.kernel.refusal import Refusal

MOST = 20 * 1024 * 1024
BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "hr",
        "title",
    ]
)


class Unreadable(Refusal):
    """The file is of no kind the checker reads, too large, empty, or damaged."""

    code = "report-unreadable"


def extract(name: str, data: bytes) -> str:
    """The text of a file with LF line ends; tables row by row, cells apart by ，. At most 20 MB.

    Refuses an unknown ending, a damaged file, a PDF without text (a scan).
    """
    if len(data) > MOST:
        raise Unreadable(f"{name}超过20MB，请拆分后再核对。", field="file")
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Unreadable(f"{name}的格式不能核对，请提供 .txt、.md、.docx、.pdf 或 .html 文件。", field="file")
    try:
        text = reader(data)
    except (PyPdfError, zipfile.BadZipFile, KeyError, ValueError, etree.LxmlError) as damaged:
        raise Unreadable(f"{name}已损坏或与扩展名不符，打不开。", field="file") from damaged
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable(f"{name}里没有可读的文字（扫描件请先识别成文字）。", field="file")
    return text


def _plain(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    raise ValueError("encoding")


def _html(data: bytes) -> str:
    tree = html.document_fromstring(data.decode("utf-8-sig") if _utf8(data) else data)
    for dropped in tree.xpath("//script|//style|//noscript|//head/meta|//head/link"):
        dropped.drop_tree()
    return re.sub(r"\n{3,}", "\n\n", "".join(_walk(tree))).strip()


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _walk(node: html.HtmlElement) -> Iterator[str]:
    block = node.tag in BLOCKS
    if block:
        yield "\n"
    if isinstance(node.tag, str) and node.text:
        yield re.sub(r"\s+", " ", node.text)
    for child in node:
        yield from _walk(child)
        if child.tag in ("td", "th"):
            yield "，"
        if child.tail:
            yield re.sub(r"\s+", " ", child.tail)
    if block and node.tag != "br":
        yield "\n"


def _docx(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            lines += ["，".join(cell.text.strip() for cell in row.cells) for row in block.rows]
    return "\n".join(lines)


def _pdf(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("encrypted")
    return "\n".join(page.extract_text() for page in reader.pages)


READERS: dict[str, Callable[[bytes], str]] = {
    ".txt": _plain,
    ".text": _plain,
    ".md": _plain,
    ".markdown": _plain,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}
