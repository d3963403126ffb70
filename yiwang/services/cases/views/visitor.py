"""The counter asks for a visitor's earlier cases. POST, so that no number stands in an address or a log."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import today
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.cases import queries


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def visitor(request: HttpRequest) -> HttpResponse:
    """Earlier cases by a whole number; with htmx only the answer."""
    by = doer(request)
    if not by.may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")
    number = request.POST.get("number", "").strip()[:40]
    shown: dict[str, object] = {"asked": request.method == "POST"}
    status = 200
    if request.method == "POST":
        try:
            shown["card"], shown["cases"] = queries.earlier_cases(by, number, today())
        except NotFound:
            raise
        except Refusal as refusal:
            shown |= {"refusal": refusal, "asked": False}
            status = refusal.status
    part = "cases/_visitor.html" if getattr(request, "htmx", False) else "cases/visitor.html"
    # htmx leaves the page as it is after an error status, and the clerk must read why
    return render(request, part, shown, status=200 if part == "cases/_visitor.html" else status)
