"""The button of a step, on whichever page it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.matters.forms import PREFIX, StepForm, step_form
from yiwang.matters.queries import Available
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


class Take(Protocol):
    """A deed that takes a step: ``matters.take`` or a service's own."""

    def __call__(
        self, *, reference: str, step: str, by: Doer, at: datetime, values: Mapping[str, str], version: int | None
    ) -> object: ...


def with_forms(
    request: HttpRequest, available: Iterable[Available], refusal: Refusal | None, step: str
) -> list[tuple[Available, StepForm]]:
    """Each step with its form; the one that was just refused keeps what was typed."""
    return [
        (each, step_form(each.step, request.POST if refusal and each.step.name == step else None)) for each in available
    ]


def press(
    request: HttpRequest,
    *,
    reference: str,
    step: str,
    route: str,
    take: Take,
    leads_to: str,
    again: Callable[[Refusal], HttpResponse],
) -> HttpResponse:
    """Take a step with what the posted form of ``step_form`` carries, and go to ``leads_to`` (a named address).

    The same form pressed twice takes it once (``route`` and the form's hidden key); a page that has grown old is told so.
    What is refused comes back through ``again``, with everything that was typed.
    """
    by, at = doer(request), now()
    given = {
        name.removeprefix(PREFIX): str(value)
        for name, value in request.POST.items()
        if name.startswith(PREFIX) and value
    }

    def deed() -> HttpResponse:
        seen = whole_number(request.POST.get("version"), "version")

        def taken() -> tuple[int, str]:
            take(reference=reference, step=step, by=by, at=at, values=given, version=seen)
            return 200, "ok"

        once(
            principal=by,
            route=route,
            key=request.POST.get("idempotency_key", ""),
            body=repr(sorted(given.items())).encode(),
            at=at,
            deed=taken,
        )
        messages.success(request, "已办理。")
        return redirect(leads_to, reference=reference)

    return or_again(deed, again)
