"""A signature field whose ByteRange a seal signs, and reading it back.

The signature dictionary carries an SES_Signature (GB/T 38540) where others carry CMS; PDF readers show an unknown
signer, our verifier decides. Written as an incremental update, so the page's own bytes stay what they were.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from yiwang.foundation.ledger.rules import sm3

SUBFILTER = "/GBT38540.SES_Signature"
FILTER = "/Yiwang.Seal"
FIELD = "Seal"
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


@dataclass(frozen=True, slots=True)
class Signed:
    """A sealed PDF taken apart: the signature, the digest of what it covers, and what of the file it does not cover."""

    signature: bytes
    digest: bytes
    fault: str = ""


class _SameMetadata(IncrementalPdfFileWriter):
    """Leaves title, dates and XMP as typst wrote them: they are PDF/A already, they do not depend on the wall clock,
    and rewriting them is half of the time a signature takes."""

    def _update_meta(self) -> None:
        return


class Unsigned(Exception):
    """The bytes are not a PDF with one seal of ours; the text says what they are."""


def sign(pdf: bytes, *, seal_name: str, at: datetime, room: int, make: Callable[[bytes], bytes]) -> bytes:
    """The PDF with a signature field. ``make`` turns the SM3 digest of the ByteRange into an SES_Signature (DER)
    of at most ``room`` bytes."""
    writer = _SameMetadata(io.BytesIO(pdf))
    dictionary = PdfSignedData(pdf_name("/Sig"), timestamp=at, bytes_reserved=2 * room)
    dictionary.update(
        {
            pdf_name("/Filter"): pdf_name(FILTER),
            pdf_name("/SubFilter"): pdf_name(SUBFILTER),
            pdf_name("/Name"): TextStringObject(seal_name),
        }
    )
    # PDF/A: a widget without appearance must have no area and be printable
    unseen = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=False)
    spec = SigFieldSpec(FIELD, invis_sig_settings=unseen)
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(FIELD, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=dictionary))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))  # its digest is not used: ours is SM3
    whole = output.getvalue()
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    steps.send(make(sm3(whole[:start] + whole[end:])))
    return bytes(output.getvalue())


def read(pdf: bytes) -> Signed:
    """The seal in a PDF. ``Unsigned`` if there is none; ``fault`` if it does not cover the whole file."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        filled = [value.get_object() for _, value, _ in enumerate_sig_fields(reader, filled_status=True)]
        found = [dictionary for dictionary in filled if dictionary.get("/SubFilter") == SUBFILTER]
        if len(found) != 1:
            raise Unsigned("文件中没有本系统的电子印章" if not found else "文件中有多个电子印章")
        ranges = [int(number) for number in found[0]["/ByteRange"]]
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, IndexError):
        raise Unsigned("不是可以打开的 PDF 文件") from None
    if len(ranges) != 4:
        raise Unsigned("签章范围无法识别")
    start, first, second, rest = ranges
    gap = HEX.fullmatch(pdf[first:second]) if 0 <= first <= second <= len(pdf) else None
    if start != 0 or rest < 0 or gap is None:
        raise Unsigned("签章范围无法识别")
    fault = "" if second + rest == len(pdf) else "签章之后文件又被追加了内容"
    raw = bytes.fromhex(gap[1].decode())
    return Signed(_trimmed(raw), sm3(pdf[:first] + pdf[second : second + rest]), fault)


def _trimmed(padded: bytes) -> bytes:
    """The DER value without the zeros that fill the reserved room."""
    if len(padded) < 2 or padded[0] != 0x30:
        return padded
    if padded[1] < 0x80:
        return padded[: 2 + padded[1]]
    size = padded[1] & 0x7F
    return padded[: 2 + size + int.from_bytes(padded[2 : 2 + size], "big")]
