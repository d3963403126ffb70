"""Standing at a terminal: which terminal this browser runs on, who laid his card on it, and how nothing of him stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.assistance import queries
from yiwang.services.assistance.models import KioskVisit, Terminal
from yiwang.services.cases import devices

TERMINAL_COOKIE, PERSON_COOKIE = "yw_terminal", "yw_kiosk"
SALT = "assistance.terminal"
PATH = "/kiosk/"
View = Callable[..., HttpResponse]


def terminal_of(request: HttpRequest) -> Terminal:
    """The terminal this browser runs on; 404 for every other browser."""
    try:
        code = signing.loads(request.COOKIES.get(TERMINAL_COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        raise NotFound("这个页面只在登记过的自助终端上打开。", code="no-terminal") from None
    return queries.terminal(str(code))


def visit_of(request: HttpRequest, terminal: Terminal) -> KioskVisit | None:
    """The visit of whoever stands here; ``None`` once it ended or nobody touched the screen for too long."""
    return queries.visit_of(request.COOKIES.get(PERSON_COOKIE, ""), terminal.pk, now())


def shown(request: HttpRequest, template: str, terminal: Terminal, **context: Any) -> HttpResponse:
    """A page of the kiosk; a refusal among ``context`` gives the answer its status."""
    rule = queries.hall_rule(day_of(now()))
    reader = devices.card_reader("simulated")
    shell = {
        "terminal": terminal,
        "idle": rule.idle_seconds,
        "touch": rule.idle_seconds,
        "reader": reader,
        "printer": devices.printer("/kiosk/printer/"),
        "cards": devices.simulated_cards() if reader.simulated else [],
    }
    refusal = context.get("refusal")
    return render(request, template, shell | context, status=refusal.status if refusal else 200)


def with_card(view: View) -> View:
    """For pages of somebody whose card was read here: hands over terminal, visit and doer, and keeps the visit alive."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        terminal = terminal_of(request)
        visit = visit_of(request, terminal)
        if visit is None:
            return gone(redirect("kiosk"))
        return view(request, terminal, visit, person_of(visit), *args, **kwargs)

    return require_http_methods(["GET", "HEAD", "POST"])(never_cache(asked))


def person_of(visit: KioskVisit) -> Doer:
    """Whoever's card was read, whose visit is kept alive: as much as a login with his own number."""
    KioskVisit.objects.filter(pk=visit.pk).update(seen_at=now())
    return Doer(
        reference=f"person:{visit.party_id}",
        kind="citizen",
        person_id=visit.party_id,
        grants=frozenset({(Permission.CASE_APPLY, None)}),
    )


def gone(answer: HttpResponse) -> HttpResponse:
    """Without anything of whoever stood here: his cookie, and what the browser may have kept of the pages."""
    answer.delete_cookie(PERSON_COOKIE, path=PATH, samesite="Strict")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def keep_for_typing(visit: KioskVisit) -> int:
    """A form takes longer than a look: the visit lasts until ``form_seconds`` from now without a touch. Answers how long."""
    rule = queries.hall_rule(day_of(now()))
    longer = timedelta(seconds=rule.form_seconds - rule.idle_seconds)
    KioskVisit.objects.filter(pk=visit.pk).update(seen_at=now() + longer)
    return rule.form_seconds
