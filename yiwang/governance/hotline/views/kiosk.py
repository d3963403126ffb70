"""12345 on a terminal of the hall: where an order stands, by its number and telephone; something to say, by whose card was read.

The terminal, who stands there and when the page ends itself are the kiosk's own (``kiosk.person``); nothing typed here stands
in an address, and no page may be stored.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import IntakeForm, topics_of
from yiwang.governance.hotline.views.saying import said_once
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.web.deeds import through
from yiwang.web.sparing import spare

TRIES, WINDOW = 10, 15 * 60
WITHOUT = ("name", "firm", "urgent", "latitude", "longitude")


def _standing(request: HttpRequest, *, typing: bool = False) -> tuple[dict[str, Any], Doer | None]:
    """The terminal's shell and whoever's card was read; 404 on every browser that is no terminal."""
    found: tuple[dict[str, Any], Doer | None] = names.slot["kiosk.person"](request, typing=typing)
    return found


def _note(request: HttpRequest, kind: str, what: str) -> None:
    names.slot["kiosk.note"](request, kind=kind, what=what)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Number and telephone, and what became of that order; the way to say something."""
    shell, _ = _standing(request)
    if request.method != "POST":
        return render(request, "hotline/kiosk.html", shell)
    at = now()
    try:
        says = "查询太频繁了，请过一刻钟再试，或拨打12345查询。"
        window = f"{shell['terminal'].code}-{int(at.timestamp()) // WINDOW}"
        spare("hotline-kiosk", window, most=TRIES, seconds=WINDOW, says=says)
        number, phone = request.POST.get("number", "")[:24], request.POST.get("phone", "")[:20]
        found = queries.called_for(number, phone, day_of(at))
    except Refusal as refusal:
        return render(request, "hotline/kiosk.html", {**shell, "refusal": refusal}, status=refusal.status)
    _note(request, "query", "12345工单")
    return render(request, "hotline/kiosk.html", {**shell, "o": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """提交诉求, by whoever's card was read; without one, back to where a card is asked for."""
    shell, by = _standing(request, typing=True)
    if by is None:
        return redirect("kiosk")
    at = now()
    on = day_of(at)
    topics, towns = topics_of(queries.rule(on)), queries.towns(on)
    posted = request.POST if request.method == "POST" else None
    form = IntakeForm(posted, initial={"kind": "help"}, topics=topics, towns=towns, without=WITHOUT)

    def file() -> str:
        said = form.intake(channel="kiosk", party_id=by.person_id)
        return f"/kiosk/hotline/{actions.file(intake=said, by=by, at=at).reference}/"

    def deed() -> HttpResponse:
        filed = said_once(request, principal=by, at=at, route="hotline.kiosk", file=file)
        _note(request, "apply", "12345诉求")
        return filed

    return through(request, form, deed, template="hotline/kiosk_new.html", **shell)


@never_cache
@require_safe
def made(request: HttpRequest, reference: str) -> HttpResponse:
    """The number and 查询码 of what was just said, to write down; 404 for anybody else's."""
    shell, by = _standing(request)
    if by is None:
        return redirect("kiosk")
    shown = queries.mine_one(by, reference, day_of(now()))
    return render(request, "hotline/kiosk_made.html", {**shell, "o": shown})
