"""What every page gets: viewer, text size, navigation and badges, from slots that ``config`` fills."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yiwang.kernel import names
from yiwang.web.views import TEXT_SIZES


def shell(request: HttpRequest) -> dict[str, Any]:
    """``web.shell`` (slot) answers county_name, viewer_name, viewer_organ, may_export, home_url and navigation for a request;
    without it the page stands alone (an error during start, a test of ``web``)."""
    shown: dict[str, Any] = {"county_name": "", "home_url": "/", "navigation": {"portal": [], "phone": [], "desk": []}}
    if "web.shell" in names.slot:
        shown |= names.slot["web.shell"](request)
    chosen = request.COOKIES.get("text-size", "standard")
    return {
        **shown,
        "text_size": chosen if chosen in {size for size, _, _ in TEXT_SIZES} else "standard",
        "text_sizes": TEXT_SIZES,
        "fixed_today": settings.TODAY,
    }
