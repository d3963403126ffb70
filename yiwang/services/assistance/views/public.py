"""The board of a hall for everybody, and appointments of one's own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.services.assistance import actions, queries
from yiwang.services.assistance.views.booking import booking

PHONE = "/accounts/phone/"


@never_cache
@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Numbers called and where to go; refreshes itself."""
    at = now()
    return render(
        request, "assistance/board.html", {"board": queries.board(queries.place(code, day_of(at)), at), "at": at}
    )


@never_cache
@require_safe
@login_required(login_url=PHONE)
def appointments(request: HttpRequest) -> HttpResponse:
    """My appointments, and the places one may go to."""
    at = now()
    context = {"own": queries.appointments_of(doer(request), at), "places": queries.places_to_visit(day_of(at))}
    return render(request, "assistance/appointments.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required(login_url=PHONE)
def book(request: HttpRequest, code: str) -> HttpResponse:
    """Day, row and slot of one place."""
    by, at = doer(request), now()
    place = queries.place(code, day_of(at))
    asked = booking(request, place, by, at)
    if asked.made is not None:
        messages.success(request, f"已预约，预约码 {asked.made.code}，到大厅凭码取号。")
        return redirect("appointments")
    context = {"place": place, **asked.context()}
    return render(request, "assistance/book.html", context, status=asked.refusal.status if asked.refusal else 200)


@require_POST
@login_required(login_url=PHONE)
def cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Give the slot back."""
    actions.cancel(appointment_id=appointment_id, by=doer(request), at=now())
    messages.success(request, "预约已取消。")
    return redirect("appointments")
