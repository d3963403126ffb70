"""Asks every address of the house as everybody of the cast, and says in one word what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core.cache import cache as limits
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from tests.repo.world import CAST, World
from yiwang.kernel.refusal import Refusal
from yiwang.web import middleware, views

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LOGINS = ("/accounts/login/", "/accounts/phone/?")


@dataclass(frozen=True, slots=True)
class Route:
    """One address as its module writes it: ``desk/staff/<int:account_id>/``."""

    path: str
    name: str
    parameters: tuple[str, ...]

    def address(self, values: dict[str, Any], query: str = "") -> str:
        """The address with somebody's things in it."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), self.path) + query


@cache
def routes() -> list[Route]:
    """Every URL pattern of the project, in order of its path."""
    return sorted(_walk(get_resolver(), ""), key=lambda route: route.path)


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(path, pattern.name or path, tuple(pattern.pattern.converters))
        else:
            yield from _walk(pattern, path)


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes with one request: JSON, or a form; and headers."""

    json: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)


class Asking:
    """Sessions of the cast, and one request at a time in a savepoint that is rolled back."""

    def __init__(self, world: World, *, brief: bool = False) -> None:
        """``brief``: see ``drawn_once``."""
        self.brief, self.drawn = brief, set[tuple[object, ...]]()
        self.sessions = {who: _session(world, who) for who in CAST}
        self.broken: list[str] = []
        self.look: Callable[[], None] = lambda: None  # what a test looks at before everything is taken back

    def ask(self, who: str, method: str, address: str, sent: Sent) -> str:
        """The outcome: ``opens``, ``done`` (leads on), ``login``, ``second factor``, a refusal's code, or the status.

        An exception that is no refusal is ``500`` and kept in ``broken``.
        """
        limits.clear()  # limits of tries are another test's subject
        client = Client()
        if self.sessions[who]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        point = transaction.savepoint()
        try:
            with refusals() as raised, drawn_once(who, self.drawn) if self.brief else nullcontext():
                if sent.json is not None and method != "GET":
                    said, kind = json.dumps(sent.json), "application/json"
                    answer = client.generic(method, address, said, content_type=kind, **sent.headers)
                elif method in {"GET", "POST"}:
                    answer = getattr(client, method.lower())(address, sent.form, **sent.headers)
                else:
                    answer = client.generic(method, address)
            self.look()
            return outcome(answer, raised)
        except Exception as bug:
            self.broken.append(f"{method} {address} as {who}: {type(bug).__name__}: {bug}")
            return "500"
        finally:
            transaction.savepoint_rollback(point)


def _session(world: World, who: str) -> str:
    account = world.accounts[who]
    if account is None:
        return ""
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    if who == "admin-1":  # a password, and nothing after it
        request = RequestFactory().get("/")
        request.session = client.session
        record_authentication(request, account, "password")
        request.session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@contextmanager
def refusals() -> Iterator[list[Refusal]]:
    """Every refusal raised within the block, whoever catches it."""
    raised: list[Refusal] = []
    usual = Refusal.__init__

    def noting(self: Refusal, *words: Any, **named: Any) -> None:
        usual(self, *words, **named)
        raised.append(self)

    Refusal.__init__ = noting  # type: ignore[method-assign]
    try:
        yield raised
    finally:
        Refusal.__init__ = usual  # type: ignore[method-assign]


@contextmanager
def drawn_once(who: str, drawn: set[tuple[object, ...]]) -> Iterator[None]:
    """Within the block the page that says a refusal is drawn once for each viewer, face and code (kept in ``drawn``) and
    stands empty after that: it is one template, most answers of a table are refusals, and drawing is most of their cost."""
    usual = views.refused

    def refused(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
        page = (who, request.path.startswith("/desk/"), refusal.code, status)
        if page not in drawn:
            drawn.add(page)
            return usual(request, refusal, status=status)
        answer = HttpResponse(status=status or refusal.status)
        answer.refusal = refusal  # type: ignore[attr-defined]
        return answer

    views.refused = middleware.refused = refused
    try:
        yield
    finally:
        views.refused = middleware.refused = usual


def outcome(answer: Any, raised: list[Refusal]) -> str:
    """One word for an answer. A page shown again with a refusal says the refusal; with a wrong form, ``form``."""
    status = answer.status_code
    if status < 300:
        return "opens"
    if status < 400:
        if answer.url.startswith(LOGINS):
            return "login"
        return "second factor" if answer.url.startswith("/accounts/second-factor/enrol") else "done"
    if status == 405:
        return "405"
    shown = _shown(answer)
    if shown is not None:
        return shown.code
    if status == 422 and getattr(answer, "context", None) and "form" in answer.context:
        denied = [one.code for one in raised if one.status == 404 or one.code == "not-allowed"]
        return denied[-1] if denied else "form"
    return raised[-1].code if raised and status in {404, 409, 422} else str(status)


def _shown(answer: Any) -> Refusal | None:
    if hasattr(answer, "refusal"):
        return answer.refusal
    context = getattr(answer, "context", None)
    shown = context.get("refusal") if context else None
    return shown if isinstance(shown, Refusal) else None
