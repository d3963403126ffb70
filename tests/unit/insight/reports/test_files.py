"""What leaves the house: the fact file re-adds itself and finds what was changed; the document keeps to its measures."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.factories import documents
from tests.unit.foundation.seals.test_ses import Workshop
from tests.unit.insight.reports.test_rules import card, draft
from yiwang.foundation.ledger import merkle, rules
from yiwang.insight.reports import agreeing, proving, verifying
from yiwang.insight.reports.exports import document, facts, layout, layouts, manifest, page, publicrows, reading
from yiwang.insight.reports.exports.manifest import Front, Kept
from yiwang.kernel import pipes

FRONT = Front(
    "2024-000001", "法治政府建设年度报告", "law-government", "2026.1", 1, "data-bureau", "public", "2023-12-31"
)
SALT = bytes(range(32))
COLUMNS = ("organ", "on", "counted")
MORE = "（一）提升办事效率。一是受理业务{{ accepted }}宗，办结{{ closed }}宗，办结率{{ rate }}。\n有关安排另行报告。"


def rows(closed: int = 7) -> pa.Table:
    """Nine cases of two organs, ``closed`` of them counted."""
    return pa.table(
        {
            "reference": [f"2023-{n:06d}" for n in range(9)],
            "organ": ["market"] * 6 + ["health"] * 3,
            "on": [date(2023, 3, n + 1) for n in range(9)],
            "counted": [n < closed for n in range(9)],
        }
    )


@pytest.fixture
def made():
    """(manifest, rows by file, archive) of a small report: a count, a share and its numerator from the same rows."""
    cards = (
        card("accepted", 9, rows=9, numerator=Decimal(9)),
        card("closed", 7, rows=9, numerator=Decimal(7), extra={"shows": "numerator"}),
        card(
            "rate", "77.7777", "%", 2, rows=9, numerator=Decimal(7), denominator=Decimal(9), of=("closed", "accepted")
        ),
    )
    tables = {"accepted": rows(9), "closed": rows(), "rate": rows()}
    files = {
        name: publicrows.csv_of(table, name=name, salt=SALT, hide_small=True, columns=COLUMNS)
        for name, table in tables.items()
    }
    measures = {"accepted": ("count", 1), "closed": ("share", 1), "rate": ("share", 100)}
    kept = {name: Kept(f"rows/{name}.csv", manifest.sm3(data), *measures[name]) for name, data in files.items()}
    found = manifest.build(draft(MORE, cards), replace(FRONT, signer="方启明", signed=True), [], kept=kept)
    named = {kept[name].file: data for name, data in files.items()}
    return found, named, facts.archive(found, named, digest=manifest.digest(manifest.canonical(found)))


def again(archive: bytes, name: str, change) -> bytes:
    """The archive with one file changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data.decode()).encode() if entry == name else data)
    return out.getvalue()


def test_a_fact_file_re_adds_every_figure_and_the_ledger_s_digest_fits(made):
    found, _, archive = made
    digest = manifest.digest(manifest.canonical(found))
    head, lines = verifying.verify(archive, digest=digest)
    assert head["edition"] == 1
    assert [line for line in lines if not line.passed] == []
    assert any("7÷9，重算77.78%" in line.says for line in lines)
    assert [line.what for line in verifying.verify(archive, digest="0" * 64)[1] if not line.passed] == ["定稿摘要"]


def test_a_changed_row_a_changed_value_and_a_changed_page_are_each_found(made):
    _, _, archive = made
    row = again(archive, "rows/rate.csv", lambda text: text.replace(",1\n", ",0\n", 1))
    value = again(archive, "report.json", lambda text: text.replace('"printed":"7"', '"printed":"8"'))
    shown = again(archive, "report.html", lambda text: text.replace(">77.78<", ">78.77<"))
    for changed in (row, value, shown):
        assert [line for line in verifying.verify(changed)[1] if not line.passed]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("report.html", "宗，办结率", "宗。办结率", "文字与定稿不同"),
        ("report.html", "<xbrli:startDate>2023-01-01", "<xbrli:startDate>2022-01-01", "期间或截止时间"),
        ("report.html", 'decimals="2"', 'decimals="1"', "位数"),
        ("report.html", 'name="yw:rate"', 'name="yw:other"', "缺少"),
        ("report.html", "<h1>", "<h1>更正：", "文字与定稿不同"),
        ("figures.csv", ",77.78%,", ",78.77%,", "printed"),
        ("figures.csv", "closed,", "others,", "不是同一批"),
    ],
)
def test_page_and_table_that_say_other_than_what_was_frozen_are_told_by_name(made, name, old, new, says):
    changed = again(made[2], name, lambda text: text.replace(old, new, 1))
    assert changed != again(made[2], name, str)
    wrong = [line for line in verifying.verify(changed)[1] if not line.passed]
    assert len(wrong) == 1
    assert says in wrong[0].says


