"""What all pages share on which something is said to 12345: whose it is, through what it came, one order a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.queries.staff import phone_of
from yiwang.governance.hotline import queries
from yiwang.kernel.permissions import Doer
from yiwang.matters.actions import once
from yiwang.matters.standing import Standing
from yiwang.web.inputs import on_a_phone


def known_of(by: Doer) -> dict[str, Any]:
    """Name and telephone a form begins with."""
    account = Account.objects.filter(pk=by.account_id or 0).first()
    return {"phone": phone_of(account) if account else "", "name": by.name}


def channel_of(request: HttpRequest) -> str:
    """``mobile`` or ``portal``, by what the browser says of itself."""
    return "mobile" if on_a_phone(request) else "portal"


def pass_on(request: HttpRequest, made: Standing, to: str) -> None:
    """Whoever wrote an order down is told what to pass on: with both, and no login, its caller finds it again."""
    order = queries.row_of(made)
    messages.success(
        request,
        f"已登记。请告诉{to}：工单编号{order.number}，查询码{order.enquiry_code}，凭这两样可以在网上查进度。",
    )


def said_once(
    request: HttpRequest, *, principal: Doer, at: datetime, route: str, file: Callable[[], str], says: str = ""
) -> HttpResponse:
    """Run ``file`` and go to the address it answers. The same form pressed twice (its hidden key) by ``principal`` makes one
    order."""
    said = {name: request.POST.getlist(name) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"}
    key = request.POST.get("idempotency_key", "")
    _, target = once(
        principal=principal, route=route, key=key, body=repr(said).encode(), at=at, deed=lambda: (303, file())
    )
    if says:
        messages.success(request, says)
    return redirect(target)
