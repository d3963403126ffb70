"""Setting a letter with typst: one kept compiler a layout and process, data as JSON, PDF/A-2b out."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from yiwang.foundation.letters import fonts
from yiwang.kernel.refusal import Refusal

LAYOUTS = Path(__file__).parent / "layouts"
LETTER, CERTIFICATE, SLIP, REPORT = "letter", "certificate", "slip", "report"
NOT_TEXT = {"qr", "svg", "width", "kind", "date"}  # pictures and measures, never set as characters
_busy = threading.Lock()  # a compiler keeps state between calls


@lru_cache
def _compiler(layout: str) -> typst.Compiler:
    return typst.Compiler(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=[str(folder) for folder in fonts.folders()],
        ignore_system_fonts=True,
    )


def qr(address: str) -> str:
    """A QR code of the address as SVG."""
    out = io.BytesIO()
    # A fixed mask: trying all eight costs more than setting the rest of the page, and phones read any of them.
    segno.make(address, error="m", micro=False, mask=3, boost_error=False).save(
        out, kind="svg", xmldecl=False, border=1
    )
    return out.getvalue().decode()


def chinese_day(day: date) -> str:
    """A day as official letters write it: Arabic numerals without leading zeros (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def pdf(layout: str, content: dict[str, Any], *, on: date) -> bytes:
    """The page as PDF/A-2b. Refuses (``fonts.MissingGlyph``) a character the fonts lack."""
    fonts.require(texts_of(content))
    date_parts = {"year": on.year, "month": on.month, "day": on.day}
    data = json.dumps({**content, "date": date_parts}, ensure_ascii=False)
    try:
        with _busy:
            made = _compiler(layout).compile(format="pdf", pdf_standards=["a-2b"], sys_inputs={"data": data})
    except typst.TypstError as broken:
        raise Refusal(f"文书排版失败：{broken}", code="typesetting-failed") from None
    assert isinstance(made, bytes)
    return made


def texts_of(value: Any, name: str = "") -> Iterator[str]:
    """Every string that will be set."""
    if name in NOT_TEXT:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_of(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