def test_rows_and_digest_changed_together_still_do_not_add_up(made):
    """Whoever changes the records and writes the new digest beside them is found by counting."""
    found, files, _ = made
    data = files["rows/rate.csv"].replace(b",1\n", b",0\n", 1)
    figure = next(one for one in found["figures"] if one["name"] == "rate")
    figure["file_digest"] = manifest.sm3(data)
    archive = facts.archive(found, files | {"rows/rate.csv": data}, digest="")
    wrong = [line for line in verifying.verify(archive)[1] if not line.passed]
    assert [line.says for line in wrong] == ["明细为6÷9，定稿为7÷9"]


def test_the_command_needs_nothing_but_the_file(made, tmp_path):
    path = tmp_path / "report.zip"
    path.write_bytes(made[2])
    command = [sys.executable, "-m", "yiwang.insight.reports.verifying", "verify", str(path)]
    bare = {"PATH": "", "PYTHONPATH": "."}  # no settings, no database
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    path.write_bytes(
        again(made[2], "rows/accepted.csv", lambda text: text.rpartition("\n")[0].rpartition("\n")[0] + "\n")
    )
    assert subprocess.run(command, env=bare, capture_output=True, check=False).returncode == 1
    path.write_bytes(b"not a zip")
    assert subprocess.run(command, env=bare, capture_output=True, check=False).returncode == 2
    path.unlink()
    missed = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (missed.returncode, missed.stderr) == (2, f"{path} 打不开：没有这个文件\n")


