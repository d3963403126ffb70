"""The bureau's own .docx as the sealed PDF is set from it: page, head and foot, and every paragraph with its looks, as rows of text.

There is no office program here that turns a .docx into a PDF. What decides how an official page looks is read and set: paper and
margins, head and foot, and of each paragraph alignment, indents, distances, size, weight, colour and family of its font, line
beneath, tables. What is not read (pictures, text boxes, columns, a second section) is named by ``left_out``, so that nobody is
surprised by the sealed paper.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from yiwang.insight.reports.exports import layout

NUMBER, PAGE = "[[number]]", "[[page]]"  # put in when the letter is set
SANS = ("黑", "Hei", "YaHei", "雅黑", "Sans", "Arial")
ALIGNED = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.LEFT: "left",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "both",
}
NOT_READ = {
    "图片": (".//w:drawing//pic:pic", ".//w:pict"),
    "文本框": (".//w:txbxContent",),
    "分栏": (".//w:sectPr/w:cols[@w:num > 1]",),
    "页面边框": (".//w:sectPr/w:pgBorders",),
    "首页不同的页眉页脚": (".//w:sectPr/w:titlePg",),
    "分节后的版面": (".//w:p//w:sectPr",),
}


def rows(content: bytes, *, signed_on: str) -> list[dict[str, str]]:
    """The rows of the letter's field ``own``, in order: ``page``, ``head`` and ``foot`` lines (``-even`` where even pages differ), then ``line`` and ``table``.

    ``content`` is the layout with everything in place but the letter's number (``NUMBER``). The seal goes on the last line that
    says the day, ``signed_on`` as it is written there.
    """
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    page = {
        "even": bool(document.settings.odd_and_even_pages_header_footer),
        "width": _mm(section.page_width, layout.PAPER[0]),
        "height": _mm(section.page_height, layout.PAPER[1]),
        "top": _mm(section.top_margin, layout.TOP),
        "bottom": _mm(section.bottom_margin, layout.BOTTOM),
        "left": _mm(section.left_margin, layout.BINDING),
        "right": _mm(section.right_margin, layout.RIGHT),
    }
    found = [_row("page", page)]
    parts = {"head": section.header, "foot": section.footer}
    parts |= {"head-even": section.even_page_header, "foot-even": section.even_page_footer} if page["even"] else {}
    for level, part in parts.items():
        found += [_row(level, _line(document, one)) for one in part.paragraphs if _text(one).strip()]
    lines = [*_body(document)]
    sealed = max(
        (n for n, (level, one) in enumerate(lines) if level == "line" and signed_on in _plain(one)), default=-1
    )
    return found + [_row(level, one | {"seal": n == sealed}) for n, (level, one) in enumerate(lines)]


def fonts(content: bytes) -> dict[str, str]:
    """The fonts a layout names, and what stands for each in the PDF."""
    document = Document(io.BytesIO(content))
    named = {_font(document, one, run) for one in document.paragraphs for run in one.runs if run.text.strip()}
    return {name: "思源黑体" if _sans(name) else "思源宋体" for name in sorted(named - {""})}


def left_out(content: bytes) -> list[str]:
    """What a layout holds that the PDF does not show, in words."""
    body = Document(io.BytesIO(content)).element
    return [name for name, paths in NOT_READ.items() if any(body.xpath(path) for path in paths)]


def _row(level: str, said: dict[str, Any]) -> dict[str, str]:
    return {"level": level, "text": json.dumps(said, ensure_ascii=False)}


def _body(document: Doc) -> Iterator[tuple[str, dict[str, Any]]]:
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            yield "line", _line(document, Paragraph(child, document))
        elif child.tag == qn("w:tbl"):
            table = Table(child, document)
            yield "table", {"cells": [[cell.text for cell in row.cells] for row in table.rows]}


def _line(document: Doc, paragraph: Paragraph) -> dict[str, Any]:
    """One paragraph: its looks, and its runs with theirs. Lengths in points."""
    runs = [_run(document, paragraph, run) for run in paragraph.runs if run.text]
    size = runs[0]["size"] if runs else _size(document, paragraph, None)
    own = paragraph.paragraph_format
    spacing = _first(document, paragraph, "line_spacing")
    return {
        "align": ALIGNED.get(
            own.alignment if own.alignment is not None else _first(document, paragraph, "alignment"), "both"
        ),
        "first": _indent(document, paragraph, "first_line_indent", "firstLineChars", size),
        "left": _indent(document, paragraph, "left_indent", "leftChars", size),
        "right": _indent(document, paragraph, "right_indent", "rightChars", size),
        "before": _pt(_first(document, paragraph, "space_before")),
        "after": _pt(_first(document, paragraph, "space_after")),
        "pitch": spacing.pt if isinstance(spacing, Length) else size * 1.3 * (spacing or 1),
        "breaks": bool(own.page_break_before),
        "ruled": bool(paragraph._p.xpath("./w:pPr/w:pBdr/w:bottom")),
        "rule": _colour(paragraph._p.xpath("./w:pPr/w:pBdr/w:bottom/@w:color")),
        "runs": [{**runs[0], "text": _text(paragraph)}] if PAGE in _text(paragraph) and runs else runs,
        "size": size,
    }


def _run(document: Doc, paragraph: Paragraph, run: Run) -> dict[str, Any]:
    colour = run.font.color.rgb if run.font.color is not None and run.font.color.type is not None else None
    return {
        "text": run.text.replace("\t", "　　"),
        "size": _size(document, paragraph, run),
        "sans": _sans(_font(document, paragraph, run)),
        "bold": bool(run.bold or (run.bold is None and _style_bold(document, paragraph))),
        "colour": f"#{colour}" if colour is not None else "#000000",
    }


def _text(paragraph: Paragraph) -> str:
    """Its words, a page number's field as a mark."""
    said, inside = "", False
    for node in paragraph._p.iter():
        if node.tag == qn("w:fldSimple") and "PAGE" in str(node.get(qn("w:instr"))):
            said += PAGE
        elif node.tag == qn("w:instrText") and (node.text or "").strip().startswith("PAGE"):
            said, inside = said + PAGE, True
        elif node.tag == qn("w:fldChar") and node.get(qn("w:fldCharType")) == "end":
            inside = False
        elif (
            node.tag == qn("w:t")
            and not inside
            and not any(one.tag == qn("w:fldSimple") for one in node.iterancestors())
        ):
            said += node.text or ""
    return said


