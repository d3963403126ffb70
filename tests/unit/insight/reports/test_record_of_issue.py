"""The 版记 of a sealed report: on the last page, its last line on the lower edge of the type area (GB/T 9704-2012, 7.4)."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from yiwang.foundation.letters import typesetting

MM = 72 / 25.4
LOWER_EDGE = 35  # mm from the foot of the paper


def report(paragraphs: int) -> PdfReader:
    content = {
        "title": "年度报告", "organ": "云溪县局", "number": "云政〔2024〕1号", "day": "2024年1月31日", "code": "ABCDE",
        "digest": "00" * 32, "address": "https://example.gov", "note": "", "qr": typesetting.qr("x"), "seal": None,
        "receipt": False, "gaps": [], "remedies": "", "contact": "",
        "pairs": [
            {"title": "抄送机关", "text": "抄送：县委依法治县办。"},
            {"title": "印发日期", "text": "2024年1月31日印发"},
        ],
        "blocks": [
            {"kind": "list", "items": ["年度报告"]},
            {"kind": "table", "columns": [], "rows": [["", f"第{n}段写一件事。"] for n in range(paragraphs)]},
        ],
    }  # fmt: skip
    return PdfReader(io.BytesIO(typesetting.pdf(typesetting.REPORT, content, on=date(2024, 1, 31))))


def foot_of(words: str, pdf: PdfReader) -> list[tuple[int, float]]:
    """Where the words stand: page, and height above the foot of the paper in mm."""
    found: list[tuple[int, float]] = []
    for number, page in enumerate(pdf.pages, start=1):

        def visit(text, ctm, matrix, _font, _size, number=number):
            if words in text:
                found.append((number, (matrix[5] * ctm[3] + ctm[5]) / MM))

        page.extract_text(visitor_text=visit)
    return found


# room to spare on the page; too little for the 版记; a page just begun
@pytest.mark.parametrize(("paragraphs", "pages"), [(2, 1), (3, 2), (5, 2)])
def test_the_record_of_issue_stands_at_the_foot_of_the_last_page(paragraphs, pages):
    pdf = report(paragraphs)
    assert len(pdf.pages) == pages
    [(page, height)] = foot_of("印发", pdf)
    assert page == len(pdf.pages)
    assert LOWER_EDGE < height < LOWER_EDGE + 10, height
