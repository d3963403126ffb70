"""The public register, and an organ's certificates on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters.forms import PREFIX, step_form
from yiwang.services.certificates import actions, queries
from yiwang.services.certificates.actions.ending import STATUS, TITLES


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """证照查询: open to everybody, without a login (行政许可法 第四十条)."""
    text = request.GET.get("q", "").strip()[: queries.LONGEST]
    rows = queries.public(text, day_of(now()))
    return render(request, "certificates/register.html", {"q": text, "rows": rows})


@require_GET
@login_required
def desk_list(request: HttpRequest) -> HttpResponse:
    """The organ's certificates, those about to expire first on request."""
    by, on = doer(request), day_of(now())
    text, soon = request.GET.get("q", "").strip()[: queries.LONGEST], request.GET.get("soon") == "1"
    rows = queries.of_organ(by, on, text=text, soon=soon)
    return render(request, "certificates/desk_list.html", {"rows": rows, "q": text, "soon": soon})


@require_GET
@login_required
def desk_one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """One certificate: what it says, what became of it, and what may be begun."""
    return _one(request, certificate_id)


def _one(request: HttpRequest, certificate_id: int, refusal: Refusal | None = None, process: str = "") -> HttpResponse:
    by, on = doer(request), day_of(now())
    certificate = queries.of_staff(by, certificate_id)
    may = by.may(Permission.CASE_REVIEW, certificate.organ_id) and queries.open_matter(certificate) is None
    ended = certificate.status in {"cancelled", "renewed"}
    offered: list[dict[str, Any]] = []
    for name in STATUS if may and not ended else ():
        if certificate.status != "valid" and name != "certificates.cancellation":
            continue
        definition = packs.rule("process", name, on).value
        step = definition.opening()
        form = step_form(step, request.POST if process == name else None)
        offered.append(
            {"process": name, "step": step, "form": form, "open": process == name, "basis": definition.basis}
        )
    context = {
        "line": queries.line(certificate, on),
        "matters": queries.matters_about(certificate),
        "previous": certificate.previous,
        "next": queries.following(certificate),
        "offered": offered,
        "refusal": refusal,
    }
    return render(request, "certificates/desk_one.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def propose(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Begin withdrawal, revocation or cancellation; goes on on the matter's page."""
    by, process = doer(request), request.POST.get("process", "")
    values = {
        name.removeprefix(PREFIX): value for name, value in request.POST.items() if name.startswith(PREFIX) and value
    }
    try:
        opened = actions.propose(certificate_id=certificate_id, process=process, values=values, by=by, at=now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _one(request, certificate_id, refusal, process)
    messages.success(request, f"已提出{TITLES[process]}。")
    return redirect(f"/desk/matters/{opened.reference}/")
