"""The county's division of duties brought in from a table: every line is accounted for, and proposals rest on it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import DAY, DISPATCHER, OPERATOR, order
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.hotline.duty import bringing, queries, reading
from yiwang.governance.hotline.duty.models import DutyLine
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed, Refusal

KNOWN = reading.Known(
    organs={"城管局": "urban-management"}, topics={"路灯": "street-light"}, towns={"柳溪镇": "449931100"}
)
LINE = {
    "职责编码": "CG-01",
    "职责名称": "路灯维护",
    "承办单位": "城管局",
    "关键词": "路灯、灯杆",
    "依据": "三定规定 三（五）",
}
ON = date(2026, 9, 21)


def refused(**changed):
    [told] = reading.duties([LINE | changed], KNOWN).refused
    assert told.row == 2
    return told.says.partition("：")[0]


def test_a_line_that_breaks_a_rule_is_refused_by_its_field_and_the_next_one_is_read():
    for field, wrong in (
        ("职责编码", "CG 01"), ("职责名称", ""), ("依据", "条" * 301), ("承办单位", "环卫所"), ("诉求主题", "路灯、天气"),
        ("适用镇街", "某镇"), ("关键词", "灯"), ("排除词", "很" * 21),
    ):  # fmt: skip
        assert refused(**{field: wrong}) == field
    assert refused(关键词="", 诉求主题="") == "关键词"  # about nothing
    twice = reading.duties([LINE, LINE, LINE | {"职责编码": "CG-02", "承办单位": "属地"}], KNOWN)
    assert [(one.row, one.outcome) for one in twice.refused] == [(3, "refused")]
    assert [(number, one.organ) for number, one in twice.lines] == [(2, "urban-management"), (4, "@town")]
    for rows in ([], [{"职责编码": "CG-01"}]):
        with pytest.raises(Refusal):
            reading.duties(rows, KNOWN)


def brought(rows, **given):
    given = {"source": "云府办〔2026〕8号", "digest": "ab" * 32, "by": SYSTEM, "at": cast.at(DAY)} | given
    return bringing.bring_in(rows=rows, **given)


def test_a_list_is_reconciled_line_by_line_once_and_a_proposal_rests_on_it(county):
    lamp = LINE | {"承办单位": "云溪县住房和城乡建设局", "关键词": "景观灯带", "适用镇街": "城关街道"}
    gone = LINE | {"职责编码": "CG-02", "承办单位": "属地", "关键词": "村口广场"}
    wrong = LINE | {"职责编码": "CG-03", "承办单位": "没有的局"}
    with pytest.raises(NotAllowed):
        brought([lamp], by=cast.staff(OPERATOR, DAY))
    dry = brought([lamp, gone, wrong], dry=True)
    assert not DutyLine.objects.exists()
    first = brought([lamp, gone, wrong])
    assert first == dry
    assert [(one.row, one.outcome) for one in first.told] == [(2, "added"), (3, "added"), (4, "refused")]
    lines = LedgerEntry.objects.filter(subject="duty-list")
    again = brought([lamp, gone, wrong])
    assert ([one.outcome for one in again.told], lines.count()) == (["same", "same", "refused"], 1)

    reference = hotline.recorded(title="景观灯带不亮", content="滨江公园的景观灯带坏了。", topic="other")
    found = queries.proposals(cast.staff(DISPATCHER, DAY), order(reference), on=ON).found[0]
    assert (found.code, found.reasons[0].reference) == ("housing", "duty:list/CG-01")

    moved = brought([lamp | {"承办单位": "urban-management"}], whole=True)
    assert [(one.code, one.outcome) for one in moved.told] == [("CG-01", "changed"), ("CG-02", "ended")]
    assert "承办单位由“housing”改为“urban-management”" in moved.told[0].says
    proposed = queries.proposals(cast.staff(DISPATCHER, DAY), order(reference), on=ON).found
    assert proposed[0].code == "urban-management"
    assert queries.in_words("duty:list/CG-02", ON) == [
        "职责分工：路灯维护（三定规定 三（五））"
    ]  # an ended line still explains
    with CaptureQueriesContext(connection) as asked:
        queries.in_words("duty:list/CG-02", ON)
    [read] = [one["sql"] for one in asked if "hotline_duty" in one["sql"]]
    assert "'CG-02'" in read  # one line, not the whole list


def test_nothing_is_half_written_and_the_command_prints_a_sheet_that_adds_up(county, tmp_path, capsys, monkeypatch):
    file, sheet = tmp_path / "duties.csv", tmp_path / "sheet.csv"
    file.write_text(
        "职责编码,职责名称,承办单位,关键词,依据\nA-1,灯,housing,景观灯带,三定\nA-2,灯,没有的局,景观灯带,三定\n"
    )
    asked = ("hotline", "duties", str(file), "--source", "云府办〔2026〕8号", "--report", str(sheet))
    with monkeypatch.context() as broken:
        broken.setattr(bringing, "line", lambda **given: 1 / 0)  # after the lines were written
        with pytest.raises(ZeroDivisionError):
            call_command(*asked)
    assert not DutyLine.objects.exists()
    call_command(*asked)
    out = capsys.readouterr().out
    assert "第3行 拒绝 A-2：承办单位：没有这个单位“没有的局”" in out
    assert "读取 2 行 = 新增 1 + 变更 0 + 相同 0 + 拒绝 1" in out
    assert sheet.read_text(encoding="utf-8-sig").splitlines()[1] == "2,A-1,新增,"
    with pytest.raises(CommandError, match="没有文件"):
        call_command("hotline", "duties", str(tmp_path / "none.csv"), "--source", "x")
