"""谁看过我的信息: one page of one's own, and the objection."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.refusal import Refusal
from yiwang.services.readings import actions, queries


@never_cache
@require_GET
@login_required
def uses(request: HttpRequest) -> HttpResponse:
    """Every look at my data, and every correction of it."""
    return _page(request)


@require_POST
@login_required
def dispute(request: HttpRequest, number: int) -> HttpResponse:
    """Object to one look."""
    try:
        actions.dispute(number=number, says=request.POST.get("says", ""), by=doer(request), at=now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _page(request, refusal, number)
    messages.success(request, "已提出异议，有答复时会告诉您。")
    return redirect("who-read")


def _page(request: HttpRequest, refusal: Refusal | None = None, number: int = 0) -> HttpResponse:
    by, at = doer(request), now()
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    rows = queries.readings(by, at, before=before)
    context = {
        "rows": rows,
        "older": rows[-1].number if len(rows) == queries.PAGE else None,
        "corrections": people.corrections_of(by, by.person_id) if by.person_id else [],
        "refusal": refusal,
        "wrong": number,
    }
    return render(request, "readings/uses.html", context, status=refusal.status if refusal else 200)
