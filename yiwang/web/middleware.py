"""Translates a ``Refusal`` once for every page: full page, htmx fragment, or problem document."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from yiwang.kernel.refusal import Refusal
from yiwang.web.problems import problem
from yiwang.web.views import refused, wrong_method


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
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


def unprintable(exception: Exception) -> Refusal | None:
    """The refusal for text with a NUL in it: no keyboard types one, and PostgreSQL keeps none."""
    if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
        return Refusal("内容里有无法识别的字符，请删除后重试。", code="unprintable")
    return None
