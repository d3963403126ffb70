"""What every page of a matter shows alike, and the button of a step, on whichever page it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions, queries
from yiwang.matters.forms import PREFIX, StepForm, step_form
from yiwang.matters.queries import Available, Line
from yiwang.matters.standing import Standing
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


class Take(Protocol):
    """A deed that takes a step: ``matters.take`` or a service's own."""

    def __call__(
        self, *, reference: str, step: str, by: Doer, at: datetime, values: Mapping[str, str], version: int | None
    ) -> object: ...


class Page(Protocol):
    """The page of a matter as a function; with what was refused, and in which step, it shows the step's form as typed."""

    def __call__(self, request: HttpRequest, reference: str, refusal: Refusal, step: str) -> HttpResponse: ...


def called(by: Doer, references: Iterable[str]) -> dict[str, str]:
    """Actor reference → name, as this viewer may know it; one query."""
    return {**names.hook["ledger.actor-names"](by, set(references)), "system": "系统"}


def told(by: Doer, standing: Standing, also: Iterable[str] = ()) -> tuple[list[Line], dict[str, str]]:
    """The story with its actors by name, and the names; ``also`` are further people the page names."""
    story = queries.story(by, standing)
    people = called(by, {line.actor for line in story} | set(also))
    return [replace(line, actor=people.get(line.actor, line.actor)) for line in story], people


def shown(
    request: HttpRequest, by: Doer, standing: Standing, on: date, refusal: Refusal | None = None, step: str = ""
) -> dict[str, Any]:
    """What every page of a matter shows: itself ``m``, ``state``, ``clocks``, ``story``, ``steps`` with forms, ``refusal``."""
    return {
        "m": standing,
        "state": queries.process_of(standing).states[standing.state],
        "clocks": queries.explanations(by, standing, on),
        "story": told(by, standing)[0],
        "steps": with_forms(request, queries.available_steps(by, standing), refusal, step),
        "refusal": refusal,
    }


def with_forms(
    request: HttpRequest, available: Iterable[Available], refusal: Refusal | None, step: str
) -> list[tuple[Available, StepForm]]:
    """Each step with its form; the one that was just refused keeps what was typed, each fault beside its field."""
    found = []
    for each in available:
        pressed = refusal if each.step.name == step else None
        form = step_form(each.step, request.POST if pressed else None)
        for fault in pressed.faults if pressed else ():
            if (name := PREFIX + fault.field) in form.fields and fault.says not in form.errors.get(name, ()):
                form.add_error(name, fault.says)
        found.append((each, form))
    return found


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

        actions.once(
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


def take_as_its_room_does(
    *, reference: str, step: str, by: Doer, at: datetime, values: Mapping[str, str], version: int | None
) -> Standing:
    """Take a step of any matter with the deed its room registered under ``matters.take.<detail table>``, the engine's where it
    registered none: so that the generic page and the API ask for no less than the room's own page. 404 for whoever may not see it."""
    name = f"matters.take.{queries.process_of(queries.matter(by, reference)).detail}"
    taken: Standing = names.hook.get(name, actions.take)(
        reference=reference, step=step, by=by, at=at, values=values, version=version
    )
    return taken


def button(
    rule: str, *, take: Take, leads_to: str, page: Page, login_url: str | None = None
) -> Callable[..., HttpResponse]:
    """The view behind a step's form: ``press`` under the name ``rule``, and ``page`` again when it is refused. On a page of
    whoever the matter is about ``login_url`` is where citizens log in, and ``take`` the room's own deed for them."""

    @require_POST
    @login_required(login_url=login_url)
    def view(request: HttpRequest, reference: str, step: str) -> HttpResponse:
        return press(
            request,
            reference=reference,
            step=step,
            route=f"{rule} {reference} {step}",
            take=take,
            leads_to=leads_to,
            again=lambda refusal: page(request, reference, refusal, step),
        )

    return view
