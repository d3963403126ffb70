"""The calendar's pages on the desk: a year to look at, and the entry of the next notice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar import actions, pages, queries
from yiwang.foundation.calendar.forms import HOLIDAYS, BaseHolidays, Holidays, NoticeForm
from yiwang.foundation.calendar.today import now, today
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotAllowed, Refusal


def doer(request: HttpRequest) -> Doer:
    """Who acts: asked by name, since posts live in a room above this one."""
    found: Doer = names.hook["organs.doer"](request)
    return found


@require_GET
def year(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Twelve months with days off and working weekends marked."""
    shown = pages.year(doer(request), today().year if number is None else number, today=today())
    return render(request, "calendar/year.html", {"page": shown})


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The entry form; ``deed=preview`` shows what would move, ``deed=enter`` enters it."""
    by = doer(request)
    allow(by, Permission.CALENDAR_EDIT)
    if request.method == "GET":
        initial = [{"name": name} for name in HOLIDAYS]
        form = NoticeForm(initial={"year": pages.default_year(today())})
        return _form(request, form, Holidays(initial=initial, prefix="holiday"))
    form, holidays = NoticeForm(request.POST), Holidays(request.POST, prefix="holiday")
    if not (form.is_valid() & holidays.is_valid()):
        return _form(request, form, holidays, status=422)
    notice: dict[str, Any] = {**form.cleaned_data, "off": holidays.off(), "makeup": holidays.makeup()}
    try:
        if request.POST.get("deed") != "enter":
            return _form(request, form, holidays, change=actions.preview_notice(**notice, by=by, at=now()))
        entered = actions.enter_notice(**notice, by=by, at=now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _form(request, form, holidays, refusal=refusal, status=refusal.status)
    messages.success(request, f"已录入《{entered.title}》，受影响的期限将重新推算。")
    return redirect("calendar-year", number=entered.year)


def _form(
    request: HttpRequest,
    form: NoticeForm,
    holidays: BaseHolidays,
    *,
    change: actions.Change | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "holidays": holidays, "refusal": refusal, "change": change}
    if change is not None:
        shown |= {
            "changed": pages.changed(change),
            "moved": pages.moved(change, today=today()),
            "clocks": pages.clocks_moved(change),
            "hint": pages.hint(change),
        }
    shown["alarm"] = queries.missing_year_alarm(today())
    return render(request, "calendar/enter.html", shown, status=status)
