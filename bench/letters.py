"""Letters: our page set by typst against WeasyPrint setting the same words with the same fonts, alternating; then the
whole letter, set and sealed, per second of one process.

Both make one A4 page with the same headline, number, addressee, paragraphs, table, seal picture and QR, as PDF/A-2b.
Counted per second of processor time, since the machine may be doing something else; wall time is printed beside it.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
from collections.abc import Callable
from html import escape
from typing import Any

import pylopdf_fonts_zh_cn as packaged
from pypdf import PdfReader
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench._machine import verdict, versions
from bench._workshop import FACE, NOW, ON, ORGAN, SEAL_NAME, Workshop, cost, picture
from yiwang.foundation.letters import pdfsign, typesetting
from yiwang.foundation.seals import rules

ROUNDS = 15
PARAGRAPHS = [
    "你（单位）提交的“食品经营许可（核发）”申请（办件编号：440101043001）收悉。经审查，申请材料不齐全或者不符合法定形式，"
    "依据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，现一次性告知需要补正的全部内容：",
    "请自收到本告知书之日起30日内补正。按照要求提交全部补正材料的，本机关予以受理。",
]
ROWS = [["1", "营业执照", "复印件不清晰，请重新提交"], ["2", "设备布局图", "缺少操作流程标注"]]
COLUMNS = [("序号", "3em"), ("材料名称", "1fr"), ("需要补正的内容", "2fr")]
STYLE = """
@font-face { font-family: Letter; src: url(FONT) }
@page { size: A4; margin: 37mm 26mm 30mm 28mm }
body { font: 16pt/1.5 Letter; lang: zh } h1 { font-size: 22pt; text-align: center; font-weight: normal }
.c { text-align: center } p { text-indent: 2em; text-align: justify; margin: 0 }
table { border-collapse: collapse; width: 100%; font-size: 12pt } td, th { border: 0.5pt solid; padding: 5pt }
.sign { position: relative; text-align: right; margin-top: 17mm } .sign img { position: absolute; right: 20mm; top: -15mm }
"""


def page_of(number: int) -> dict[str, Any]:
    """What a letter's page is set from; every one differs, as real ones do."""
    return {
        "title": "申请材料补正告知书",
        "head": ORGAN,
        "organ": ORGAN,
        "number": f"云市监补〔2026〕{number}号",
        "addressee": f"林小溪{number}",
        "blocks": [
            {"kind": "text", "text": PARAGRAPHS[0]},
            {"kind": "table", "columns": [{"title": t, "width": w} for t, w in COLUMNS], "rows": ROWS},
            {"kind": "text", "text": PARAGRAPHS[1]},
        ],
        "pairs": [],
        "remedies": "",
        "contact": "咨询电话：0700-3310264。",
        "day": typesetting.chinese_day(ON),
        "receipt": True,
        "seal": {"svg": FACE.svg, "width": FACE.width, "name": SEAL_NAME},
        "qr": typesetting.qr(f"http://127.0.0.1:8000/letters/ABCDEFGH{number:04d}/"),
        "code": f"ABCD-EFGH-{number:04d}",
        "address": "127.0.0.1:8000/letters/",
        "digest": "66c7f0f462eeedd9 d1f2d46bdc10e4e2 4167c4875cf2f7a2 297da02b8f4ba8e0",
        "note": "本文书加盖的是测试用电子印章，不具法律效力。",
    }


def ours(number: int) -> bytes:
    return typesetting.pdf(typesetting.LETTER, page_of(number), on=ON)


def peer() -> Callable[[int], bytes]:
    """WeasyPrint with fonts and style sheet kept, the way it is meant to be used for many pages."""
    fonts = FontConfiguration()
    style = CSS(string=STYLE.replace("FONT", packaged.serif_path().as_uri()), font_config=fonts)

    def make(number: int) -> bytes:
        page = page_of(number)
        table = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in ROWS)
        head = "".join(f"<th>{title}</th>" for title, _ in COLUMNS)
        html = (
            f"<html lang=zh><meta charset=utf-8><title>{page['title']}</title>"
            f"<div class=c style='color:#c00'>{ORGAN}</div><hr><h1>{page['title']}</h1><div class=c>{page['number']}</div>"
            f"<div>{page['addressee']}：</div><p>{PARAGRAPHS[0]}</p><table><tr>{head}</tr>{table}</table>"
            f"<p>{PARAGRAPHS[1]}</p><p>{page['contact']}</p>"
            f"<div class=sign>{ORGAN}<br>{page['day']}{picture(FACE.svg, 159)}</div>"
            f"<div style='font-size:8pt'>{picture(page['qr'], 76)} {page['code']} {page['digest']} {page['note']}</div>"
        )
        made = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2b")
        assert isinstance(made, bytes)
        return made

    return make


def sealing() -> Callable[[int], bytes]:
    """A letter set and sealed: page, signature field, SES_Signature; without the database and the disk."""
    shop = Workshop()

    def make(number: int) -> bytes:
        return pdfsign.sign(ours(number), seal_name="测试用", at=NOW, room=shop.room(900), make=shop.signed)

    whole = make(0)
    signed = pdfsign.read(whole)
    if signed.fault or not rules.verify(signed.signature, digest=signed.digest, roots=[shop.root]).valid:
        raise SystemExit("the sealed letter does not verify: nothing to measure")
    return make


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")  # where a county keeps fonts of its own
    theirs, whole = peer(), sealing()
    for make in (ours, theirs):  # warm: fonts read, compilers kept; and it must really be the same words on one page
        pages = PdfReader(io.BytesIO(make(1))).pages
        text = pages[0].extract_text().replace("\n", "").replace(" ", "")
        if len(pages) != 1 or "缺少操作流程标注" not in text or "云市监补〔2026〕1号" not in text:
            raise SystemExit("the two pages do not say the same: nothing to measure")
    print(f"subject: {versions('typst', 'pyhanko')}; peer: {versions('weasyprint')}")
    spent: dict[str, list[tuple[float, float]]] = {"ours": [], "weasyprint": [], "sealed": []}
    for number in range(2, 2 + ROUNDS):
        spent["ours"].append(cost(ours, number))
        spent["weasyprint"].append(cost(theirs, number))
        spent["sealed"].append(cost(whole, 1000 + number))  # another letter: typst remembers pages it has set
    busy = {name: statistics.median(b for b, _ in costs) for name, costs in spent.items()}
    wall = {name: statistics.median(w for _, w in costs) for name, costs in spent.items()}
    for name in spent:
        print(f"{name}: {busy[name] * 1000:.1f} ms of processor, {wall[name] * 1000:.1f} ms by the clock")
    kept = [
        verdict("one page against WeasyPrint", busy["weasyprint"] / busy["ours"], 5),
        verdict("letters set and sealed", 1 / busy["sealed"], 50, "/s"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
