"""The public page: how often each department asked for what the government holds, on which grounds."""

from __future__ import annotations

from datetime import date

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.held import queries, rules
from yiwang.services.cases.held.rules import Ground
from yiwang.web import excel

KEPT = 300  # seconds
FIRST_YEAR = 2019  # 国务院关于在线政务服务的若干规定 came into force on 2019-04-26


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """索取政府已有材料情况 of one year, by department and ground; for everybody, and as Excel."""
    at = now()
    on = day_of(at)
    year = _year(request.GET.get("year", ""), on.year)
    rows = _counted(year, on)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title=f"{year}年各部门索取政府已有材料情况",
            scope=f"{year}年收件、有政府已有材料的办件，按承办部门，截至{on:%Y-%m-%d}；索取指补正告知和窗口收件时以法定理由请申请人"
            "提交；索取率=索取的份数÷政府已有材料份数；同一办件同一材料同一理由计一次；申请人自愿提供的不计",
            by=doer(request),
            at=at,
            columns=[
                "部门",
                "有政府已有材料的办件（件）",
                "其中索取过的（件）",
                "政府已有材料（份）",
                "其中索取（份）",
                "索取率（%）",
                *Ground.labels,
            ],
            rows=[(*_numbers(row), round(row.share, 2), *row.by_ground.values()) for row in rows],
        )
    shown = [ground for ground in Ground if any(row.by_ground[ground] for row in rows)]
    materials = sum(row.materials for row in rows)
    asked_for = sum(row.asked_materials for row in rows)
    context = {
        "year": year,
        "years": range(on.year, max(FIRST_YEAR, on.year - 4) - 1, -1),
        "on": on,
        "rows": rows,
        "grounds": shown,
        "table": [(row, [row.by_ground[ground] for ground in shown]) for row in rows],
        "article": rules.ARTICLE,
        "materials": materials,
        "asked": asked_for,
        "share": 100 * asked_for / materials if materials else 0,
    }
    return render(request, "cases/held_asked.html", context)


def _numbers(row: queries.Asked) -> tuple[str, int, int, int, int]:
    return row.organ, row.cases, row.asked_cases, row.materials, row.asked_materials


def _counted(year: int, on: date) -> list[queries.Asked]:
    """A year of a county is counted in a second: once for everybody who looks within some minutes."""
    cache, key = caches["process"], f"held-asked:{year}:{on}"
    found: list[queries.Asked] | None = cache.get(key)
    if found is None:
        found = queries.counted(year, on)
        cache.set(key, found, KEPT)
    return found


def _year(text: str, this: int) -> int:
    if not text:
        return this
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= this):
        raise Refusal("没有这一年的数据。", code="year", field="year")
    return int(text)
