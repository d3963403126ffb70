"""The operator's screen and the counter's: typed while listening, with what is known beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import IntakeForm, topics_of
from yiwang.governance.hotline.models import Call
from yiwang.governance.hotline.queries.knowledge import beside
from yiwang.governance.hotline.views.asking import similar
from yiwang.governance.hotline.views.saying import pass_on, said_once
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.web.deeds import or_again, through


@require_http_methods(["GET", "POST"])
@login_required
def operator(request: HttpRequest) -> HttpResponse:
    """A call, and the order that comes of it."""
    by, at = doer(request), now()
    if not by.may(Permission.ORDER_TAKE, queries.hotline_organ(day_of(at))):
        raise NotFound("没有这个页面，或者您无权查看。")
    call = Call.objects.filter(operator_id=by.account_id or 0, ended_at=None).order_by("-pk").first()
    phone = cipher.unseal(bytes(call.phone), about=f"call:{call.pk}:phone") if call and call.phone else ""
    form = _form(request, initial={"phone": phone})
    if call is not None:
        form.fields["title"].widget.attrs["autofocus"] = True

    def file() -> str:
        made = actions.record(intake=form.intake(channel="phone"), by=by, at=at, call_id=call.pk if call else None)
        pass_on(request, made, "来电人")
        return f"/desk/orders/{made.reference}/"

    def deed() -> HttpResponse:
        return said_once(request, principal=by, at=at, route="hotline.record", file=file)

    return through(request, form, deed, template="hotline/operator.html", call=call)


@require_http_methods(["GET", "POST"])
@login_required
def counter(request: HttpRequest) -> HttpResponse:
    """诉求 at a counter, and the 办不成事 window."""
    by, at = doer(request), now()
    if by.kind != "staff" or not by.may(Permission.CASE_RECEIVE, by.organ_id):
        raise NotFound("没有这个页面，或者您无权查看。")
    stuck = "stuck" in (request.GET.get("window"), request.POST.get("window"))
    form = _form(request, without=("firm", "urgent", *(("topic",) if stuck else ())))

    def file() -> str:
        made = actions.take_in(intake=form.intake(channel="counter"), stuck=stuck, by=by, at=at)
        pass_on(request, made, "来人")
        return f"/desk/orders/{made.reference}/"

    def deed() -> HttpResponse:
        return said_once(request, principal=by, at=at, route="hotline.take-in", file=file)

    return through(request, form, deed, template="hotline/counter.html", stuck=stuck)


@require_POST
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """The telephone rings."""

    def deed() -> HttpResponse:
        actions.begin_call(phone=request.POST.get("phone", ""), by=doer(request), at=now())
        return redirect("order-new")

    def again(refusal: Refusal) -> HttpResponse:
        page = {"form": _form(request), "refusal": refusal}
        return render(request, "hotline/operator.html", page, status=refusal.status)

    return or_again(deed, again)


@require_POST
@login_required
def end(request: HttpRequest, call_id: int) -> HttpResponse:
    """Hung up, nothing to write down."""
    actions.end_call(call_id=call_id, by=doer(request), at=now())
    messages.success(request, "来电已结束，没有成单。")
    return redirect("order-new")


@require_POST
@login_required
def history(request: HttpRequest, call_id: int) -> HttpResponse:
    """The caller's earlier orders: a fragment beside the form, or a page of its own without script."""
    past = actions.look_up(call_id=call_id, by=doer(request), at=now())
    alone = not getattr(request, "htmx", False)
    return render(request, "hotline/history.html" if alone else "hotline/_past.html", {"past": past, "looked": True})


@require_http_methods(["GET", "POST"])
@login_required
def beside_form(request: HttpRequest) -> HttpResponse:
    """What the office knows and which orders are alike, for the words typed so far; posted where there is no script, so that
    nothing about a caller stands in an address."""
    by, at = doer(request), now()
    typed = request.POST if request.method == "POST" else request.GET
    text = typed.get("q", "").strip() or typed.get("title", "")  # a question of one's own, or what is typed
    page = {"found": beside(by, text, day_of(at)), "similar": similar(request, typed), "q": typed.get("q", "")}
    alone = not getattr(request, "htmx", False)
    return render(request, "hotline/knowledge.html" if alone else "hotline/_beside.html", page)


def _form(request: HttpRequest, *, without: tuple[str, ...] = (), **more: Any) -> IntakeForm:
    on = day_of(now())
    posted = request.POST if request.method == "POST" and "title" in request.POST else None
    units = [(code, name) for code, name, _ in queries.complainable(on)]
    chosen = {
        "topics": topics_of(queries.rule(on)),
        "towns": queries.towns(on),
        "units": units,
        "windows": queries.windows(),
    }
    return IntakeForm(posted, **chosen, without=without, **more)
