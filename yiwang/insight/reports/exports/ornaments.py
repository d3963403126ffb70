"""What surrounds the text of an official document: page numbers, fonts by name, the red line, the 版记, and tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from lxml import etree

from yiwang.insight.reports.exports import layout
from yiwang.insight.reports.exports.runs import run

TABLE_SIZE = 10.5  # points: 五号


def footers(section: Any) -> None:
    """四号 half-width 宋体 numbers between one-字 lines; odd pages on the right, even ones on the left, one character in."""
    section.different_first_page_header_footer = False
    settings = section.part.document.settings
    settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = Pt(layout.SMALL)
        if align == WD_ALIGN_PARAGRAPH.RIGHT:
            paragraph.paragraph_format.right_indent = Pt(layout.SMALL)
        else:
            paragraph.paragraph_format.left_indent = Pt(layout.SMALL)
        _said(paragraph, "— ")
        for code in ("begin", None, "end"):
            made = _said(paragraph, "")
            made._r.append(
                parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve">PAGE</w:instrText>')
                if code is None
                else parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{code}"/>')
            )
        _said(paragraph, " —")


def _said(paragraph: Paragraph, text: str, *, font: str = layout.SONGTI, size: float = layout.SMALL) -> Any:
    return run(paragraph, text, font=font, size=size)


def fonts(document: Doc) -> None:
    """Every font by name, each with the one that stands in where a machine has not got it."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    root = etree.fromstring(part.blob)
    for name, others in layout.INSTEAD.items():
        for old in [one for one in root if one.get(qn("w:name")) == name]:
            root.remove(old)
        root.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{others[0]}"/><w:charset w:val="86"/>'
                '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def red_rule(paragraph: Paragraph) -> None:
    """The red line under number and 签发人, as wide as the type area."""
    rule = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="{layout.eighths(layout.THICK)}" w:space="0"'
        ' w:color="C00000"/></w:pBdr>'
    )
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))  # the schema wants borders before it
    if spacing is None:
        properties.append(rule)
    else:
        spacing.addprevious(rule)


def record(document: Doc, head: Mapping[str, Any], printed_on: date | None) -> None:
    """The 版记 at the foot of the last page: lines 0.35 mm first and last, 0.25 mm between; 四号 仿宋 (7.4)."""
    rows = []
    if head["copies"]:
        rows.append((f"抄送：{'、'.join(head['copies'])}。", ""))
    day = f"{printed_on.year}年{printed_on.month}月{printed_on.day}日印发" if printed_on else "　　年　月　日印发"
    rows.append((head["organ"], day))
    made = document.add_table(len(rows), 2)
    made.autofit = False
    properties = made._tbl.tblPr
    thick, thin = layout.eighths(layout.THICK), layout.eighths(layout.THIN)
    properties.append(
        parse_xml(
            f'<w:tblpPr {nsdecls("w")} w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
        )
    )
    properties.append(parse_xml(f'<w:tblW {nsdecls("w")} w:w="{layout.twips(layout.AREA[0])}" w:type="dxa"/>'))
    properties.append(
        parse_xml(
            f'<w:tblBorders {nsdecls("w")}><w:top w:val="single" w:sz="{thick}" w:color="000000"/>'
            f'<w:bottom w:val="single" w:sz="{thick}" w:color="000000"/>'
            f'<w:insideH w:val="single" w:sz="{thin}" w:color="000000"/></w:tblBorders>'
        )
    )
    _in_order(properties)
    for row, (left, right) in zip(made.rows, rows, strict=True):
        cells = [row.cells[0].merge(row.cells[1])] if not right else list(row.cells)
        for cell, text, width in zip(
            cells, (left, right), (layout.AREA[0] * 0.62, layout.AREA[0] * 0.38), strict=False
        ):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = Pt(28)
            _said(paragraph, text.replace("{", "｛").replace("}", "｝"), font=layout.FANGSONG)
            if right:
                cell.width = Mm(width)
            if text is right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                paragraph.paragraph_format.right_indent = Pt(layout.SMALL)
            else:
                paragraph.paragraph_format.left_indent = Pt(layout.SMALL)
                paragraph.paragraph_format.right_indent = Pt(layout.SMALL)


ORDER = ("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblLook")


def _in_order(properties: Any) -> None:
    """Children in the order the schema wants, each once (the last given wins)."""
    kept = {etree.QName(child).localname: child for child in properties}
    for child in list(properties):
        properties.remove(child)
    for name in ORDER:
        if name in kept:
            properties.append(kept[name])


def table(document: Doc, shape: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> None:
    """A table of figures, its cells as names in braces."""
    columns = shape["columns"]
    made = document.add_table(1, len(columns) + 1)
    made.style = "Table Grid"
    for cell, text in zip(made.rows[0].cells, ["", *(one["title"] for one in columns)], strict=True):
        _cell(cell, text, bold=True)
    for row in shape["rows"]:
        cells = made.add_row().cells
        _cell(cells[0], "　" * (row["level"] - 1) + row["title"])
        for cell, column in zip(cells[1:], columns, strict=True):
            name = f"{shape['id']}_{row['id']}_{column['id']}"
            _cell(cell, "{{ " + name + " }}" if name in figures else "", right=True)


def _cell(cell: Any, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = Pt(15)
    _said(paragraph, text, font=layout.HEITI if bold else layout.FANGSONG, size=TABLE_SIZE)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
