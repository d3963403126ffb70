"""The kiosk face. A terminal is known by the cookie its launcher opened; a person by the card it read, and not for long.

Nothing of a person stays in the browser: his cookie holds a secret that ends with the visit, no page may be stored, and a
page nobody touches leads to the way out by itself, without any script.
"""

from __future__ import annotations

import json
import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.letters import queries as letters
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.assistance import actions, queries, rules
from yiwang.services.assistance.actions.terminals import secret_of
from yiwang.services.assistance.models import KioskVisit, Terminal
from yiwang.services.assistance.views.booking import booking
from yiwang.services.assistance.views.standing import (
    PATH,
    PERSON_COOKIE,
    SALT,
    TERMINAL_COOKIE,
    gone,
    shown,
    terminal_of,
    visit_of,
    with_card,
)
from yiwang.services.cases import devices
from yiwang.services.cases import queries as cases_queries
from yiwang.services.certificates import queries as certificates
from yiwang.web.inputs import whole_number


@never_cache
@require_safe
def open_terminal(request: HttpRequest) -> HttpResponse:
    """The launcher's first address: ``terminal``, ``moment``, ``signature`` for the purpose ``open``. The cookie names the
    terminal and nobody else."""
    code = request.GET.get("terminal", "")[:40]
    actions.open_browser(
        code=code,
        moment=whole_number(request.GET.get("moment"), "moment") or 0,
        signed=request.GET.get("signature", ""),
        clock=time.time(),
        at=now(),
    )
    answer = redirect("kiosk")
    answer.set_cookie(
        TERMINAL_COOKIE,
        signing.dumps(code, salt=SALT),
        max_age=365 * 86400,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return gone(answer)


@never_cache
@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """The demo's stand-in for a launcher: this browser becomes the demo's first terminal. 404 on a real installation."""
    found = queries.demo_terminal()
    moment = int(time.time() * 1000)
    signed = rules.signature(secret_of(found), found.code, "open", moment, b"")
    return redirect(f"{reverse('kiosk-open')}?terminal={found.code}&moment={moment}&signature={signed}")


@csrf_exempt  # a printer's program knows no session; the simulator keeps nothing of what it is sent
@never_cache
@require_POST
def printer(request: HttpRequest) -> HttpResponse:
    """The simulated printer of the demo: takes a PDF or the lines of a slip and says that it printed them."""
    terminal_of(request)
    if not devices.printer("/kiosk/printer/").simulated:
        raise NotFound("没有这个页面，或者您无权查看。")
    if request.content_type not in {"application/pdf", "text/plain"} or not request.body:
        return JsonResponse({"trouble": "送来的不是可以打印的内容"}, status=503)
    return HttpResponse()


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Large tiles: lay the card on the reader, take a number; after the card, what may be done with it."""
    if settings.DEMO and TERMINAL_COOKIE not in request.COOKIES:
        return render(request, "assistance/kiosk_demo.html", {"found": queries.demo_terminal()})
    terminal = terminal_of(request)
    return _home(request, terminal)


def _home(request: HttpRequest, terminal: Terminal, refusal: Refusal | None = None) -> HttpResponse:
    visit = visit_of(request, terminal)
    rows = queries.rows_of(terminal.place_id, day_of(now()))
    answer = shown(request, "assistance/kiosk.html", terminal, visit=visit, rows=rows, refusal=refusal)
    return answer if visit else gone(answer)


@never_cache
@require_POST
def card(request: HttpRequest) -> HttpResponse:
    """A card was read: ``body`` signed by the terminal's own program. In the demo the simulated reader stands in for it."""
    terminal = terminal_of(request)
    body, signed = request.POST.get("body", "").encode(), request.POST.get("signature", "")
    moment = whole_number(request.POST.get("moment"), "moment") or 0
    if request.POST.get("simulated") and devices.card_reader("simulated").simulated:
        read = devices.simulated_card(request.POST["simulated"][:18])
        body = json.dumps({"name": read.name, "number": read.number}, ensure_ascii=False).encode()
        moment = int(time.time() * 1000)
        signed = rules.signature(secret_of(terminal), terminal.code, "card", moment, body)
    try:
        entered = actions.enter(
            code=terminal.code, moment=moment, body=body, signed=signed, clock=time.time(), at=now()
        )
    except Refusal as refusal:
        rows = queries.rows_of(terminal.place_id, day_of(now()))
        return gone(shown(request, "assistance/kiosk.html", terminal, refusal=refusal, rows=rows))
    answer = redirect("kiosk")
    answer.set_cookie(
        PERSON_COOKIE,
        entered.token,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """The way out: pressed, or reached by itself when nobody touches the screen."""
    terminal_of(request)
    end = KioskVisit.End.FINISHED if request.method == "POST" else KioskVisit.End.IDLE
    actions.leave(token=request.COOKIES.get(PERSON_COOKIE, ""), end=end, at=now())
    return gone(redirect("kiosk"))


@never_cache
@require_POST
def ticket(request: HttpRequest) -> HttpResponse:
    """取号, with the code of an appointment or without; no card is needed."""
    terminal, at = terminal_of(request), now()
    said = request.POST
    try:
        made = actions.take_ticket(
            place_id=terminal.place_id,
            queue=said.get("queue", ""),
            code=said.get("code", ""),
            by=rules.terminal_doer(terminal.code),
            at=at,
        )
    except Refusal as refusal:  # a wrong code too stays on the terminal's own page
        return _home(request, terminal, refusal)
    actions.note(terminal=terminal, kind="print", what="排队号", at=at)
    context = {
        "title": queries.hall_rule(day_of(at)).title_of(made.queue),
        "ahead": queries.ahead_of(made),
        "returns": 15,
    }
    return shown(request, "assistance/kiosk_ticket.html", terminal, ticket=made, **context)


@with_card
def cases(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer) -> HttpResponse:
    """How far my cases are."""
    found, _ = cases_queries.my_cases(by, now())
    actions.note(terminal=terminal, visit=visit, kind="query", what="办件进度", at=now())
    return shown(request, "assistance/kiosk_cases.html", terminal, visit=visit, cases=found)


@with_card
def papers(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer) -> HttpResponse:
    """My letters and certificates, to print."""
    actions.note(terminal=terminal, visit=visit, kind="query", what="证照和文书", at=now())
    context = {
        "visit": visit,
        "letters": [one for one in letters.letters_to(by)[:20] if one.file_id],
        "certificates": certificates.of_holder(by, day_of(now())),
    }
    return shown(request, "assistance/kiosk_papers.html", terminal, **context)


@with_card
def letter(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer, letter_id: int) -> HttpResponse:
    """One letter as it was sealed, for the terminal's printer."""
    content = letters.content(by, letter_id)
    actions.note(terminal=terminal, visit=visit, kind="print", what="文书", at=now())
    return _pdf(content)


@with_card
def certificate(
    request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer, certificate_id: int
) -> HttpResponse:
    """One certificate as it was sealed, for the terminal's printer."""
    if certificate_id not in {one.certificate.pk for one in certificates.of_holder(by, day_of(now()))}:
        raise NotFound("没有这份证照，或者您无权查看。")
    content, _ = certificates.file_of(by, certificate_id, "pdf")
    actions.note(terminal=terminal, visit=visit, kind="print", what="电子证照", at=now())
    return _pdf(content)


def _pdf(content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@with_card
def book(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer) -> HttpResponse:
    """预约 at this place."""
    asked = booking(request, terminal.place, by, now())
    if asked.made is not None:
        actions.note(terminal=terminal, visit=visit, kind="apply", what="预约", at=now())
    return shown(request, "assistance/kiosk_book.html", terminal, visit=visit, **asked.context())
