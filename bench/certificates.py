"""Electronic certificates: our sheet as sealed PDF and as sealed OFD against WeasyPrint setting the same words, alternating;
checks of both a second; and the status of one certificate out of a published list of a hundred thousand, offline.

Every sheet is another one, as real ones are. Counted per second of processor time, since the machine may be doing something
else; wall time is printed beside it. The list is measured by the clock, file reading included: that is what a person waits.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from html import escape
from pathlib import Path

import pylopdf_fonts_zh_cn as packaged
from pypdf import PdfReader
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench._machine import verdict, versions
from bench._workshop import FACE, NOW, ON, ORGAN, SEAL_NAME, Workshop, cost, picture
from yiwang.foundation.identifiers.rules import make_certificate_identifier
from yiwang.foundation.letters import pdfsign, typesetting
from yiwang.foundation.ofd import packing, reading
from yiwang.foundation.seals import sm2
from yiwang.services.certificates import checking, faces, statuslist

ROUNDS, LISTED = 15, 100_000
USCC = "11449931MB4Y00260Y"
MARK = faces.Mark(FACE.svg, FACE.width, FACE.height, SEAL_NAME)
STATEMENT = "经审查，准予上列主体从事本证载明的食品经营活动。持证人应当在许可范围内依法经营，并接受监督检查。"
STYLE = """
@font-face { font-family: Sheet; src: url(FONT) }
@page { size: A4 landscape; margin: 16mm }
body { font: 14pt/1.6 Sheet; lang: zh } h1 { font-size: 32pt; text-align: center; font-weight: normal }
.c { text-align: center } .g { display: grid; grid-template-columns: 1fr 1fr; gap: 9pt 12mm; margin: 0 14mm }
.sign { position: relative; text-align: right; margin-top: 17mm } .sign img { position: absolute; right: 20mm; top: -15mm }
"""


def face_of(number: int) -> faces.Face:
    """One sheet; every one differs."""
    identifier = make_certificate_identifier(type_code=f"{USCC}001", issuer=USCC, serial=f"2026{number:08d}")
    holder = f"云溪县城关街道小满面馆{number}号店"
    metadata = faces.metadata(
        type_name="食品经营许可证",
        type_code=f"{USCC}001",
        name="食品经营许可证",
        number=f"JY2449931{number:07d}",
        identifier=identifier,
        organ=ORGAN,
        organ_code=USCC,
        issued_on=ON,
        valid_from=ON,
        valid_until=date(2031, 9, 23),
        holder=holder,
        holder_code="92449931MA0000001W",
        holder_is_firm=True,
        division="449931",
    )
    return faces.Face(
        title="食品经营许可证",
        number=f"JY2449931{number:07d}",
        organ=ORGAN,
        issued_on=ON,
        pairs=(
            ("持证主体", holder),
            ("统一社会信用代码", "92449931MA0000001W"),
            ("经营场所", f"云溪县城关街道城东社区人民路{number}号"),
            ("经营项目", "热食类食品制售、冷食类食品制售、自制饮品制售"),
            ("有效期", "2026-09-24 至 2031-09-23"),
            ("发证机关", ORGAN),
        ),
        statement=STATEMENT,
        code=f"ABCD-EFGH-{number:04d}",
        address=f"http://127.0.0.1:8000/certificates/verify/?code=ABCDEFGH{number:04d}",
        identifier=identifier,
        note="本证加盖的是测试用电子印章，不具法律效力。",
        metadata=metadata,
    )


class Sheets(Workshop):
    """The certificate's sheets under the organ's seal."""

    def sign(self, digest: bytes, face: faces.Face | None = None) -> bytes:
        return self.signed(digest, faces.extensions(face) if face else None)

    def pdf(self, number: int) -> bytes:
        face = face_of(number)
        room = self.room(2400)
        return pdfsign.sign(
            faces.pdf(face, MARK), seal_name=MARK.name, at=NOW, room=room, make=lambda digest: self.sign(digest, face)
        )

    def ofd(self, number: int) -> bytes:
        face = face_of(number)
        document, stamp = faces.document(face, MARK)
        return packing.seal(
            document,
            seal=self.seal,
            stamp=stamp,
            provider="一网",
            at=NOW,
            make=lambda digest, place: self.sign(digest, face),
        )


def peer() -> Callable[[int], bytes]:
    """WeasyPrint with fonts and style sheet kept, setting the same words, unsealed."""
    fonts = FontConfiguration()
    style = CSS(string=STYLE.replace("FONT", packaged.serif_path().as_uri()), font_config=fonts)

    def make(number: int) -> bytes:
        face = face_of(number)
        pairs = "".join(f"<div>{title}：{escape(text)}</div>" for title, text in face.pairs)
        html = (
            f"<html lang=zh><meta charset=utf-8><title>{face.title}</title><h1>{face.title}</h1>"
            f"<div class=c>编号：{face.number}</div><div class=g>{pairs}</div><p>{face.statement}</p>"
            f"<div class=sign>{face.organ}<br>{typesetting.chinese_day(ON)}{picture(FACE.svg, 159)}</div>"
            f"<div style='font-size:8pt'>{picture(typesetting.qr(face.address), 76)} {face.code} {face.identifier} "
            f"{face.note}</div>"
        )
        made = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2b")
        assert isinstance(made, bytes)
        return made

    return make


def listed(shop: Sheets) -> tuple[bytes, bytes]:
    """A list of ``LISTED`` certificates and the sealed file of one in its middle."""
    changes = (statuslist.Change(face_identifier(number), ON, "valid") for number in range(LISTED))
    content = statuslist.write(
        changes, issuer=ORGAN, issued_at=NOW, good_until=ON + timedelta(days=7), sign=lambda digest: shop.sign(digest)
    )
    return content, shop.ofd(LISTED // 2)


def face_identifier(number: int) -> str:
    return make_certificate_identifier(type_code=f"{USCC}001", issuer=USCC, serial=f"2026{number:08d}")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")  # where a county keeps fonts of its own
    shop, theirs = Sheets(), peer()
    for make in (shop.pdf, theirs):  # warm, and it must really be the same words on one page
        pages = PdfReader(io.BytesIO(make(1))).pages
        text = pages[0].extract_text().replace("\n", "").replace(" ", "")
        if len(pages) != 1 or "冷食类食品制售" not in text or "小满面馆1号店" not in text:
            raise SystemExit("the two sheets do not say the same: nothing to measure")
    said = "".join(reading.read(shop.ofd(1)).text)
    if "冷食类食品制售" not in said or "小满面馆1号店" not in said:
        raise SystemExit("the OFD does not say the same: nothing to measure")

    def check(content: bytes) -> checking.Examined:
        return checking.examine(content, roots=[shop.root], stands=lambda *_: "V", on=ON)

    made = {
        "pdf": [shop.pdf(number) for number in range(50, 60)],
        "ofd": [shop.ofd(number) for number in range(50, 60)],
    }
    if not all(check(content).valid for contents in made.values() for content in contents):
        raise SystemExit("a sealed sheet does not verify: nothing to measure")
    print(f"subject: {versions('typst', 'pyhanko')}, {sm2.engine().version}; peer: {versions('weasyprint')}")
    spent: dict[str, list[tuple[float, float]]] = {
        name: [] for name in ("pdf", "ofd", "weasyprint", "check pdf", "check ofd")
    }
    for number in range(100, 100 + ROUNDS):
        spent["pdf"].append(cost(shop.pdf, number))
        spent["weasyprint"].append(cost(theirs, number))
        spent["ofd"].append(cost(shop.ofd, number))
        spent["check pdf"].append(cost(lambda n: check(made["pdf"][n % 10]), number))
        spent["check ofd"].append(cost(lambda n: check(made["ofd"][n % 10]), number))
    busy = {name: statistics.median(b for b, _ in costs) for name, costs in spent.items()}
    for name, costs in spent.items():
        wall = statistics.median(w for _, w in costs)
        print(f"{name}: {busy[name] * 1000:.2f} ms of processor, {wall * 1000:.2f} ms by the clock")
    content, sheet = listed(shop)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "list.txt"
        place.write_bytes(content)

        def offline(_: int) -> None:
            if not checking.offline(sheet, listed=place.read_bytes(), roots=[shop.root], on=ON).valid:
                raise SystemExit("the list does not answer: nothing to measure")

        waits = [cost(offline, number)[1] for number in range(ROUNDS)]
    print(f"status list: {LISTED:,} certificates, {len(content) / 1e6:.1f} MB")
    kept = [
        verdict("one sealed sheet as PDF against WeasyPrint, unsealed", busy["weasyprint"] / busy["pdf"], 5),
        verdict("a sealed sheet as OFD against as PDF", busy["pdf"] / busy["ofd"], 1),
        verdict("certificates set and sealed in both formats", 1 / (busy["pdf"] + busy["ofd"]), 20, "/s"),
        verdict("checks of a PDF", 1 / busy["check pdf"], 500, "/s"),
        verdict("checks of an OFD", 1 / busy["check ofd"], 500, "/s"),
        verdict("a file against the status list, offline", statistics.median(waits) * 1000, 50, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
