"""What leaves as Excel opens as what it was: text stays text, days are days, and no row is lost."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed
from yiwang.web import excel

ZHOU = Doer("staff:1", "staff", name="周敏", grants=frozenset({(Permission.EXPORT, 11)}))
AT = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)  # half past midnight of the 25th in Shanghai


def opened(rows: Iterable[Sequence[object]], columns: Sequence[str] = ("甲", "乙")) -> Workbook:
    response = excel.response(
        title="待办清单", scope="本单位在办，不含已办结", by=ZHOU, at=AT, columns=columns, rows=rows
    )
    assert response["Content-Type"] == excel.CONTENT_TYPE
    return load_workbook(io.BytesIO(response.content))


def cells(rows: Iterable[Sequence[object]]) -> list[Any]:
    return [cell.value for row in opened(rows)["数据"].iter_rows(min_row=6) for cell in row]


def test_who_sees_a_list_at_work_takes_no_copy_of_it_without_the_permission_to() -> None:
    with pytest.raises(NotAllowed):
        excel.response(title="工单", scope="", by=Doer("staff:2", "staff"), at=AT, columns=(), rows=[])
    public = excel.response(title="清单", scope="", by=Doer("", "stranger"), at=AT, columns=(), rows=[])
    assert load_workbook(io.BytesIO(public.content))["数据"]["A3"].value.endswith("导出人：公众")


@pytest.mark.parametrize("text", ["=1+1", "=cmd|'/c calc'!A1", "+86 138", "-1", "@SUM(A1)", "{=1}", "http://x.example"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    sheet = opened([[text, "x"]])["数据"]
    assert sheet["A6"].value == text
    assert sheet["A6"].data_type == "s"
    assert sheet["A6"].hyperlink is None


def test_the_sheet_says_what_it_is_which_rows_as_of_when_and_by_whom() -> None:
    sheet = opened([])["数据"]
    said = [sheet.cell(line, 1).value for line in (1, 2, 3)]
    assert said == ["待办清单", "口径：本单位在办，不含已办结", "截止时间：2026-09-25 00:30　导出人：周敏"]
    assert [cell.value for cell in sheet[5]] == ["甲", "乙"]


def test_days_numbers_and_answers_keep_their_kind() -> None:
    assert cells([[date(2026, 9, 24), AT], [3, 2.5], [True, False], [None, "0012"]]) == [
        *(datetime(2026, 9, 24), datetime(2026, 9, 25, 0, 30)),
        *(3, 2.5),
        *("是", "否"),
        *("", "0012"),
    ]


def test_rows_beyond_one_sheet_go_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "SHEET_ROWS", 3)
    book = opened([n, n * n] for n in range(7))
    assert book.sheetnames == ["数据", "数据2", "数据3"]
    found = [row for name in book.sheetnames for row in book[name].iter_rows(min_row=6, values_only=True)]
    assert found == [(n, n * n) for n in range(7)]
    assert all([cell.value for cell in book[name][5]] == ["甲", "乙"] for name in book.sheetnames)


def test_a_full_sheet_is_followed_by_no_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "SHEET_ROWS", 3)
    assert opened([n, n] for n in range(3)).sheetnames == ["数据"]
    assert opened([]).sheetnames == ["数据"]


def test_the_file_is_named_after_the_list_and_the_day() -> None:
    response = excel.response(title="待办", scope="", by=Doer("person:9", "citizen"), at=AT, columns=(), rows=[])
    assert response["Content-Disposition"].endswith("UTF-8''%E5%BE%85%E5%8A%9E_20260925.xlsx")
