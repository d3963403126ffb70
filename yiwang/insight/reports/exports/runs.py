"""Words of an official document: one run of text, its size, and its font by name."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from yiwang.insight.reports.exports import layout


def set_font(properties: Any, name: str) -> None:
    """One font for Chinese and for numerals: the standard knows no second one."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def run(paragraph: Paragraph, text: str, *, font: str = layout.FANGSONG, size: float = layout.BODY) -> Any:
    made = paragraph.add_run(text)
    made.font.size = Pt(size)
    set_font(made._r.get_or_add_rPr(), font)
    return made
