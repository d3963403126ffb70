"""What every page gets: viewer, text size, navigation and badges, from slots that ``config`` fills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from yiwang.kernel import names


def shell(request: HttpRequest) -> dict[str, Any]:
    """``navigation`` is a list of entries from the slot ``web.navigation``, empty until ``config`` fills it."""
    navigation = names.slot["web.navigation"](request) if "web.navigation" in names.slot else []
    return {"navigation": navigation, "text_size": request.COOKIES.get("text-size", "standard")}
