"""The calendar for machines: public, read-only."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from yiwang.foundation.calendar import queries, rules

router = Router()

FIRST, LAST = rules.FIRST_DAY.year, rules.LAST_DAY.year


class NamedDay(Schema):
    day: date
    name: str = Field(description="节日名称")


class NoticeOut(Schema):
    title: str
    document_number: str = Field(description="文号")
    issued_on: date | None
    source: str = Field(description="出处")


class CalendarYear(Schema):
    """One year as it counts now. While ``announced`` is false every day in it is provisional (暂定)."""

    year: int
    announced: bool = Field(description="国务院办公厅是否已公布当年放假安排")
    revision: int = Field(description="日历修订号")
    working_days: int = Field(description="全年工作日数")
    off: list[NamedDay] = Field(description="放假日期（含其间的周末）")
    makeup: list[NamedDay] = Field(description="调休上班日期")
    notices: list[NoticeOut]


@router.get("/calendar/{year}", response=CalendarYear, summary="某年的工作日历", auth=None)
def calendar_year(request: HttpRequest, year: Annotated[int, Path(ge=FIRST, le=LAST)]) -> CalendarYear:
    table = queries.table()
    first, last = date(year, 1, 1), date(year, 12, 31)
    return CalendarYear(
        year=year,
        announced=year in table.announced,
        revision=table.revision,
        working_days=len(table.workdays(first, last)),
        off=[NamedDay(day=day, name=name) for day, name in table.off.items() if first <= day <= last],
        makeup=[NamedDay(day=day, name=name) for day, name in table.makeup.items() if first <= day <= last],
        notices=[
            NoticeOut(title=n.title, document_number=n.document_number, issued_on=n.issued_on, source=n.source)
            for n in queries.notices(year)
        ],
    )
