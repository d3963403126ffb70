"""What pages of other rooms need to stand on a terminal's screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from yiwang.foundation.calendar.today import day_of, now
from yiwang.kernel import names
from yiwang.services.assistance import queries
from yiwang.services.assistance.views.standing import terminal_of


@names.slot("kiosk.shell")
def kiosk_shell(request: HttpRequest) -> dict[str, Any]:
    """The page to extend and what it shows; 404 on every browser that is no terminal. Untouched, it leads home."""
    idle = queries.hall_rule(day_of(now())).idle_seconds
    return {"base": "assistance/kiosk_base.html", "terminal": terminal_of(request), "returns": idle}
