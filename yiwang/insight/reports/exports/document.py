"""The report as a .docx in the format of GB/T 9704-2012: first a template with names in braces, then figures put in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from yiwang.insight.reports.exports import layout, ornaments
from yiwang.insight.reports.exports.manifest import Manifest
from yiwang.insight.reports.exports.runs import run, set_font
from yiwang.insight.reports.rules import wording

BODY_STYLE, HEADING_STYLE, CLOSE_STYLE = "报告正文", "报告一级标题", "报告落款"
RED = RGBColor(0xC0, 0x00, 0x00)
ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT, "both": WD_ALIGN_PARAGRAPH.JUSTIFY}
CHARACTER = layout.BODY  # indents are counted in 三号 characters


def render(manifest: Manifest, *, number: str = "", printed_on: date | None = None) -> bytes:
    """The document with every figure in its place."""
    context = {one["name"]: one["printed"] or wording.BLANK for one in manifest["figures"]}
    made = DocxTemplate(io.BytesIO(template(manifest, number=number, printed_on=printed_on)))
    made.render(context, jinja_env=SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def template(manifest: Manifest, *, number: str = "", printed_on: date | None = None) -> bytes:
    """The same with ``{{ name }}`` where each figure stands: what a bureau edits in its own office program."""
    head = manifest["report"]
    document = Document()
    set_page(document, _plain(head["title"]))
    _head(document, head, number)
    for line in layout.title_lines(head["title"], head["organ"]):
        add_line(document, _plain(line), font=layout.XIAOBIAOSONG, size=layout.TITLE, align="center", height=Pt(35))
    add_line(document, "")
    add_line(document, _plain("、".join(head["main"])) + "：")
    tables = _by_section(manifest["tables"])
    figures = {one["name"]: one for one in manifest["figures"]}
    paragraphs = manifest["paragraphs"]
    for place, paragraph in enumerate(paragraphs):
        _paragraph(document, paragraph)
        if place + 1 == len(paragraphs) or paragraphs[place + 1]["section"] != paragraph["section"]:
            for table in tables.pop(paragraph["section"], []):
                add_line(
                    document, _plain(f"{table['title']}（单位：{table['unit']}）"), font=layout.HEITI, align="center"
                )
                ornaments.table(document, table, figures)
    _close(document, head)
    ornaments.record(document, head, printed_on)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    """Words that are no template: braces in a name or a title stay what they are."""
    return text.replace("{", "｛").replace("}", "｝")


def _by_section(tables: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in tables:
        found.setdefault(table["section"], []).append(table)
    return found


def set_page(document: Doc, title: str) -> None:
    """Paper, margins, grid, fonts, page numbers: left on even pages, right on odd ones."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.PAPER[0]), Mm(layout.PAPER[1])
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.BINDING), Mm(layout.RIGHT)
    section.footer_distance = Mm(layout.BOTTOM - layout.FOOT_DROP - layout.SMALL / layout.POINTS_A_MM)
    measured = layout.grid()
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(
        parse_xml(
            f'<w:docGrid {nsdecls("w")} w:type="linesAndChars" w:linePitch="{measured.line}" w:charSpace="{measured.character}"/>'
        )
    )
    normal = document.styles["Normal"]
    normal.font.size = Pt(layout.BODY)
    set_font(normal.element.get_or_add_rPr(), layout.FANGSONG)
    style = normal.paragraph_format
    style.space_before = style.space_after = Pt(0)
    style.line_spacing = Twips(measured.line)
    style.widow_control = False
    for name in (BODY_STYLE, HEADING_STYLE, CLOSE_STYLE):
        document.styles.add_style(name, 1).base_style = normal
    ornaments.footers(section)
    ornaments.fonts(document)
    document.core_properties.title = title
    document.core_properties.comments = layout.font_note()


