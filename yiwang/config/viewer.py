"""Tells the database who is looking, once a request, on the worker's own connection, and forgets it at its end.

Row-level security (``dbroles.PERSONAL``) compares rows with these settings; with none set nothing personal is seen.
``SET LOCAL`` would end with its own statement in autocommit, so the settings belong to the session and are cleared.
It is a second wall behind the queries' own ``viewer``: what it stops is a forgotten filter, not a stolen connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from yiwang.config import dbroles
from yiwang.foundation.organs import queries as organs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission

SETTINGS = ("organs", "parties", "account", "reference", "wide")
SET = "select " + ", ".join(f"set_config('yiwang.{name}', %s, false)" for name in SETTINGS)
NOBODY = ("", "", "", "", "")

# Doors: pages open to people who are nobody yet, where something they bring decides (a password or code, a 查询码, a
# letter's digest). Their own queries look at exactly the row that the secret names.
DOORS = (
    "/accounts/",
    "/login/",
    "/register/",
    "/progress/",
    "/letters/",
    "/api/v1/progress",
    "/api/v1/letters",
    "/api/v1/switchboard/",  # what the county's telephone system signed
    "/rate/link/",
    "/rate/ticket/",
    "/open311/",  # a registered client's key, or a number with its 查询码
    "/kiosk/",  # a card that the terminal's own reader read and signed
)


class ViewerMiddleware:
    """Behind authentication. Idle unless this process runs as the web role (``YW_DB_ROLE=yw_app``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DB_ROLE != dbroles.APP:
            return self.get_response(request)
        told = False
        try:
            if request.user.is_authenticated:
                told = True
                account = str(request.user.pk or "")
                if getattr(request.user, "kind", "") == "citizen":
                    tell(("", "", account, "", "on"))  # whom a citizen acts for stands in tables with policies
                doer = organs.doer(request)
                tell(as_settings(doer, account, wide=request.path.startswith(DOORS)))
            elif request.path.startswith(DOORS):
                told = True
                tell(("", "", "", "", "on"))
            return self.get_response(request)
        finally:
            if told:
                tell(NOBODY)


def as_settings(doer: Doer, account: str = "", *, wide: bool = False) -> tuple[str, ...]:
    """The settings' values for a doer, in the order of ``SETTINGS``.

    Staff see rows of the organs they hold posts in; whoever supervises or sees cases county-wide sees all;
    citizens see rows of themselves and of those they act for.
    """
    held = {organ for organ, _ in doer.posts} | {organ for _, organ in doer.grants if organ is not None}
    if doer.organ_id is not None and doer.kind == "staff":
        held.add(doer.organ_id)
    county = any((p, None) in doer.grants for p in (Permission.CASE_SUPERVISE, Permission.CASE_SEE))
    parties = set(doer.parties)
    if doer.kind == "citizen" and "people.parties-of" in names.hook:
        parties |= set(names.hook["people.parties-of"](doer))
    on = "on" if county or wide or doer.kind == "system" else ""
    return (_array(held) if doer.kind == "staff" else "", _array(parties), account, doer.reference, on)


def _array(ids: set[int]) -> str:
    return "{" + ",".join(str(i) for i in sorted(ids)) + "}" if ids else ""


def tell(values: tuple[str, ...]) -> None:
    """Set all five settings on this connection in one statement."""
    if values == NOBODY and connection.connection is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(SET, values)


@contextmanager
def seeing(doer: Doer) -> Iterator[None]:
    """Within the block this connection sees what ``doer`` sees (where the role is subject to policies at all)."""
    tell(as_settings(doer))
    try:
        yield
    finally:
        tell(NOBODY)
