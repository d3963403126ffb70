"""The file of a letter: PDF/A-2b under a seal, checked by anybody, found out when touched."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader, PdfWriter

from tests.factories import letters, seals
from yiwang.foundation.files import queries as files
from yiwang.foundation.letters import actions, checking, pdfsign, typesetting
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.seals import actions as seal_actions
from yiwang.foundation.seals.models import Certificate
from yiwang.kernel.permissions import SYSTEM

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def sealed(organ, **changes):
    letter = letters.letter(organ, NOW, **changes)
    letter = actions.render(letter_id=letter.pk, at=NOW + timedelta(seconds=3))
    return letter, files.open_file(SYSTEM, letter.file_id)


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_a_file_that_is_no_letter_is_said_to_be_none(market):
    for junk, says in ((b"", "不是可以打开的"), (b"%PDF-1.7 broken", "不是可以打开的"), (blank(), "没有本系统")):
        found = checking.examine(junk)
        assert not found.valid
        assert says in found.says


def blank():
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def test_a_changed_byte_is_found(market):
    _, pdf = sealed(market)
    at = pdf.index(b"/Type/Page") if b"/Type/Page" in pdf else 2000
    found = checking.examine(pdf[:at] + pdf[at : at + 9].swapcase() + pdf[at + 9 :])
    assert not found.valid


def test_every_single_flip_in_a_sample_of_the_file_is_found(market):
    _, pdf = sealed(market)
    for place in range(100, len(pdf), len(pdf) // 25):
        touched = bytearray(pdf)
        touched[place] ^= 1
        assert not checking.examine(bytes(touched)).valid, place


def test_something_added_after_the_seal_is_found(market):
    _, pdf = sealed(market)
    found = checking.examine(pdf + b"\n% added")
    assert not found.valid
    out, writer = io.BytesIO(), PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.pages[0].rotate(90)
    writer.write(out)
    assert "追加" in checking.examine(out.getvalue()).says


def test_a_letter_of_another_installation_is_not_ours(market):
    _, pdf = sealed(market)
    Letter.objects.update(code="X" * 12)
    assert "没有出具过" in checking.examine(pdf).says
    Certificate.objects.filter(kind="root").update(kind="maker", issuer_id=Certificate.objects.first().pk)
    assert "受信任" in checking.examine(pdf).says


def test_a_seal_stopped_before_the_job_ran_seals_nothing(market):
    letter = letters.letter(market, NOW)
    seal_actions.stop(seal_id=letter.seal_id, by=SYSTEM, at=NOW + timedelta(seconds=1), reason="遗失")
    with pytest.raises(seal_actions.Unsealable):
        actions.render(letter_id=letter.pk, at=NOW + timedelta(seconds=3))
    letter.refresh_from_db()
    assert letter.file is None


def test_a_sealed_letter_is_valid_and_says_whose_it_is(market):
    letter, pdf = sealed(market, to_party=letters.person().pk)
    found = checking.examine(pdf)
    assert found.valid, found.says
    assert (found.number, found.organ, found.is_test) == (letter.number, "云溪县市场监督管理局", True)
    assert found.seal_name == "云溪县市场监督管理局行政审批专用章（测试用）"
    assert found.ledger_digest == bytes(letter.ledger_digest).hex()
    assert "待存证" in found.proof
    assert "林小溪" not in repr(found)


def test_a_letter_sealed_before_its_seal_was_renewed_stays_valid(market):
    letter, pdf = sealed(market)
    seal_actions.renew(seal_id=letter.seal_id, by=SYSTEM, at=NOW + timedelta(days=1))
    assert checking.examine(pdf).valid


def test_the_page_says_what_the_kind_declares(market):
    letter, pdf = sealed(market, kind="correction-notice", to_party=letters.person().pk)
    text = text_of(pdf)
    for word in (
        "林小溪",
        letter.number,
        "设备布局图",
        "缺少操作流程标注",
        "2026年9月24日",
        "30日内补正",
        "测试用电子印章",
    ):
        assert word in text, word
    assert bytes(letter.ledger_digest).hex()[:16] in text


def test_the_file_is_pdf_a_2b_with_a_printable_signature_field(market):
    _, pdf = sealed(market)
    reader = PdfReader(io.BytesIO(pdf))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    field = reader.trailer["/Root"]["/AcroForm"]["/Fields"][0].get_object()
    assert field["/V"]["/SubFilter"] == pdfsign.SUBFILTER
    assert field["/V"]["/Name"].endswith("（测试用）")
    assert field["/F"] & 4  # printed
    assert not field["/F"] & (1 | 2 | 32)  # neither invisible, hidden nor no-view
    assert [float(edge) for edge in field["/Rect"]] == [0, 0, 0, 0]


def test_the_signature_is_an_update_after_the_pages_own_bytes(market):
    letter, pdf = sealed(market)
    page = typesetting.pdf("letter", actions.page_of(letter), on=NOW.date())
    assert pdf.startswith(page)


def test_a_licence_is_a_sheet_with_its_own_name(market):
    letter, pdf = sealed(market, kind="licence", to_party=letters.person("云溪小溪饭店").pk)
    text = text_of(pdf)
    assert "食品经营许可证" in text
    assert "持证主体：" in text
    assert "云溪小溪饭店" in text
    assert PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width > 800
    assert letter.title == "许可证"


def test_every_declared_kind_can_be_set(market):
    from yiwang.foundation.letters import queries

    seals.seal(market, NOW, kind="official")
    for kind_id, kind in queries.letter_kinds(NOW.date()).items():
        data = {
            name: {"text": "内容", "lines": ["甲", "乙"], "rows": [{"name": "甲"}]}[field.kind]
            for name, field in kind.fields.items()
        }
        letter = letters.letter(market, NOW, kind=kind_id, data=data)
        assert actions.render(letter_id=letter.pk, at=NOW).status == Letter.Status.SEALED, kind_id


def test_text_that_looks_like_markup_is_set_as_text(market):
    nasty = '#panic("x") $x$ *b* [a](b) \\ {addressee} <b>'
    _, pdf = sealed(
        market, kind="denial-decision", data=letters.COMMON | letters.DATA["denial-decision"] | {"reason": nasty}
    )
    assert '#panic("x") $x$ *b*' in text_of(pdf)
    assert "{addressee}" in text_of(pdf)


def test_the_slip_is_80_millimetres_wide(market):
    letter = letters.letter(market, NOW, kind="material-receipt")
    slip = typesetting.pdf(typesetting.SLIP, actions.page_of(letter), on=NOW.date())
    assert PdfReader(io.BytesIO(slip)).pages[0].mediabox.width == pytest.approx(80 / 25.4 * 72, abs=0.1)


def test_the_command_refuses_a_touched_file_and_accepts_a_whole_one(market, tmp_path, capsys):
    letter, pdf = sealed(market)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf + b" ")
    with pytest.raises(CommandError, match="追加"):
        call_command("letter", "verify", str(path))
    path.write_bytes(pdf)
    call_command("letter", "verify", str(path))
    said = capsys.readouterr().out
    assert letter.number in said
    assert "待存证" in said
    assert "测试用" in said
    with pytest.raises(CommandError, match="打不开"):
        call_command("letter", "verify", str(tmp_path / "nothing.pdf"))


def test_the_public_page_shows_number_organ_day_and_status_and_no_person(market, client):
    letter, _ = sealed(market, to_party=letters.person().pk)
    page = client.get(f"/letters/{letter.code}/").content.decode()
    for word in (letter.number, "云溪县市场监督管理局", "2026年9月24日", "验证通过", "待存证"):
        assert word in page, word
    assert "林小溪" not in page
    assert client.get("/letters/AAAA-BBBB-CCCC/").status_code == 404


def test_the_public_page_of_a_letter_not_set_yet_says_so(market, client):
    letter = letters.letter(market, NOW)
    assert "正在生成" in client.get(f"/letters/{letter.code}/").content.decode()


def test_somebody_who_tries_codes_is_slowed_down(market, client):
    from django.core.cache import cache

    cache.clear()
    answers = [client.get("/letters/AAAA-BBBB-CCCC/").status_code for _ in range(32)]
    cache.clear()
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_received_file_is_checked_by_upload(market, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    letter, pdf = sealed(market)
    page = client.post("/letters/", {"file": SimpleUploadedFile("a.pdf", pdf)}).content.decode()
    assert letter.number in page
    page = client.post("/letters/", {"file": SimpleUploadedFile("a.pdf", pdf + b" ")}).content.decode()
    assert "验证未通过" in page
