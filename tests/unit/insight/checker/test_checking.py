"""Claims keep their place in the text as handed in; the command and the page say the same."""

from __future__ import annotations

import io
import json
import time
from contextlib import redirect_stdout, suppress
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from yiwang.insight.checker.__main__ import main
from yiwang.insight.checker.checking import check
from yiwang.insight.checker.extracting import Unreadable, _page, _pages, extract
from yiwang.insight.checker.forms import LONGEST, short_enough
from yiwang.insight.checker.marking import findings, pieces

WRONG = "全县受理诉求886宗，目前已办结734宗，阶段性办结143宗。"
RIGHT = "全县受理诉求886宗，目前已办结743宗，阶段性办结143宗。"


def run(*args: object) -> tuple[str, int]:
    with redirect_stdout(io.StringIO()) as out:
        status = main([str(arg) for arg in args])
    return out.getvalue(), status


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("报告.xls", b"x", "格式不能核对"),
        ("报告.docx", b"not a zip", "已损坏"),
        ("报告.pdf", b"%PDF-1.4 broken", "已损坏"),
        ("报告.txt", b"   \n ", "没有可读的文字"),
        ("报告.txt", b"", "没有可读的文字"),
        ("报告.txt", bytes(range(256)) * 8, "已损坏"),
        ("报告.html", b"", "没有可读的文字"),
        ("报告.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("报告.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "带密码或是旧版格式"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        extract(name, data)


def test_a_word_file_is_read_with_its_tables() -> None:
    document = docx.Document()
    document.add_paragraph("全年办件1200件，其中个人800件、法人500件。")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "收件", "1200"
    document.add_paragraph("特此报告。")
    kept = io.BytesIO()
    document.save(kept)
    raw = extract("报告.docx", kept.getvalue())
    assert raw.splitlines()[1] == "收件\t1200"
    assert [claim.verdict for claim in check(raw)[1]] == ["inconsistent"]


def test_a_word_file_is_read_as_it_is_shown() -> None:
    """Content controls are read, a merged cell once, deleted text never."""
    document = docx.Document()
    paragraph = document.add_paragraph("全年办件1200件，")
    shown = '<w:sdt xmlns:w="{0}"><w:sdtContent><w:p><w:r><w:t>其中个人800件、</w:t></w:r><w:del><w:r><w:delText>法人500件。</w:delText></w:r></w:del><w:r><w:t>法人400件。</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    paragraph._p.addnext(parse_xml(shown.format("http://schemas.openxmlformats.org/wordprocessingml/2006/main")))
    table = document.add_table(rows=1, cols=3)
    table.rows[0].cells[0].merge(table.rows[0].cells[1]).text = "合计"
    kept = io.BytesIO()
    document.save(kept)
    raw = extract("报告.docx", kept.getvalue())
    assert raw.splitlines() == ["全年办件1200件，", "其中个人800件、法人400件。", "合计\t"]
    assert [claim.verdict for claim in check(raw)[1]] == ["consistent"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_any_encoding_reports_come_in(encoding: str) -> None:
    assert extract("报告.TXT", WRONG.replace("，", "，\r\n").encode(encoding)) == WRONG.replace("，", "，\n")


def test_a_text_cut_in_the_middle_of_a_sign_is_read() -> None:
    assert extract("报告.txt", (WRONG * 20).encode()[:-1]).startswith(WRONG)


def test_a_pdf_with_a_password_is_refused_as_such_and_a_torn_one_as_broken(caplog: pytest.LogCaptureFixture) -> None:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.encrypt("secret")
    kept = io.BytesIO()
    writer.write(kept)
    with pytest.raises(Unreadable, match="有密码"):
        extract("报告.pdf", kept.getvalue())
    with pytest.raises(Unreadable, match="已损坏"):
        extract("报告.pdf", kept.getvalue()[:200])
    assert not caplog.records


def test_a_torn_word_file_is_refused_wherever_it_is_torn() -> None:
    document = docx.Document()
    document.add_paragraph(WRONG * 40)
    kept = io.BytesIO()
    document.save(kept)
    whole = kept.getvalue()
    for place in range(40, len(whole), len(whole) // 40):
        torn = whole[:place] + bytes(8) + whole[place + 8 :]
        with suppress(Unreadable):  # anything else is a fault of ours
            extract("报告.docx", torn)


def test_a_running_title_does_not_part_a_sentence() -> None:
    pages = [
        "某某县司法局年度报告\n全年受理业务159524宗，办结",
        "某某县司法局年度报告\n159138宗，办结率97.8%。",
        "某某县司法局年度报告\n完",
    ]
    _, claims = check("\n".join(_pages(pages)))
    assert [claim.verdict for claim in claims] == ["inconsistent"]


def test_a_page_number_does_not_part_a_sentence() -> None:
    pages = ["全年受理业务159524宗，办结\n— 3 —", "4\n159138宗，办结率97.8%。\n"]
    text, claims = check("\n".join(_page(page) for page in pages))
    assert [claim.verdict for claim in claims] == ["inconsistent"], text.flat


@pytest.mark.parametrize("sign", ["1件，", "(", "9", "一", "其中1件、", "率1%", "由1到2", "《"])
def test_a_text_of_nothing_but_one_sign_is_done_soon(sign: str) -> None:
    began = time.process_time()
    check(sign * 2000)
    assert time.process_time() - began < 5


def test_a_web_page_is_read_without_its_scripts_and_in_its_own_encoding() -> None:
    page = "<html><head><meta charset=gb18030><script>全年1件</script></head><body><p>全年办件1200件，</p><p>其中个人800件、法人400件。</p></body></html>"
    assert "全年1件" not in extract("报告.html", page.encode("gb18030"))
    assert [claim.verdict for claim in check(extract("报告.html", page.encode("gb18030")))[1]] == ["consistent"]


def test_offsets_are_those_of_the_extracted_text() -> None:
    raw = "## **工作情况**\n\n全县受理诉求 **886** 宗，\n目前已办结 **73\n4** 宗，阶段性办结 143 宗。"
    text, claims = check(raw.replace("\n", "\r\n"))
    (told,) = [claim.as_dict(text) for claim in claims]
    assert told["quote"] == raw[told["start"] : told["end"]]
    assert told["quote"].startswith("886")
    assert told["quote"].endswith("143 宗")
    assert (told["parts"], told["stated"], told["computed"]) == ([734, 143], 886, 877)


def test_json_is_one_claim_a_line_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "right.txt").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.txt").write_text(WRONG, encoding="gb18030")
    said, status = run(tmp_path / "right.txt", tmp_path / "wrong.txt", "--json")
    told = [json.loads(line) for line in said.splitlines()]
    assert [one["verdict"] for one in told] == ["consistent", "inconsistent"]
    assert status == 1
    assert told[1]["says"].startswith("请核对：734+143=877，文中为886")
    assert run(tmp_path / "right.txt") == (f"{tmp_path / 'right.txt'}：核对1处，相符1处，请核对0处。\n", 0)


def test_a_file_that_is_not_there_is_named_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "right.txt").write_text(RIGHT, encoding="utf-8")
    said, status = run(tmp_path / "none.txt", tmp_path, tmp_path / "right.txt")
    assert status == 2
    assert said == f"{tmp_path / 'right.txt'}：核对1处，相符1处，请核对0处。\n"
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / 'none.txt'} 打不开：没有这个文件",
        f"{tmp_path} 打不开：这是一个文件夹",
    ]


def test_a_finding_inside_another_leads_to_the_other_s_mark() -> None:
    raw = "应认领事项822项，已认领事项812项，认领率98.78%；本级监管事项263项，本级不监管事项560项。"
    text, claims = check(raw)
    there = {piece.number for piece in pieces(text, claims)}
    listed = findings(text, claims)
    assert [one.wrong for one in listed] == [True, False]
    assert {one.mark for one in listed} <= there


PROSE = st.text(
    alphabet="全年共受理办结率其中件宗项占比1234567890.%万亿余约（）(),，。；、\n “”《》截至月日由增加到", max_size=120
)


@given(PROSE)
def test_any_text_is_read_to_its_end_and_loses_no_sign_on_the_page(raw: str) -> None:
    text, claims = check(raw)
    assert "".join(piece.text for piece in pieces(text, claims)) == text.raw
    for claim in claims:
        told = claim.as_dict(text)
        assert 0 <= told["start"] < told["end"] <= len(text.raw)


def test_the_page_reads_no_file_longer_than_what_may_be_pasted():
    with pytest.raises(Unreadable, match="请拆分后再核对"):
        short_enough("报告.txt", "字" * (LONGEST + 1))
    short_enough("报告.txt", "字" * LONGEST)
