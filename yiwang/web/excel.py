"""Every list leaves as Excel: title, 口径, cut-off, who exported, then the rows. Identifiers come in masked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

SHEET_ROWS = 1_000_000
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(
    *,
    title: str,
    scope: str,
    exported_by: str,
    at: datetime,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> HttpResponse:
    """A workbook with one sheet. ``scope`` is the 口径 in words: which rows, as of when, under which filter.

    Text starting with ``=``, ``+``, ``-`` or ``@`` is written as text, so that no cell runs as a formula.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("数据")
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EAF1FB", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.set_column(0, max(len(columns) - 1, 0), 18)
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, f"口径：{scope}")
    sheet.write_string(2, 0, f"截止时间：{timezone.localtime(at):%Y-%m-%d %H:%M}　导出人：{exported_by}")
    sheet.write_row(4, 0, columns, head)
    sheet.freeze_panes(5, 0)
    for line, row in enumerate(rows):
        if line >= SHEET_ROWS:
            break
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line + 5, column, timezone.localtime(value).replace(tzinfo=None), minute)
            elif isinstance(value, date):
                sheet.write_datetime(line + 5, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, bool) or value is None:
                sheet.write_string(line + 5, column, "" if value is None else ("是" if value else "否"))
            elif isinstance(value, int | float):
                sheet.write_number(line + 5, column, value)
            else:
                sheet.write_string(line + 5, column, str(value))
    book.close()
    answer = HttpResponse(buffer.getvalue(), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}_{at:%Y%m%d}.xlsx')}"
    return answer
