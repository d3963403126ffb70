"""Pages of indicators. Who may see which figure is asked in ``queries``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.insight.indicators import boards, queries, rules
from yiwang.insight.indicators.figures import Figure
from yiwang.web import excel

FILTERS = ("month", "counted")


@require_GET
@login_required
def indicator_list(request: HttpRequest) -> HttpResponse:
    """One group of indicators with this period's values; the groups as tabs."""
    asked = _asked(request)
    groups = queries.groups(asked["on"])
    group = request.GET.get("group", "")
    group = group if group in groups else groups[0] if groups else ""
    found = queries.of_group(group, period=asked["period"], scope=asked["scope"], on=asked["on"])
    return render(
        request,
        "indicators/list.html",
        {**asked, "groups": groups, "group": group, "figures": found, **_age(asked, found)},
    )


@require_GET
@login_required
def indicator(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """One indicator: definition, value, series, splits; as Excel on request."""
    asked = _asked(request)
    figure = queries.one(indicator_id, period=asked["period"], scope=asked["scope"], on=asked["on"])
    series, splits = queries.series(figure), queries.splits(figure, asked["on"])
    if request.GET.get("format") == "xlsx":
        return _workbook(asked, figure, series, splits)
    declared = figure._indicator
    context = {
        **asked,
        **_age(asked, [figure]),
        "figure": figure,
        "declared": declared,
        "before": queries.last_year(figure),
        "series": series,
        "splits": splits,
        "chart": _chart(figure, series, f"{request.path}records/?{asked['query']}"),
        "records_url": f"{request.path}records/?{asked['query']}",
    }
    return render(request, "indicators/indicator.html", context)


@require_GET
@login_required
def records(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """The records behind a figure, a page at a time; as Excel on request, all of them."""
    asked = _asked(request)
    figure = queries.one(indicator_id, period=asked["period"], scope=asked["scope"], on=asked["on"])
    known = {column.name for column in figure._indicator.declared_fact.columns} | set(FILTERS)
    only = {name: str(value) for name, value in request.GET.items() if name in known}
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 1
    if request.GET.get("format") == "xlsx":
        whole = queries.records(figure, asked["on"], only=only, page=1, size=max(1, figure.rows))
        return excel.response(
            title=f"{figure.title}_明细",
            scope=_scope_text(asked, figure),
            by=asked["by"],
            at=asked["at"],
            columns=["编号", *whole.heads, "计入"],
            rows=[(row.reference, *row.cells, "是" if row.counted else "否") for row in whole.rows],
        )
    found = queries.records(figure, asked["on"], only=only, page=page)
    query = urlencode({**dict(_pairs(asked)), **only})
    context = {
        **asked,
        **_age(asked, [figure]),
        "figure": figure,
        "declared": figure._indicator,
        "found": found,
        "only": only,
        "query": query,
    }
    return render(request, "indicators/records.html", context)


@require_GET
@login_required
def board(request: HttpRequest, board_id: str) -> HttpResponse:
    """A dashboard at the desk, or with ``?wall=1`` on a wall, where it refreshes itself."""
    by, at = doer(request), now()
    on = day_of(at)
    scope = queries.scope(by, request.GET.get("scope", ""), on)
    asked = rules.period(request.GET["period"], on) if request.GET.get("period") else None
    found = boards.shown(board_id, period=asked, scope=scope, on=on)
    context = {
        "by": by,
        "at": at,
        "scope": scope,
        "found": found,
        "boards": boards.BOARDS.values(),
        "wall": request.GET.get("wall") == "1",
        "period_text": rules.written(found.period),
        "period_said": rules.said(found.period),
        "as_of": found.as_of,
        "old": queries.old(found.as_of, at),
    }
    return render(request, "indicators/board.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Who asks, for which period and scope. Refuses a period nobody can read, 404 for what is not the viewer's."""
    by, at = doer(request), now()
    on = day_of(at)
    scope = queries.scope(by, request.GET.get("scope", ""), on)
    period = rules.period(request.GET.get("period", ""), on)
    asked = {
        "by": by,
        "at": at,
        "on": on,
        "scope": scope,
        "period": period,
        "period_text": rules.written(period),
        "period_said": rules.said(period),
    }
    return {**asked, "query": urlencode(_pairs(asked))}


def _pairs(asked: dict[str, Any]) -> list[tuple[str, str]]:
    return [("period", asked["period_text"]), *([("scope", asked["scope"].code)] if asked["scope"].code else [])]


def _age(asked: dict[str, Any], found: list[Figure]) -> dict[str, Any]:
    as_of = found[0].facts_as_of if found else None
    return {"as_of": as_of, "old": queries.old(as_of, asked["at"]) if as_of else ""}


def _chart(figure: Figure, series: list[queries.Part], records_url: str) -> dict[str, Any]:
    """What ``charts.js`` draws: one mark a month, each leading to its records."""
    return {
        "title": figure.title,
        "unit": figure.unit,
        "labels": [part.name for part in series],
        "values": [part.share for part in series],
        "links": [f"{records_url}&month={part.code}" for part in series] if not figure._indicator.standing else [],
    }


def _workbook(
    asked: dict[str, Any], figure: Figure, series: list[queries.Part], splits: list[queries.Split]
) -> HttpResponse:
    lines = [("合计", "", figure.numerator, figure.denominator, figure.value)]
    lines += [("按月", part.name, part.numerator, part.denominator, part.value) for part in series]
    for split in splits:
        lines += [(split.column.title, part.name, part.numerator, part.denominator, part.value) for part in split.parts]
    return excel.response(
        title=f"{figure.title}_{asked['period_text']}",
        scope=_scope_text(asked, figure),
        by=asked["by"],
        at=figure.cut_off,
        columns=["拆分", "名称", "分子", "分母", f"{figure.title}（{figure.unit}）"],
        rows=[
            tuple("" if cell is None else float(cell) if hasattr(cell, "quantize") else cell for cell in line)
            for line in lines
        ],
    )


def _scope_text(asked: dict[str, Any], figure: Figure) -> str:
    declared = figure._indicator
    return f"{asked['period_said']}，{asked['scope'].name}；{declared.formula}；{declared.scope_note or '无特别口径'}（指标 {declared.id} {declared.version}）"
