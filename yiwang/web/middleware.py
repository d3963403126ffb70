"""Translates a ``Refusal`` once for every page: full page, htmx fragment, or problem document; and logs who was shut out."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from yiwang.kernel.refusal import Refusal
from yiwang.web.problems import problem
from yiwang.web.views import refused, wrong_method

SHUT_OUT = (403, 404, 429)
log = structlog.get_logger()


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        _log(request, answer)
        # an interface with an error form of its own has said so itself
        return wrong_method(request, answer) if isinstance(answer, HttpResponseNotAllowed) else answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """422, 409 or 404 with the sentence the refusal carries; any other exception stays a bug."""
        exception = unprintable(exception) or exception
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return problem(request, exception)
        if getattr(request, "htmx", False):
            return render(request, "web/refusal_fragment.html", {"refusal": exception}, status=exception.status)
        return refused(request, exception)


def _log(request: HttpRequest, answer: HttpResponse) -> None:
    """A line for each page, step or endpoint that was shut to somebody logged in: which account, which address, about what. No
    address as it was typed and no parameter: they may hold a name or a code. What strangers try is the front server's."""
    user, match = getattr(request, "user", None), request.resolver_match
    if answer.status_code in SHUT_OUT and match is not None and user is not None and user.is_authenticated:
        about = match.kwargs.get("reference", "")
        log.warning(
            "shut-out",
            status=answer.status_code,
            method=request.method,
            route=match.route,
            about=about[:24],
            account=user.pk,
        )


def unprintable(exception: Exception) -> Refusal | None:
    """The refusal for text with a NUL in it: no keyboard types one, and PostgreSQL keeps none."""
    if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
        return Refusal("内容里有无法识别的字符，请删除后重试。", code="unprintable")
    return None
