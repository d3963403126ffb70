"""The sealed PDF on the bureau's own page: what is read from its .docx is set, what is not is named."""

from __future__ import annotations

import io
import json
from datetime import date

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from pypdf import PdfReader

from yiwang.foundation.letters import typesetting
from yiwang.insight.reports.exports import layouts, ownpage
from yiwang.insight.reports.exports.runs import run

DAY = "2024年1月31日"


def page(*, picture=False):
    """A bureau's page: 16-open paper, its name in the head, 黑体 title in blue, indents counted in characters."""
    own = Document()
    section = own.sections[0]
    section.page_width, section.page_height, section.left_margin = Mm(184), Mm(260), Mm(20)
    section.header.paragraphs[0].text = "云溪县内部资料"
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("第")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    title = own.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(title, "年度报告", font="黑体", size=20).font.color.rgb = RGBColor(0x14, 0x56, 0xB8)
    body = run(line := own.add_paragraph(), "一是受理业务9宗。", font="仿宋_GB2312", size=14)
    body.bold = True
    line._p.get_or_add_pPr().append(parse_xml(f'<w:ind {nsdecls("w")} w:firstLineChars="200"/>'))
    line.paragraph_format.line_spacing = Pt(28)
    run(own.add_paragraph(), f"发文字号 {ownpage.NUMBER}")
    table = own.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "受理", "9"
    own.add_paragraph(DAY).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if picture:
        own.add_paragraph()._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:pict/></w:r>"))
    kept = io.BytesIO()
    own.save(kept)
    return kept.getvalue()


def read(content):
    return [(row["level"], json.loads(row["text"])) for row in ownpage.rows(content, signed_on=DAY)]


def test_paper_head_foot_and_the_looks_of_each_paragraph_are_read():
    found = read(page())
    assert [round(found[0][1][one]) for one in ("width", "height", "left")] == [184, 260, 20]
    head, foot = (next(one for level, one in found if level == wanted) for wanted in ("head", "foot"))
    assert head["runs"][0]["text"] == "云溪县内部资料"
    assert (foot["runs"][0]["text"], foot["align"]) == ("第[[page]]", "center")
    title, body = [one for level, one in found if level == "line"][:2]
    assert (title["align"], title["runs"][0]["sans"], title["runs"][0]["colour"], title["size"]) == (
        "center", True, "#1456B8", 20,
    )  # fmt: skip
    assert (body["first"], body["pitch"], body["runs"][0]["sans"], body["runs"][0]["bold"]) == (28, 28, False, True)
    assert [one["cells"] for level, one in found if level == "table"] == [[["受理", "9"]]]
    assert [bool(one["seal"]) for level, one in found if level == "line"] == [False, False, False, True]


def test_fonts_have_a_stand_in_and_what_the_pdf_lacks_is_named():
    assert ownpage.fonts(page()) == {"仿宋_GB2312": "思源宋体", "黑体": "思源黑体"}
    assert ownpage.left_out(page()) == []
    assert ownpage.left_out(page(picture=True)) == ["图片"]
    assert ownpage.left_out(layouts.starter()) == []


def test_the_pdf_has_the_bureau_s_paper_its_words_and_the_number():
    content = {
        "title": "年度报告", "organ": "云溪县局", "number": "云政〔2024〕1号", "day": DAY, "code": "ABCDE", "digest": "00" * 32,
        "address": "https://example.gov", "note": "", "qr": typesetting.qr("x"), "seal": None, "receipt": False,
        "pairs": [], "gaps": [], "remedies": "", "contact": "",
        "blocks": [{"kind": "list", "items": ["年度报告"]}, {"kind": "table", "columns": [], "rows": []}, {"kind": "table", "columns": [], "rows": [[one["level"], one["text"]] for one in ownpage.rows(page(), signed_on=DAY)]}],
    }  # fmt: skip
    pdf = PdfReader(io.BytesIO(typesetting.pdf(typesetting.REPORT, content, on=date(2024, 1, 31))))
    box = pdf.pages[0].mediabox
    assert [round(float(one) * 25.4 / 72) for one in (box.width, box.height)] == [184, 260]
    text = pdf.pages[0].extract_text().replace("\n", "")
    for said in ("云溪县内部资料", "第1", "一是受理业务9宗。", "云政〔2024〕1号", DAY, "查询码：ABCDE"):
        assert said in text, said
    assert "文件" not in text  # nothing of the house's own head
