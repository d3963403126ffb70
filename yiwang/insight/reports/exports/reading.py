"""The text of a report read back from the .docx a bureau edited."""

from __future__ import annotations

import io
import re
import zipfile

from docx import Document

from yiwang.insight.reports.exports.document import CLOSE_STYLE
from yiwang.kernel.refusal import Refusal

FIRST_LEVEL = re.compile(r"^[一二三四五六七八九十]{1,3}、\s*(\S.*)$")
MOST = 10 * 1024 * 1024


def sections(content: bytes) -> dict[str, str]:
    """Title of each section → its paragraphs, a line each. Refuses what is no .docx, or is larger than 10 MB.

    Paragraphs before the first heading (head, title, recipients) and from 落款 on are not text.
    """
    if len(content) > MOST:
        raise Refusal("文档超过10MB。", code="document", field="file")
    try:
        document = Document(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise Refusal("打不开这个文档，请上传 .docx 文件。", code="document", field="file") from broken
    found: dict[str, list[str]] = {}
    title = ""
    for paragraph in document.paragraphs:
        if title and paragraph.style is not None and paragraph.style.name == CLOSE_STYLE:
            break
        text = paragraph.text.strip()
        if heading := FIRST_LEVEL.match(text):
            title = heading[1].strip()
            found.setdefault(title, [])
        elif title and text:
            found[title].append(text)
    return {title: "\n".join(lines) for title, lines in found.items()}
