"""Every list leaves as Excel: title, 口径, cut-off, who exported, then the rows. Identifiers come in masked.

Staff whose role grants no ``export`` see a list on the screen and take no copy of it: whoever listens to callers all day
needs no file of them. Each export by staff is logged.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain, count, islice
from typing import Any
from urllib.parse import quote

import structlog
from django.http import HttpResponse
from django.utils import timezone

from yiwang.kernel.permissions import Doer, Permission, allow

log = structlog.get_logger()

SHEET_ROWS = 1_000_000  # Excel's own limit is 1,048,576 lines; what is more goes on to a further sheet
FIRST_ROW = 5  # zero-based: title, 口径, cut-off, an empty line and the heads come before
LONGEST_TEXT = 32_767  # characters in a cell
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(
    *,
    title: str,
    scope: str,
    by: Doer,
    at: datetime,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> HttpResponse:
    """A workbook: one sheet 数据, then 数据2, 数据3 … where there are more than ``SHEET_ROWS`` rows, each with the same
    heads. ``scope`` is the 口径 in words: which rows, as of when, under which filter.

    Refuses staff without the permission ``export``. What stands open to everybody leaves for everybody.

    Text starting with ``=``, ``+``, ``-`` or ``@`` is written as text, so that no cell runs as a formula.
    """
    if by.kind == "staff":
        allow(by, Permission.EXPORT)
        log.info("exported", by=by.reference, title=title)
    import xlsxwriter  # paid by an export and not by every start

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "bold": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#EAF1FB", "border": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "minute": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    above = (
        title,
        f"口径：{scope}",
        f"截止时间：{timezone.localtime(at):%Y-%m-%d %H:%M}　导出人：{by.name or '公众'}",
    )
    left = iter(rows)
    page = list(islice(left, 1))  # a list without rows still gets its sheet and heads
    for number in count(1):
        sheet = _sheet(book, f"数据{number if number > 1 else ''}", above, columns, formats)
        _fill(sheet, chain(page, islice(left, SHEET_ROWS - len(page))), formats)
        if not (page := list(islice(left, 1))):
            break
    book.close()
    answer = HttpResponse(buffer.getvalue(), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(f'{title}_{timezone.localtime(at):%Y%m%d}.xlsx')}"
    )
    return answer


def _sheet(book: Any, name: str, above: Sequence[str], columns: Sequence[str], formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, max(len(columns) - 1, 0), 18)
    for line, text in enumerate(above):
        sheet.write_string(line, 0, text, formats["bold"] if line == 0 else None)
    sheet.write_row(FIRST_ROW - 1, 0, columns, formats["head"])
    sheet.freeze_panes(FIRST_ROW, 0)
    return sheet


def _fill(sheet: Any, rows: Iterable[Sequence[object]], formats: dict[str, Any]) -> None:
    for line, row in enumerate(rows, FIRST_ROW):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                local = timezone.localtime(value).replace(tzinfo=None)  # a cell knows no time zone
                sheet.write_datetime(line, column, local, formats["minute"])
            elif isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), formats["day"])
            elif isinstance(value, bool) or value is None:
                sheet.write_string(line, column, "" if value is None else ("是" if value else "否"))
            elif isinstance(value, int | float):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, str(value)[:LONGEST_TEXT])
