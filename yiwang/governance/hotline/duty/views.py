"""Pages of duties. Views translate; who may see what is asked in queries."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline.duty import queries
from yiwang.governance.hotline.similar.queries import weighing
from yiwang.kernel.permissions import Permission
from yiwang.web import excel


@require_GET
@login_required
def learned(request: HttpRequest) -> HttpResponse:
    """How good the classifier was on what it never saw, beside always naming the most frequent unit."""
    by, on = doer(request), day_of(now())
    return render(request, "hotline_duty/learned.html", {"learned": queries.model(by, on), "rule": weighing(on)})


@require_GET
@login_required
def unlisted(request: HttpRequest) -> HttpResponse:
    """Matters no list names, for the 编办; as Excel on request."""
    by, at = doer(request), now()
    rows = queries.unlisted(by, on=day_of(at))
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="没有列入清单的诉求",
            scope="派单时职责分工、权责清单和服务事项中都查不到承办单位，或派单员注明没有列出的工单，按主题和镇街归集",
            by=by,
            at=at,
            columns=["主题", "镇街", "件数", "退单次数", "实际承办单位", "最近一件", "办理编号"],
            rows=[(one.topic, one.town, one.count, one.bounces, one.organs, one.last, one.number) for one in rows],
        )
    sees_orders = any(by.may(one) for one in (Permission.ORDER_DISPATCH, Permission.ORDER_RULE))
    return render(request, "hotline_duty/unlisted.html", {"rows": rows, "sees_orders": sees_orders})
