"""The page of hot spots."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline.similar import queries
from yiwang.web import excel


@require_GET
@login_required
def hot(request: HttpRequest) -> HttpResponse:
    """Where more came of late than usual; as Excel on request."""
    by, at = doer(request), now()
    found = queries.hot(by, day_of(at))
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="热线诉求热点",
            scope=f"{found.since:%Y-%m-%d}至{found.until:%Y-%m-%d}，与此前{found.days_before}天比；不足{found.least}件的不列",
            by=by,
            at=at,
            columns=["镇街", "主题", f"近{found.days}天", f"此前{found.days_before}天", "平常", "说明"],
            rows=[
                (one.town, one.topic, one.count, one.before, round(one.expected, 1), one.says) for one in found.found
            ],
        )
    return render(request, "hotline_similar/hot.html", {"spots": found})