def test_a_reader_who_goes_away_ends_the_command_without_a_traceback(made, tmp_path):
    path = tmp_path / "report.zip"
    path.write_bytes(made[2])
    read, write = os.pipe()
    os.close(read)  # as ``… | head -0`` leaves it
    command = [sys.executable, "-m", "yiwang.insight.reports.verifying", "verify", str(path)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (pipes.UNHEARD, "")


def test_public_rows_name_no_case_and_hide_the_particulars_of_small_groups():
    hidden = publicrows.csv_of(rows(), name="x", salt=SALT, hide_small=True, columns=COLUMNS).decode()
    shown = publicrows.csv_of(rows(), name="x", salt=SALT, hide_small=False, columns=COLUMNS).decode()
    assert "2023-0000" not in hidden + shown
    assert "health" in shown
    assert "health" not in hidden  # three cases
    assert hidden.count("market") == 6
    bare = publicrows.csv_of(rows(), name="x", salt=SALT, hide_small=False, columns=("counted",)).decode()
    assert bare.startswith("row,counted\n")  # a column nobody allowed stays behind
    assert hidden.count(",1\n") == shown.count(",1\n") == 7  # what is added up stays
    elsewhere = publicrows.csv_of(rows(), name="y", salt=SALT, hide_small=False, columns=COLUMNS).decode()
    numbers = {line.split(",")[0] for line in elsewhere.split("\n")[1:-1]}
    assert not numbers & {line.split(",")[0] for line in hidden.split("\n")}  # nor is it found in another file
    other = publicrows.csv_of(rows(), name="x", salt=bytes(32), hide_small=True, columns=COLUMNS).decode()
    assert not {line.split(",")[0] for line in other.split("\n")[1:-1]} & set(hidden.replace("\n", ",").split(","))


def test_the_page_marks_every_number_with_its_facts(made):
    shown = page.html(made[0])
    marked = [(dict(agreeing.GIVEN.findall(given))["name"], said) for given, said in agreeing.MARK.findall(shown)]
    assert marked == [("yw:accepted", "9"), ("yw:closed", "7"), ("yw:rate", "77.78")]
    assert "<xbrli:startDate>2023-01-01</xbrli:startDate>" in shown
    assert "<script" not in page.html({**made[0], "report": {**made[0]["report"], "title": "<script>"}})


def test_the_document_keeps_to_the_grid_of_the_standard(made):
    opened = Document(io.BytesIO(document.render(made[0], number="云政数报〔2024〕1号", printed_on=date(2024, 2, 1))))
    section = opened.sections[0]
    measures = [section.page_width.mm, section.top_margin.mm, section.left_margin.mm, section.right_margin.mm]
    assert [round(one) for one in (*measures, section.bottom_margin.mm)] == [210, 37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), int(grid.get(qn("w:linePitch")))) == ("linesAndChars", layout.twips(225 / 22))
    assert round((16 + int(grid.get(qn("w:charSpace"))) / 4096) * 28 / layout.POINTS_A_MM) == 156
    assert opened.settings.odd_and_even_pages_header_footer
    texts = [one.text for one in opened.paragraphs]
    assert "云政数报〔2024〕1号\t签发人：方启明" in texts
    assert "一、主要举措和成效" in texts
    body = next(one for one in opened.paragraphs if one.text.startswith("（一）"))
    fonts = [run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for run in body.runs]
    assert (fonts[0], fonts[-1]) == ("楷体_GB2312", "仿宋_GB2312")
    assert body.text == "（一）提升办事效率。一是受理业务9宗，办结7宗，办结率77.78%。"
    ruled = [
        one._p.pPr for one in opened.paragraphs if one._p.pPr is not None and one._p.pPr.find(qn("w:pBdr")) is not None
    ]
    assert [[child.tag for child in one].index(qn("w:pBdr")) for one in ruled] == [
        0
    ]  # before spacing, as the schema wants
    record = opened.tables[-1]
    lines = record._tbl.tblPr.find(qn("w:tblBorders"))
    assert [int(lines.find(qn(f"w:{one}")).get(qn("w:sz"))) for one in ("top", "insideH", "bottom")] == [8, 6, 8]
    assert record.rows[0].cells[0].text == "抄送：县委依法治县办、市某局。"
    assert record.rows[1].cells[1].text == "2024年2月1日印发"
    assert "仿宋_GB2312（没有时换用仿宋）" in opened.core_properties.comments


def test_the_template_goes_out_with_names_in_braces_and_its_text_comes_back_the_same(made):
    written = document.template(made[0])
    assert reading.sections(written) == {"主要举措和成效": MORE}
    assert "{{ rate }}" in json.dumps([one.text for one in Document(io.BytesIO(written)).paragraphs])


def test_braces_in_a_name_are_words_and_no_template(made):
    head = {**made[0]["report"], "organ": "{{ 7*7 }}局", "title": "{% raw %}"}
    opened = Document(io.BytesIO(document.render({**made[0], "report": head})))
    assert any("｛｛ 7*7 ｝｝局" in one.text for one in opened.paragraphs)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "云溪县政务服务和数据管理局2026年法治政府建设年度报告",
            ["云溪县政务服务和数据管理局", "2026年法治政府建设年度报告"],
        ),
        ("2026年工作报告", ["2026年工作报告"]),
    ],
)
def test_a_title_breaks_where_the_organ_s_name_ends(title, lines):
    assert layout.title_lines(title, "云溪县政务服务和数据管理局") == lines


@pytest.mark.parametrize(
    ("measure", "unit", "places", "value", "top", "bottom"),
    [
        ("sum", "元", 0, "60", "60", None),
        ("mean", "个工作日", 2, "20", "60", "3"),
        ("median", "个工作日", 1, "21", "21", None),
        ("ratio", "%", 1, "150", "60", "40"),
    ],
)
def test_every_measure_is_added_up_again(measure, unit, places, value, top, bottom):
    columns = {"reference": ["a", "b", "c", "d"], "counted": [True, True, True, False]}
    columns |= {"value": [10, 21, 29, None], "over": [10, 10, 20, None]}
    data = publicrows.csv_of(
        pa.table(columns), name="x", salt=SALT, hide_small=True, columns=("counted", "value", "over")
    )
    more = {"rows": 4, "numerator": Decimal(top), "denominator": bottom and Decimal(bottom)}
    one = card("x", value, unit, places, **more)
    kept = {"x": Kept("rows/x.csv", manifest.sm3(data), measure, 100 if unit == "%" else 1)}
    found = manifest.build(draft("数为{{ x }}。", (one,)), FRONT, [], kept=kept)
    lines = verifying.verify(facts.archive(found, {"rows/x.csv": data}, digest=""))[1]
    assert [line for line in lines if not line.passed] == []
    wrong = data.replace(b",21,", b",27,")
    found["figures"][0]["file_digest"] = manifest.sm3(wrong)
    assert any(not line.passed for line in verifying.verify(facts.archive(found, {"rows/x.csv": wrong}, digest=""))[1])


