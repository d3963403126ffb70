"""The board of a hall for everybody, and appointments of one's own."""

from __future__ import annotations

from datetime import date, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.assistance import actions, queries

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
    days, rows = queries.days_to_book(place, at), queries.rows_of(place.pk, day_of(at))
    said = request.POST if request.method == "POST" else request.GET
    day = _day(said.get("day", "")) or (days[0] if days else day_of(at))
    queue = said.get("queue", "") or (rows[0][0] if rows else "")
    refusal = None
    if request.method == "POST":
        try:
            made = actions.book(
                place_id=place.pk, queue=queue, day=day, starts_at=_time(said.get("starts_at", "")), by=by, at=at
            )
        except Refusal as refused:
            if refused.status in {403, 404}:
                raise
            refusal = refused
        else:
            messages.success(request, f"已预约，预约码 {made.code}，到大厅凭码取号。")
            return redirect("appointments")
    slots = queries.free_slots(place, queue, day, queries.hall_rule(day_of(at)), at)
    context = {"place": place, "days": days, "rows": rows, "day": day, "queue": queue, "slots": slots}
    status = refusal.status if refusal else 200
    return render(request, "assistance/book.html", context | {"refusal": refusal}, status=status)


@require_POST
@login_required(login_url=PHONE)
def cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Give the slot back."""
    actions.cancel(appointment_id=appointment_id, by=doer(request), at=now())
    messages.success(request, "预约已取消。")
    return redirect("appointments")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("日期不正确，请从列出的日期中选择。", code="day", field="day") from None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refusal("请选择一个时段。", code="slot", field="starts_at") from None
