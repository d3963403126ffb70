"""The simulated card reader and scanner of the demo, answering as the programs beside real ones do."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.cases import devices


def _refuse_others(request: HttpRequest) -> None:
    if not doer(request).may(Permission.CASE_RECEIVE):
        raise NotFound("没有这个页面，或者您无权查看。")


@never_cache
@require_safe
@login_required
def card(request: HttpRequest) -> HttpResponse:
    """The card that lies on the reader; ``card`` chooses which of the demo's people laid his there."""
    _refuse_others(request)
    found = devices.simulated_card(request.GET.get("card", "")[:18])
    return JsonResponse({"name": found.name, "number": found.number, "address": found.address})


@never_cache
@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The next page in the scanner; ``page`` counts them, so that two pages are never the same file."""
    _refuse_others(request)
    text = request.GET.get("page", "")
    return HttpResponse(
        devices.simulated_page(int(text[:4]) if text.isascii() and text.isdigit() else 1), content_type="image/png"
    )
