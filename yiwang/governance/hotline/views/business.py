"""营商环境投诉: the procedure and the figures everybody may read, and the form of whoever acts for a firm."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.organs.queries.staff import phone_of
from yiwang.foundation.people import queries as people
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import BusinessForm, topics_of
from yiwang.governance.hotline.queries import business
from yiwang.governance.hotline.views.portal import LOGIN
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.actions import once
from yiwang.web.deeds import or_again


@require_GET
def procedure(request: HttpRequest) -> HttpResponse:
    """Who may complain, how, within which days, what is not accepted, how it ends, and what came of it this year."""
    at = now()
    return render(request, "hotline/business.html", {"p": business.procedure(at), "f": business.figures(at)})


@require_http_methods(["GET", "POST"])
@login_required(login_url=LOGIN)
def new(request: HttpRequest) -> HttpResponse:
    """A complaint on behalf of a firm; who acts for none is told how else."""
    by, at = doer(request), now()
    if by.kind != "citizen":
        raise NotFound("没有这个页面，或者您无权查看。")
    on, rule = day_of(at), queries.rule(day_of(at))
    parties = [(str(pk), name) for pk, name in sorted(people.names_of(business.firms_of(by)).items())]
    account = Account.objects.filter(pk=by.account_id or 0).first()
    form = BusinessForm(
        request.POST if request.method == "POST" else None,
        initial={"phone": phone_of(account) if account else "", "name": by.name},
        parties=parties,
        units=[(code, name) for code, name, _ in queries.complainable(on)],
        topics=topics_of(rule, rule.business_topics()),
        towns=queries.towns(on),
    )

    def shown(refusal: Refusal | None = None) -> HttpResponse:
        for fault in refusal.faults if refusal else ():
            if fault.field in form.fields:
                form.add_error(fault.field, fault.says)
        status = refusal.status if refusal else 422 if form.is_bound else 200
        page = {"form": form, "refusal": refusal, "parties": parties}
        return render(request, "hotline/business_new.html", page, status=status)

    if not form.is_bound or not form.is_valid():
        return shown()

    def deed() -> tuple[int, str]:
        channel = "mobile" if "Mobile" in request.headers.get("User-Agent", "") else "portal"
        said = form.intake(kind="business", channel=channel, party_id=form.cleaned_data["party"])
        return 303, f"/my/orders/{actions.file(intake=said, by=by, at=at).reference}/"

    def done() -> HttpResponse:
        said = {name: request.POST.getlist(name) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"}
        key = request.POST.get("idempotency_key", "")
        _, target = once(principal=by, route="hotline.business", key=key, body=repr(said).encode(), at=at, deed=deed)
        messages.success(request, "已收到您的营商环境投诉。")
        return redirect(target)

    return or_again(done, shown)
