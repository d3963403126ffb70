"""The counter's row: call, call again, pass over, done, away; a number for whoever has none; the end of the shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.assistance import actions, queries
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


@never_cache
@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The number before this counter, and what may be done with it by F1–F8."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None, **more: Any) -> HttpResponse:
    by, at = doer(request), now()
    found = queries.row(by, at, whole_number(request.GET.get("counter"), "counter"))
    rows = queries.rows_of(found.counter.place_id, day_of(at)) if found else []
    context = {"row": found, "rows": rows, "refusal": refusal, **more}
    return render(request, "assistance/queue.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_POST
@login_required
def do(request: HttpRequest, deed: str) -> HttpResponse:
    """One of the row's deeds. A refusal comes back on the same page."""
    if deed not in DEEDS:
        raise NotFound("没有这个操作。")
    return or_again(lambda: DEEDS[deed](request), lambda refusal: _page(request, refusal))


def _given(request: HttpRequest, name: str) -> int:
    return whole_number(request.POST.get(name), name) or 0


def _common(request: HttpRequest) -> dict[str, Any]:
    return {"counter_id": _given(request, "counter"), "by": doer(request), "at": now()}


def _call(request: HttpRequest) -> HttpResponse:
    called = actions.call_next(**_common(request))
    if called is None:
        messages.info(request, "现在没有人等候。")
    return redirect("queue")


def _recall(request: HttpRequest) -> HttpResponse:
    actions.recall(ticket_id=_given(request, "ticket"), **_common(request))
    return redirect("queue")


def _miss(request: HttpRequest) -> HttpResponse:
    actions.miss(ticket_id=_given(request, "ticket"), **_common(request))
    return redirect("queue")


def _done(request: HttpRequest) -> HttpResponse:
    kind = "consultation" if request.POST.get("kind") == "consultation" else "visit"
    made = actions.finish(ticket_id=_given(request, "ticket"), kind=kind, **_common(request))
    picture = segno.make(f"{settings.SITE_URL}{made.link}", error="m").svg_data_uri(scale=4) if made.link else ""
    return _page(request, served=made, picture=picture)


def _away(request: HttpRequest) -> HttpResponse:
    actions.pause(reason=request.POST.get("reason", ""), **_common(request))
    return redirect("queue")


def _back(request: HttpRequest) -> HttpResponse:
    actions.resume(**_common(request))
    return redirect("queue")


def _take(request: HttpRequest) -> HttpResponse:
    made = actions.take_ticket(
        place_id=_given(request, "place"),
        queue=request.POST.get("queue", ""),
        code=request.POST.get("code", ""),
        by=doer(request),
        at=now(),
    )
    return _page(request, taken=made, ahead=queries.ahead_of(made))


DEEDS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "call": _call,
    "recall": _recall,
    "miss": _miss,
    "done": _done,
    "away": _away,
    "back": _back,
    "take": _take,
}


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def shift(request: HttpRequest) -> HttpResponse:
    """交班: received, returned, handed out, originals that still lie here; to print and to sign."""
    by, at = doer(request), now()
    if request.method == "POST":
        many = actions.hand_over_originals(
            counter_id=_given(request, "counter"),
            material_ids=[whole_number(one, "material") or 0 for one in request.POST.getlist("material")],
            by=by,
            at=at,
        )
        messages.success(request, f"已登记移交原件{many}份。")
        return redirect("queue-shift")
    found = queries.shift(by, at, whole_number(request.GET.get("counter"), "counter"))
    return render(request, "assistance/shift.html", {"shift": found, "clerk": by.name, "at": at})
