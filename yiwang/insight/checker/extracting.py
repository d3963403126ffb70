"""The text of a report file: .txt, .md, .html, .docx, .pdf. What cannot be read is refused by name."""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from yiwang.kernel.refusal import Refusal

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

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
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# what Word keeps beside the text it shows: deleted text, the second writing of a drawing
UNSEEN = frozenset(
    (f"{WORD}del", f"{WORD}instrText", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
)
PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－·]\s*\d{1,4}\s*[-—–－·]|\d{1,4}|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?)\s*"
)


class Unreadable(Refusal):
    """The file is of no kind the checker reads, too large, empty, or damaged."""

    code = "report-unreadable"


def extract(name: str, data: bytes) -> str:
    """The text of a file with LF line ends; tables row by row, cells apart by a tab. At most 20 MB.

    Refuses an unknown ending, a damaged file, a PDF without text (a scan).
    """
    if len(data) > MOST:
        raise Unreadable(f"{name}超过20MB，请拆分后再核对。", field="file")
    ending = PurePath(name).suffix.lower()
    reader = READERS.get(ending)
    if ending in (".doc", ".wps"):
        raise Unreadable(f"{name}是旧版格式，请用 Word 或 WPS 另存为 .docx 后再核对。", field="file")
    if data[:8] == OLE and reader is not None:  # a Word file with a password is packed like one of the old kind
        raise Unreadable(f"{name}带密码或是旧版格式，请另存为不带密码的 .docx 后再核对。", field="file")
    if reader is None:
        raise Unreadable(f"{name}的格式不能核对，请提供 .txt、.md、.docx、.pdf 或 .html 文件。", field="file")
    try:
        text = reader(data)
    except Locked as locked:
        raise Unreadable(f"{name}有密码，请另存为不带密码的文件后再核对。", field="file") from locked
    except BROKEN as damaged:
        raise Unreadable(f"{name}已损坏或与扩展名不符，打不开。", field="file") from damaged
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable(f"{name}里没有可读的文字（扫描件请先识别成文字）。", field="file")
    return text


class Damaged(Exception):
    """A file that is not what its ending says."""


class Locked(Exception):
    """A file that opens with a password only."""


# what the readers stumble over in a torn file
BROKEN = (
    Damaged,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
)


def _plain(data: bytes) -> str:
    """UTF-8, GB18030 or UTF-16 text. A few broken signs, as at the end of a file cut short, are let pass."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Damaged("binary")
        return text
    text = data.decode("utf-8-sig", errors="replace")
    if text.count("\ufffd") * 500 > len(text):
        raise Damaged("encoding")
    return text


def _html(data: bytes) -> str:
    from lxml import etree, html  # heavy to import, and a .txt needs none of it

    # the signs decide, not the charset a page claims for itself: copied pages often claim a wrong one
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", _plain(data))
    if not page.strip():
        return ""
    try:
        tree = html.document_fromstring(page)
    except etree.LxmlError as damaged:
        raise Damaged(str(damaged)) from damaged
    for dropped in tree.xpath("//script|//style|//noscript|//head/meta|//head/link"):
        dropped.drop_tree()
    return re.sub(r"\n{3,}", "\n\n", "".join(_walk(tree))).strip()


def _walk(node: HtmlElement) -> Iterator[str]:
    if node.tag == "tr":
        yield "\n" + "\t".join(_cell(cell) for cell in node if cell.tag in ("td", "th")) + "\n"
        return
    block = node.tag in BLOCKS
    if block:
        yield "\n"
    if isinstance(node.tag, str) and node.text:
        yield re.sub(r"\s+", " ", node.text)
    for child in node:
        yield from _walk(child)
        if child.tail:
            yield re.sub(r"\s+", " ", child.tail)
    if block and node.tag != "br":
        yield "\n"


def _cell(cell: HtmlElement) -> str:
    """A cell on one line; one that holds sentences is the page's own layout and keeps its paragraphs."""
    text = "".join(_walk(cell)).strip()
    return text if "。" in text else " ".join(text.split())


def _docx(data: bytes) -> str:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(one.file_size for one in archive.infolist()) > 20 * MOST:
            raise Damaged("unpacks to more than a report holds")
        document = archive.read("word/document.xml")
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.LxmlError as damaged:
        raise Damaged(str(damaged)) from damaged
    return "".join(_word(root)).strip("\n") + "\n"


def _word(node: _Element) -> Iterator[str]:
    """The text of a Word element: a paragraph a line, a table row a line with its cells apart by a tab."""
    if node.tag in UNSEEN:
        return
    if node.tag == f"{WORD}t":
        yield node.text or ""
    elif node.tag in (f"{WORD}br", f"{WORD}cr"):
        yield "\n"
    elif node.tag == f"{WORD}tab":
        yield " "
    elif node.tag == f"{WORD}noBreakHyphen":
        yield "-"
    elif node.tag == f"{WORD}tr":
        cells = ["".join(_word(cell)).strip().replace("\n", "") for cell in node.findall(f"{WORD}tc")]
        yield "\t".join(cells) + "\n"
    else:
        for child in node:
            yield from _word(child)
        if node.tag == f"{WORD}p":
            yield "\n"


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it thinks of a broken file is no word for a clerk
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Locked
        return "\n".join(_pages([page.extract_text() for page in reader.pages]))
    except DependencyError as unread:
        raise Locked from unread
    except PyPdfError as damaged:
        raise Damaged(str(damaged)) from damaged


def _pages(texts: Sequence[str]) -> list[str]:
    """The texts of the pages without what most of them begin or end with: their numbers and a running title, which would
    part a sentence that goes on overleaf."""
    pages = [_page(text).split("\n") for text in texts]
    for edge in (0, -1):
        lines = Counter(page[edge].strip() for page in pages)
        line, often = lines.most_common(1)[0] if lines else ("", 0)
        if line and often >= 3 and often * 2 > len(pages):
            for page in pages:
                if page[edge].strip() == line:
                    page.pop(edge)
    return [_page("\n".join(page)) for page in pages]


def _page(text: str) -> str:
    """The text of a page without the number at its head or foot."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or PAGE_NUMBER.fullmatch(lines[-1])):
        lines.pop()
    while lines and (not lines[0].strip() or PAGE_NUMBER.fullmatch(lines[0])):
        lines.pop(0)
    return "\n".join(lines)


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
