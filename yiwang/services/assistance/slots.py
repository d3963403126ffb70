"""What pages of other rooms need to stand on a terminal's screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from yiwang.foundation.calendar.today import day_of, now
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.services.assistance import actions, queries
from yiwang.services.assistance.views.standing import keep_for_typing, person_of, terminal_of, visit_of


@names.slot("kiosk.shell")
def kiosk_shell(request: HttpRequest) -> dict[str, Any]:
    """The page to extend and what it shows; 404 on every browser that is no terminal. Untouched, it leads home."""
    idle = queries.hall_rule(day_of(now())).idle_seconds
    return {"base": "assistance/kiosk_base.html", "terminal": terminal_of(request), "returns": idle}


@names.slot("kiosk.person")
def kiosk_person(request: HttpRequest, *, typing: bool = False) -> tuple[dict[str, Any], Doer | None]:
    """The same, and who stands there: the doer of whoever's card was read, ``None`` without one. The page of somebody ends
    his visit when nobody touches it; a page on which he types (``typing``) waits longer."""
    terminal = terminal_of(request)
    visit, idle = visit_of(request, terminal), queries.hall_rule(day_of(now())).idle_seconds
    shell = {"base": "assistance/kiosk_base.html", "terminal": terminal, "visit": visit, "idle": idle}
    if visit is None:
        return shell | {"returns": idle}, None
    by = person_of(visit)
    return shell | {"touch": keep_for_typing(visit) if typing else idle}, by


@names.slot("kiosk.note")
def kiosk_note(request: HttpRequest, *, kind: str, what: str) -> None:
    """One transaction (查询, 打印, 办理) on this terminal, for the figures: what it was, never of whom."""
    terminal = terminal_of(request)
    actions.note(terminal=terminal, visit=visit_of(request, terminal), kind=kind, what=what, at=now())
