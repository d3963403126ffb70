"""Tables of other systems, and the sheet that says what became of each line."""

from __future__ import annotations

import pytest

from yiwang.foundation.files import sheets, tables
from yiwang.kernel.refusal import Refusal


def test_a_row_keeps_its_line_in_the_table_behind_blank_ones():
    rows = tables.read_content("编码,名称\n\nA-1,甲\n , \nA-2,乙\n".encode(), "清单.csv")
    assert [(number, row["编码"]) for number, row in tables.numbered(rows)] == [(3, "A-1"), (5, "A-2")]
    assert [number for number, _ in tables.numbered([{"编码": "A-3"}, {"编码": "A-4"}])] == [2, 3]  # from no file


def test_a_column_that_cannot_be_done_without_is_named():
    wanted = {"code": ("编码", "代码"), "title": ("名称",), "note": ("备注",)}
    with pytest.raises(Refusal, match="缺少列：名称"):
        tables.columns([{"代码": "A-1"}], wanted, {"note"})
    assert tables.columns([{"代码": "A-1", "名称": "甲"}], wanted, {"note"}) == {
        "code": "代码",
        "title": "名称",
        "note": "",
    }
    with pytest.raises(Refusal, match="没有数据行"):
        tables.columns([], wanted, ())


def test_a_sheet_that_cannot_be_written_is_refused_before_the_import(tmp_path):
    with pytest.raises(Refusal, match="没有这个文件"):
        sheets.ready(tmp_path / "none" / "sheet.csv")
    sheets.ready(None)
    path = tmp_path / "sheet.csv"
    sheets.ready(path)
    sheets.write(path, ["行", "说明"], [(3, "新增")])
    assert path.read_text(encoding="utf-8-sig") == "行,说明\n3,新增\n"
