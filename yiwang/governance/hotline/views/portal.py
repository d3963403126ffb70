"""The citizen's pages: say something, see where it stands, urge, add, withdraw; and the page behind number and 查询码."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import IntakeForm, topics_of
from yiwang.governance.hotline.queries.business import firms_of
from yiwang.governance.hotline.queries.knowledge import entries
from yiwang.governance.hotline.views.saying import channel_of, known_of, said_once
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.stepping import button, with_forms
from yiwang.web.deeds import through
from yiwang.web.sparing import spare

LOGIN = "/accounts/phone/"
TRIES, WINDOW = 30, 15 * 60


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What was asked before and is answered publicly; the way to say something; the way to look up an order."""
    text = request.GET.get("q", "")[:60]
    page = {"q": text, "entries": entries(text, public=True), "limits": queries.rule(day_of(now())).limit}
    return render(request, "hotline/home.html", page)


@require_http_methods(["GET", "POST"])
@login_required(login_url=LOGIN)
def new(request: HttpRequest) -> HttpResponse:
    """提交诉求, one page on a telephone."""
    by, at = doer(request), now()
    if by.kind != "citizen":
        raise NotFound("没有这个页面，或者您无权查看。")
    on = day_of(at)
    without = ("urgent",) if firms_of(by) else ("urgent", "firm")
    given: dict[str, Any] = {"topics": topics_of(queries.rule(on)), "towns": queries.towns(on), "without": without}
    posted = request.POST if request.method == "POST" else None
    form = IntakeForm(posted, initial={**known_of(by), "kind": "help"}, **given)

    def file() -> str:
        said = form.intake(channel=channel_of(request), party_id=by.person_id)
        return f"/my/orders/{actions.file(intake=said, by=by, at=at).reference}/"

    def deed() -> HttpResponse:
        return said_once(request, principal=by, at=at, route="hotline.file", file=file, says="已收到您的诉求。")

    return through(request, form, deed, template="hotline/new.html")


@require_GET
@login_required(login_url=LOGIN)
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return _one(request, reference)


def _one(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    found = queries.mine_one(doer(request), reference, day_of(now()))
    page = {"o": found, "steps": with_forms(request, found.steps, refusal, step), "refusal": refusal}
    return render(request, "hotline/mine.html", page, status=refusal.status if refusal else 200)


step = button("hotline.mine", take=actions.take_own, leads_to="my-order", page=_one, login_url=LOGIN)


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Number and 查询码; rate-limited by address; one answer whatever was wrong."""
    number, code = request.GET.get("number", ""), request.GET.get("code", "")
    page: dict[str, object] = {"number": number, "code": code}
    if not number and not code:
        return render(request, "hotline/progress.html", page)
    try:
        at = now()
        window = int(at.timestamp()) // WINDOW
        says = "查询太频繁了，请过一刻钟再试，或拨打12345查询。"
        spare(
            "hotline-enquiry", f"{request.META.get('REMOTE_ADDR', '')}-{window}", most=TRIES, seconds=WINDOW, says=says
        )
        page["o"] = queries.tracked(number[:24], code[:16], day_of(at))
    except Refusal as refusal:
        return render(request, "hotline/progress.html", {**page, "refusal": refusal}, status=refusal.status)
    return render(request, "hotline/progress.html", page)