def test_the_organ_s_seal_proves_where_the_frozen_digest_comes_from(made):
    found, named, bare = made
    digest = manifest.digest(manifest.canonical(found))
    assert not any(line.what == "发文机关印章" for line in verifying.verify(bare)[1])
    assert wrong_of(bare, roots=[b"none"])["发文机关印章"] == "文件没有用印"
    house, other = Workshop(), Workshop()
    sealed = house.sign(digest=bytes.fromhex(digest))
    archive = facts.archive(found, named, digest=digest, seal=sealed, roots=[house.root])
    line = next(line for line in verifying.verify(archive)[1] if line.what == "发文机关印章")
    assert line.passed
    assert "请与公布的核对" in line.says  # the file cannot vouch for its own root
    assert [line.what for line in verifying.verify(archive, roots=[house.root])[1] if not line.passed] == [
        proving.LINE  # whoever brings roots wants the ledger's line too
    ]
    assert [line.what for line in verifying.verify(archive, roots=[other.root])[1] if not line.passed] == [
        "发文机关印章",
        proving.LINE,
    ]
    elsewhere = facts.archive(
        found, named, digest=digest, seal=house.sign(digest=bytes(32)), roots=[house.root]
    )  # a genuine seal of something else
    assert [line.what for line in verifying.verify(elsewhere)[1] if not line.passed] == ["发文机关印章"]


@pytest.fixture(scope="module")
def house():
    return Workshop()


def recorded(found, house, *, manifest_digest="", signed=""):
    """The ledger line of the signature among seven others under a checkpoint the bureau sealed, as the file carries it."""
    digest = manifest_digest or manifest.digest(manifest.canonical(found))
    reference = found["report"]["reference"]
    signed = signed or f"{found['report']['signed_on']}T02:00:00.000000Z"
    body = json.dumps(
        {"at": signed, "subject": f"matter:{reference}", "detail": {"manifest": digest}}, separators=(",", ":")
    )
    previous = bytes(32)
    leaves = [rules.sm3(bytes([n])) for n in range(8)]
    leaves[5] = rules.digest(previous, body)
    text = json.dumps({"number": 7, "root": merkle.root(leaves).hex(), "size": 8})
    proof = rules.Proof(
        entry=728,
        subject=f"matter:{reference}",
        ordinal=6,
        digest=leaves[5].hex(),
        position=5,
        path=tuple(one.hex() for one in merkle.path(leaves, 5)),
        checkpoint=text,
        seal="seal:YW0000010001",
        signature=house.sign(digest=rules.sm3(text.encode())).hex(),
    )
    return {"body": body, "previous": previous.hex(), "proof": proof.as_dict()}


def with_line(made, house, said, **more):
    found, named, _ = made
    return facts.archive(found, named, digest="", ledger=json.dumps(said).encode(), roots=[house.root], **more)


def wrong_of(archive, **known):
    return {line.what: line.says for line in verifying.verify(archive, **known)[1] if not line.passed}


def test_the_ledger_s_own_line_proves_without_a_database_what_was_signed(made, house):
    said = recorded(made[0], house)
    archive = with_line(made, house, said)
    assert wrong_of(archive) == {}
    line = next(line for line in verifying.verify(archive)[1] if line.what == proving.LINE)
    assert (line.says[:5], line.open) == ("第728条", False)
    waiting = next(line for line in verifying.verify(made[2])[1] if line.what == proving.LINE)
    assert waiting.open  # nothing wrong with it, and nothing proven either
    text = said["proof"]["checkpoint"]
    published = proving.checkpoints(json.dumps({"checkpoint": text}) + "\n" + json.dumps({"checkpoints": []}))
    assert wrong_of(archive, checkpoints=published) == {}
    assert wrong_of(archive, checkpoints={7: text.replace('"size"', '"SIZE"')}) == {
        proving.KNOWN: "与公布的第7号存证不同"
    }
    assert set(wrong_of(archive, checkpoints={})) == {proving.KNOWN}
    assert set(wrong_of(archive, roots=[Workshop().root])) == {proving.STAMP, proving.SIGNED}


