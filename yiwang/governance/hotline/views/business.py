"""营商环境投诉: the procedure and the figures everybody may read, and the form of whoever acts for a firm."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import BusinessForm, topics_of
from yiwang.governance.hotline.queries import business
from yiwang.governance.hotline.views.portal import LOGIN
from yiwang.governance.hotline.views.saying import channel_of, known_of, said_once
from yiwang.kernel.refusal import NotFound
from yiwang.web.deeds import through


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
    form = BusinessForm(
        request.POST if request.method == "POST" else None,
        initial=known_of(by),
        parties=parties,
        units=[(code, name) for code, name, _ in queries.complainable(on)],
        topics=topics_of(rule, rule.business_topics()),
        towns=queries.towns(on),
    )

    def file() -> str:
        said = form.intake(kind="business", channel=channel_of(request), party_id=form.cleaned_data["party"])
        return f"/my/orders/{actions.file(intake=said, by=by, at=at).reference}/"

    def deed() -> HttpResponse:
        return said_once(
            request, principal=by, at=at, route="hotline.business", file=file, says="已收到您的营商环境投诉。"
        )

    return through(request, form, deed, template="hotline/business_new.html", parties=parties)
