"""What a person sees: services to rate, one service, the doors without a login, and the public results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.limits import rate_limited
from yiwang.services.ratings import actions, invitations, queries, rules
from yiwang.services.ratings.actions.rating import ByStaff
from yiwang.services.ratings.forms import RatingForm, TicketForm
from yiwang.services.ratings.models import Rating
from yiwang.web.deeds import through

PHONE = "/accounts/phone/"


@require_GET
@login_required(login_url=PHONE)
def mine(request: HttpRequest) -> HttpResponse:
    """Services of one's own, those not rated yet first."""
    return render(request, "ratings/mine.html", {"rows": queries.mine(doer(request), now())})


@require_http_methods(["GET", "POST"])
@login_required(login_url=PHONE)
def one(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Rate one's own service, or read what became of it."""
    found = queries.one_of_mine(doer(request), occasion_id, now())
    return _rate(request, found, _shell(request), back=f"/rate/{occasion_id}/")


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str, *, kiosk: bool = False) -> HttpResponse:
    """The signed link of a message, a counter's QR or the kiosk: no login, once. Staff who open one leave a mark."""
    shell = _shell(request, kiosk)
    by, at = doer(request), now()
    found = queries.through_link(token, at)
    actions.note_opening(occasion=found.occasion, by=by, terminal=terminal(request), at=at, through_link=True)
    if by.kind == "staff":
        raise ByStaff("工作人员不能打开服务对象的评价链接，本次打开已经记录。", article="国办发〔2019〕51号")
    return _rate(request, found, shell, token=token, back="/kiosk/rate/thanks/" if kiosk else "/rate/thanks/")


def _shell(request: HttpRequest, kiosk: bool = False) -> dict[str, Any]:
    """The page around: the portal's, or a terminal's, which leads home when nobody touches it (404 off a terminal)."""
    return dict(names.slot["kiosk.shell"](request)) if kiosk else {"base": "web/base.html"}


def _rate(
    request: HttpRequest, found: queries.Mine, shell: dict[str, Any], *, back: str, token: str = ""
) -> HttpResponse:
    by, at = doer(request), now()
    rule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    form = RatingForm(request.POST if request.method == "POST" else None, rule=rule, mode=found.occasion.mode)

    def deed() -> HttpResponse:
        said = form.cleaned_data
        actions.rate(
            occasion_id=found.occasion.pk,
            level=said["level"],
            labels=said["labels"],
            text=said["text"],
            by=by,
            at=at,
            channel=Rating.Channel.PORTAL,
            link=token,
            address=request.META.get("REMOTE_ADDR", ""),
            terminal=terminal(request),
        )
        messages.success(request, "感谢您的评价。")
        return redirect(back)

    nobody = by.person_id is None and found.occasion.guest.party_id is None
    log_in = bool(token) and nobody and not found.by_number
    return through(request, form, deed, template="ratings/rate.html", **shell, one=found, log_in=log_in)


@require_GET
def thanks(request: HttpRequest, *, kiosk: bool = False) -> HttpResponse:
    """After a link: nothing personal stays on the screen of a kiosk."""
    return render(request, "ratings/thanks.html", {**_shell(request, kiosk), "kiosk": kiosk})


@never_cache
@require_http_methods(["GET", "POST"])
def ticket(request: HttpRequest, *, kiosk: bool = False) -> HttpResponse:
    """自助机: number and code of a receipt or ticket open the service for a few minutes."""
    shell = _shell(request, kiosk)
    form = TicketForm(request.POST if request.method == "POST" else None)

    def deed() -> HttpResponse:
        at = now()
        rate_limited(request.META.get("REMOTE_ADDR", ""), at)
        found = queries.ticket(form.cleaned_data["number"], form.cleaned_data["code"], at)
        token = invitations.make(found, channel=Rating.Channel.KIOSK, at=at)
        return redirect(f"/kiosk/rate/{token}/" if kiosk else f"/rate/link/{token}/")

    return through(request, form, deed, template="ratings/ticket.html", **shell)


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """评价结果和整改情况公示."""
    on = day_of(now())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else on.year
    if not on.year - 5 <= year <= on.year:
        raise Refusal("没有这一年的数据。", code="year", field="year")
    context = {"year": year, "on": on, "years": range(on.year, on.year - 3, -1), **queries.public_results(year, on)}
    return render(request, "ratings/results.html", context)


def terminal(request: HttpRequest) -> str:
    """What tells one terminal from another without a cookie: address and browser."""
    return f"{request.META.get('REMOTE_ADDR', '')}|{request.META.get('HTTP_USER_AGENT', '')}"[:500]