def add_line(
    document: Any,
    text: str,
    *,
    font: str = layout.FANGSONG,
    size: float = layout.BODY,
    align: str = "",
    indent: float = 0,
    height: Any = None,
    style: str | None = None,
) -> Paragraph:
    """One paragraph; ``indent`` in characters, ``height`` of its lines if not the grid's."""
    made: Paragraph = document.add_paragraph(style=style)
    if text:
        run(made, text, font=font, size=size)
    if align:
        made.alignment = ALIGN[align]
    if indent:
        made.paragraph_format.first_line_indent = Pt(CHARACTER * indent)
    if height is not None:
        made.paragraph_format.line_spacing = height
    return made


def _head(document: Doc, head: Mapping[str, Any], number: str) -> None:
    """发文机关标志 35 mm below the top of the type area, number and 签发人 two lines below it, the red line 4 mm below these,
    and the two empty lines before the title (7.2.4 to 7.2.7, 7.3.1)."""
    mark = _plain(f"{head['organ']}文件")
    size = layout.head_size(mark)
    add_line(document, "", height=Mm(layout.HEAD_DROP))
    made = add_line(document, "", align="center", height=Pt(size * 1.3))
    run(made, mark, font=layout.XIAOBIAOSONG, size=size).font.color.rgb = RED
    add_line(document, "")
    add_line(document, "")
    row = add_line(document, "")
    row.paragraph_format.left_indent = row.paragraph_format.right_indent = Pt(CHARACTER)
    row.paragraph_format.tab_stops.add_tab_stop(Mm(layout.AREA[0]) - Pt(CHARACTER), 2)  # right
    run(row, _plain(number) or "（编号用印时填写）")
    run(row, "\t签发人：")
    run(row, _plain(head["signer"]) or "　　　", font=layout.KAITI)
    ornaments.red_rule(add_line(document, "", height=Mm(layout.RULE_DROP)))
    add_line(document, "")
    add_line(document, "")


def _paragraph(document: Doc, paragraph: Mapping[str, Any]) -> None:
    """A heading in the font of its level (一、黑体 （一）楷体), its further words and everything else in 仿宋, two characters in."""
    pieces = [("{{ " + name + " }}" if name else _plain(text), text) for text, name in paragraph["pieces"]]
    whole = "".join(text for _, text in pieces)
    level = paragraph["level"]
    end = len(whole) if level == 1 else wording.heading_end(whole) if level == 2 else 0
    font = layout.HEITI if level == 1 else layout.KAITI
    made = add_line(document, "", align="both", indent=2, style=HEADING_STYLE if level == 1 else BODY_STYLE)
    for text, begins, length in _cut(pieces, end):
        run(made, text, font=font if begins + length <= end else layout.FANGSONG)


def _cut(pieces: Sequence[tuple[str, str]], end: int) -> Iterator[tuple[str, int, int]]:
    """(what is written, where it begins in the printed paragraph, how long it is there), cut where the heading ends."""
    place = 0
    for written, printed in pieces:
        if written == printed and place < end < place + len(printed):
            yield written[: end - place], place, end - place
            yield written[end - place :], end, len(printed) - (end - place)
        else:
            yield written, place, len(printed)
        place += len(printed)


def _close(document: Doc, head: Mapping[str, Any]) -> None:
    """The day four characters from the right, the organ's name centred over it, room for the seal (7.3.5), and 公开方式."""
    year, month, day = (int(part) for part in head["signed_on"].split("-"))
    said = f"{year}年{month}月{day}日"
    add_line(document, "", style=CLOSE_STYLE)
    wide = sum(0.5 if sign.isascii() else 1 for sign in said)
    name = len(head["organ"])
    right = 4 + (wide - name) / 2  # in characters, so that both lines share their middle
    for text, characters in ((_plain(head["organ"]), right), (said, 4.0)):
        made = add_line(document, text, align="right", style=CLOSE_STYLE)
        made.paragraph_format.right_indent = Pt(max(characters, 0) * CHARACTER)
        made.paragraph_format.keep_with_next = True
    publicity = {"public": "主动公开", "on-request": "依申请公开", "none": "不予公开"}[head["publicity"]]
    add_line(document, f"（公开方式：{publicity}）", indent=2, style=CLOSE_STYLE)
