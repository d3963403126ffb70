"""Translates a ``Refusal`` once for every page: full page, htmx fragment, or problem document."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yiwang.kernel.refusal import Refusal
from yiwang.web.problems import problem
from yiwang.web.views import refused


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """422, 409 or 404 with the sentence the refusal carries; any other exception stays a bug."""
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return problem(request, exception)
        if getattr(request, "htmx", False):
            return render(request, "web/refusal_fragment.html", {"refusal": exception}, status=exception.status)
        return refused(request, exception)
