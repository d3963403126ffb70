"""The desk's page of terminals, and the door their heartbeats come through."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.assistance import actions, queries
from yiwang.services.assistance.models import KioskTransaction, Terminal
from yiwang.web import excel
from yiwang.web.inputs import whole_number

PERIOD = timedelta(days=30)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Terminals with their last heartbeat and what was done at them in thirty days; as Excel on request."""
    by, at = doer(request), now()
    made, refusal = None, None
    if request.method == "POST":
        try:
            made = actions.register(
                code=request.POST.get("code", ""),
                name=request.POST.get("name", ""),
                kind=request.POST.get("kind", ""),
                place_id=whole_number(request.POST.get("place"), "place") or 0,
                by=by,
                at=at,
            )
        except Refusal as refused:
            if refused.status in {403, 404}:
                raise
            refusal = refused
    until = day_of(at) + timedelta(days=1)
    rows = queries.terminals(by, at, until - PERIOD, until)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="自助终端使用情况",
            scope="最近30日；笔数按一次查询、打印、办理各计一笔，人次按一次刷证计，两者不可相比或相加",
            by=by,
            at=at,
            columns=["场所", "终端", "代号", "状态", "最近心跳", "人次", "查询（笔）", "打印（笔）", "办理（笔）", "合计（笔）"],
            rows=[
                (r.terminal.place.name, r.terminal.name, r.terminal.code, r.says, r.terminal.beat_at, r.visits,
                 *(r.counts[kind] for kind in KioskTransaction.Kind.values), r.total)
                for r in rows
            ],
        )  # fmt: skip
    context = {
        "rows": rows,
        "made": made,
        "refusal": refusal,
        "places": queries.places_kept(by, day_of(at)),
        "kinds": Terminal.Kind.choices,
    }
    return render(request, "assistance/terminals.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """A terminal out of use."""
    actions.retire(code=code, by=doer(request), at=now())
    messages.success(request, "终端已停用，它的密钥不再有效。")
    return redirect("terminals")


@csrf_exempt  # no session stands behind it: the signature is the permission
@require_POST
def beat(request: HttpRequest, code: str) -> HttpResponse:
    """心跳. Headers ``X-Yiwang-Moment`` (Unix milliseconds) and ``X-Yiwang-Signature`` (HMAC-SM3); 204 when taken."""
    actions.beat(
        code=code,
        moment=whole_number(request.headers.get("X-Yiwang-Moment"), "moment") or 0,
        body=request.body,
        signed=request.headers.get("X-Yiwang-Signature", ""),
        clock=time.time(),
        at=now(),
    )
    return HttpResponse(status=204)