def _plain(line: dict[str, Any]) -> str:
    return "".join(run["text"] for run in line["runs"])


def _styles(document: Doc, paragraph: Paragraph) -> Iterator[Any]:
    style: Any = paragraph.style
    while style is not None:
        yield style
        style = style.base_style
    yield document.styles["Normal"]


def _first(document: Doc, paragraph: Paragraph, name: str) -> Any:
    """What the paragraph says, or the nearest style that says it."""
    for one in (paragraph, *_styles(document, paragraph)):
        said = getattr(one.paragraph_format, name, None)
        if said is not None:
            return said
    return None


def _indent(document: Doc, paragraph: Paragraph, name: str, characters: str, size: float) -> float:
    """An indent, counted in characters where the office program counts them so."""
    counted = paragraph._p.xpath(f"./w:pPr/w:ind/@w:{characters}")
    return float(int(counted[0]) / 100 * size) if counted else _pt(_first(document, paragraph, name))


def _size(document: Doc, paragraph: Paragraph, run: Run | None) -> float:
    for one in (*([run] if run is not None else []), *_styles(document, paragraph)):
        if one.font.size is not None:
            return float(one.font.size.pt)
    return layout.BODY


def _font(document: Doc, paragraph: Paragraph, run: Run) -> str:
    """The Chinese font's name, of the run or of the nearest style that names one."""
    for one in (run, *_styles(document, paragraph)):
        for attribute in ("w:eastAsia", "w:ascii"):
            named = (
                one.element.xpath("./w:rPr/w:rFonts") if not isinstance(one, Run) else one._r.xpath("./w:rPr/w:rFonts")
            )
            if named and named[0].get(qn(attribute)):
                return str(named[0].get(qn(attribute)))
    return ""


def _sans(name: str) -> bool:
    return any(part in name for part in SANS)


def _style_bold(document: Doc, paragraph: Paragraph) -> bool:
    return next((bool(style.font.bold) for style in _styles(document, paragraph) if style.font.bold is not None), False)


def _colour(said: list[str]) -> str:
    return f"#{said[0]}" if said and said[0] != "auto" else "#000000"


def _mm(length: Length | None, otherwise: float) -> float:
    return otherwise if length is None else round(float(length.mm), 2)


def _pt(length: Any) -> float:
    return float(length.pt) if isinstance(length, Length) else 0.0