@pytest.mark.parametrize(
    ("where", "change", "what", "says"),
    [
        ("body", lambda one: one.replace("T02", "T03"), proving.LINE, "台账记录被改动"),
        ("previous", lambda one: "11" * 32, proving.LINE, "台账记录被改动"),
        ("position", lambda one: 4, proving.TREE, "存证证明被改动"),
        ("path", lambda one: one[:-1], proving.TREE, "存证证明被改动"),
        ("checkpoint", lambda one: one.replace('"number": 7', '"number": 8'), proving.SIGNED, "原文摘要"),
        ("signature", lambda one: one[:-2] + ("00" if one[-2:] != "00" else "11"), proving.SIGNED, "验证未通过"),
        ("seal", lambda one: "seal:another", proving.SIGNED, "与存证所记不符"),
    ],
)
def test_whatever_is_changed_in_the_proof_has_a_name(made, house, where, change, what, says):
    said = recorded(made[0], house)
    part = said if where in said else said["proof"]
    part[where] = change(part[where])
    wrong = wrong_of(with_line(made, house, said))
    assert list(wrong) == [what]
    assert says in wrong[what]


def test_a_figure_changed_after_signing_is_not_what_the_ledger_recorded(made, house):
    """Even where rows, digest, table and page are all changed together and add up: the line says another digest."""
    found, named, _ = made
    said = recorded(found, house, manifest_digest="ab" * 32)
    assert "在签发之后被改动" in wrong_of(with_line(made, house, said))[proving.LINE]
    later = recorded(found, house, signed="2024-03-01T02:00:00.000000Z")
    assert "本文件写" in wrong_of(with_line(made, house, later))[proving.LINE]
    other = {**found, "report": {**found["report"], "reference": "2024-000002"}}
    swapped = recorded(found, house) | {}
    archive = facts.archive(other, named, digest="", ledger=json.dumps(swapped).encode(), roots=[house.root])
    assert "另一件事" in wrong_of(archive)[proving.LINE]


LOOP = ("{%p for line in body %}", "{{ line.text }}", "{%p endfor %}")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("{{ title }}", *LOOP, "{{ organ }}"), r"缺少主送机关（\{\{ main \}\}）；缺少成文日期"),
        (("{{ title }}{{ main }}{{ organ }}{{ signed_on }}{{ secret }}", *LOOP), "“secret”没有这个数据"),
        (("{{ title }}{{ main }}{{ organ }}{{ signed_on }}{{ title.upper() }}", *LOOP), "还写了别的"),
        (("{{ title }}{{ main }}{{ organ }}{{ signed_on }}", LOOP[0], *LOOP, LOOP[2]), "循环只能用于"),
        (("{{ title }", "{{ main }}{% for %}"), "写法有误"),
    ],
)
def test_a_layout_that_lacks_something_or_is_more_than_a_page_is_refused_by_name(made, lines, says):
    with pytest.raises(layouts.Unfit, match=says):
        layouts.refuse_unfit(documents.docx(*lines), made[0])


def test_what_is_no_docx_is_no_layout(made):
    with pytest.raises(layouts.Unfit, match="打不开"):
        layouts.refuse_unfit(b"not a zip", made[0])


def test_a_bureau_s_own_layout_and_the_one_to_begin_with_hold_every_line_and_figure(made):
    own = documents.docx(
        "云溪县文件", "{{ title }}", "{{ main }}：", *LOOP, "办结率为{{ rate }}", "{{ organ }}", "{{ signed_on }}"
    )
    for content in (own, layouts.starter()):
        layouts.refuse_unfit(content, made[0])
        text = "\n".join(one.text for one in Document(io.BytesIO(layouts.render(content, made[0]))).paragraphs)
        assert "一是受理业务9宗，办结7宗，办结率77.78%。" in text
        assert "{" not in text
