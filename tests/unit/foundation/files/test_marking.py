"""与原件核对无误, and 此件由…提供: on every page, upright, legible, in the file's own format; other kinds untouched."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from tests.factories import documents
from yiwang.foundation.files import marking
from yiwang.foundation.files.rules import Limits, recognise

MARK = marking.Mark("云溪县市场监督管理局", "陈小燕", date(2026, 9, 24))


def pages(count, *, turned=0):
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(595, 842).rotate(turned)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def changed_box(before, after):
    one, two = (Image.open(io.BytesIO(each)).convert("RGB") for each in (before, after))
    assert one.size == two.size
    return ImageChops.difference(one, two).point(lambda v: 255 if v > 100 else 0).getbbox()


def plain(kind, size=(1200, 900)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_the_mark_stands_in_the_lower_right_corner_of_a_picture(kind):
    before = plain(kind)
    after = marking.marked(before, kind, MARK)
    assert recognise(after, f"a.{kind}", field="f", limits=Limits()) == kind
    left, top, right, bottom = changed_box(before, after)
    assert left > 600
    assert top > 600
    assert 300 < right - left <= 1200 * marking.SHARE
    assert bottom < 900


def test_another_organ_clerk_or_day_draws_another_mark():
    others = (
        marking.Mark("云溪县公安局", "陈小燕", date(2026, 9, 24)),
        marking.Mark("云溪县市场监督管理局", "赵国强", date(2026, 9, 24)),
        marking.Mark("云溪县市场监督管理局", "陈小燕", date(2026, 9, 25)),
    )
    drawn = {marking.stamp(each).tobytes() for each in (MARK, *others)}
    assert len(drawn) == 4


def test_a_long_name_still_fits_its_frame():
    long = marking.Mark("云溪县" + "人力资源和社会保障" * 4 + "局", "欧阳" * 8, date(2026, 12, 31))
    solid = marking.stamp(long).getchannel("A").point(lambda v: 255 if v > 200 else 0)
    inside = solid.crop((marking.BORDER + 4, 0, marking.WIDTH - marking.BORDER - 4, solid.height))
    left, _, right, _ = inside.crop((0, marking.BORDER + 6, inside.width, solid.height - marking.BORDER - 8)).getbbox()
    assert left > 5
    assert right < inside.width - 5


def test_a_small_picture_keeps_its_size():
    assert changed_box(plain("png", (120, 90)), marking.marked(plain("png", (120, 90)), "png", MARK)) is not None


@pytest.mark.parametrize("turned", [0, 90])
def test_every_page_of_a_pdf_bears_the_mark_once(turned):
    after = PdfReader(io.BytesIO(marking.marked(pages(3, turned=turned), "pdf", MARK)))
    assert [len(page.images) for page in after.pages] == [1, 1, 1]
    for page in after.pages:
        assert page.rotation == 0
        assert float(page.mediabox.width) == (842 if turned else 595)
        assert page.images[0].image.convert("RGBA").size == marking.stamp(MARK).size


def test_what_cannot_be_drawn_over_says_so_and_nothing_else_happens():
    with pytest.raises(marking.CannotMark):
        marking.marked(b"%PDF-1.7 torn", "pdf", MARK)
    assert marking.marked(documents.xlsx(), "xlsx", MARK)[:2] == b"PK"


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_what_an_authority_made_bears_its_sentence_all_over(kind):
    before, veil = plain(kind), marking.Veil("此件由云溪县市场监督管理局提供，仅供办理政务服务事项时使用，长期有效")
    after = marking.marked(before, kind, veil)
    one, two = (Image.open(io.BytesIO(each)).convert("L") for each in (before, after))
    changed = ImageChops.difference(one, two).point(lambda v: 255 if v > 20 else 0)
    for left, top in ((0, 0), (600, 0), (0, 450), (600, 450)):
        assert changed.crop((left, top, left + 600, top + 450)).getbbox(), f"nothing in the quarter at {left}, {top}"
    assert two.getextrema()[0] > 100, "what lies under it stays legible"
    assert marking.marked(before, kind, marking.Veil("此件由别处提供")) != after


def test_every_page_of_a_pdf_bears_the_sentence_over_its_whole_breadth():
    veil = marking.Veil("此件由云溪县市场监督管理局提供")
    after = PdfReader(io.BytesIO(marking.marked(pages(2), "pdf", veil)))
    assert [len(page.images) for page in after.pages] == [1, 1]
    assert b"595 0 0 842 0.0 0.0 cm" in after.pages[1].get_contents().get_data()
    assert "此件由" in marking.veil_svg(veil.text)
    assert "<b>" not in marking.veil_svg("<b>局</b>")


def test_the_mark_of_a_copy_says_what_it_may_be_used_for():
    said = marking.Mark("云溪县公安局", "陈小燕", date(2026, 9, 24), "仅供办理政务服务事项时使用")
    assert marking.stamp(said).height > marking.stamp(marking.Mark("云溪县公安局", "陈小燕", date(2026, 9, 24))).height
