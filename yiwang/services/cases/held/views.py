"""The public page: how often each department asked for what the government holds, on which grounds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.held import queries, rules
from yiwang.services.cases.held.rules import Ground
from yiwang.web import excel

FIRST_YEAR = 2019  # 国务院关于在线政务服务的若干规定 came into force on 2019-04-26


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """索取政府已有材料情况 of one year, by department and ground; for everybody, and as Excel."""
    at = now()
    on = day_of(at)
    year = _year(request.GET.get("year", ""), on.year)
    rows = queries.counted(year, on)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title=f"{year}年各部门索取政府已有材料情况",
            scope="补正告知和窗口收件时，以法定理由请申请人提交政府已有材料的次数，按办件承办部门；同一办件同一材料同一理由计一次；"
            "申请人自愿提供的不计",
            exported_by=doer(request).name or "公众",
            at=at,
            columns=["部门", "涉及办件（件）", "索取（次）", *Ground.labels],
            rows=[(row.organ, row.cases, row.times, *row.by_ground.values()) for row in rows],
        )
    context = {
        "year": year,
        "years": range(on.year, max(FIRST_YEAR, on.year - 4) - 1, -1),
        "rows": rows,
        "grounds": [ground for ground in Ground if any(row.by_ground[ground] for row in rows)],
        "table": [
            (row, [row.by_ground[ground] for ground in Ground if any(one.by_ground[ground] for one in rows)])
            for row in rows
        ],
        "article": rules.ARTICLE,
        "total": sum(row.times for row in rows),
    }
    return render(request, "cases/held_asked.html", context)


def _year(text: str, this: int) -> int:
    if not text:
        return this
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= this):
        raise Refusal("没有这一年的数据。", code="year", field="year")
    return int(text)
