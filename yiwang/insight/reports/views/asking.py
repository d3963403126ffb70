"""What forms of these pages say, as the deeds take it, and how a page is shown that a refused deed shows again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.refusal import Refusal
from yiwang.web import inputs


def day(request: HttpRequest, name: str) -> date | None:
    """A day from a form; nothing stays nothing."""
    return inputs.day(request.POST.get(name, "").strip(), name)


def day_behind(request: HttpRequest, name: str) -> date | None:
    """The first day behind a period whose last day the form names; nothing stays nothing."""
    found = day(request, name)
    if found == date.max:
        raise Refusal("日期超出范围。", code="day", field=name)
    return found and found + timedelta(days=1)


def cut_off(request: HttpRequest, name: str, at: datetime) -> datetime | None:
    """A cut-off day as its last second, or the present moment if it is today."""
    found = day(request, name)
    if found is None:
        return None
    end = datetime.combine(found, time(23, 59, 59), SHANGHAI)
    return at if found == at.astimezone(SHANGHAI).date() else end


def lines(request: HttpRequest, name: str) -> list[str]:
    """Names a line or between 、."""
    raw = request.POST.get(name, "")[:2000]
    return [one.strip() for one in raw.replace("、", "\n").splitlines() if one.strip()]


def upload(request: HttpRequest, name: str) -> tuple[bytes | None, str]:
    """An uploaded file and its name."""
    given = request.FILES.get(name)
    return (given.read(), given.name or "") if given is not None else (None, "")


def page(shown: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The GET of a page that a refused deed shows again: ``shown(request, …, refusal=None)``, for whoever is logged in."""

    @require_GET
    @login_required
    @wraps(shown)
    def view(request: HttpRequest, **named: Any) -> HttpResponse:
        return shown(request, **named)

    return view
