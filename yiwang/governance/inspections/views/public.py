"""What everybody may read: published results, draws with all that is needed to run them again, the directory."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import day_of, now
from yiwang.governance.inspections import queries
from yiwang.governance.inspections.views.draws import shown
from yiwang.web.inputs import whole_number


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Published results and draws."""
    on, text = day_of(now()), request.GET.get("q", "").strip()[:60]
    before = whole_number(request.GET.get("before"), "before")
    rows, following = queries.public_results(on, text=text, before=before)
    context = {
        "rows": rows,
        "next": following,
        "text": text,
        "draws": queries.public_draws(),
        "query": urlencode({"q": text}) if text else "",
    }
    return render(request, "inspections/public.html", context)


@require_GET
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """One draw: its list, its seed, what came out, and the file to run it again."""
    return render(request, "inspections/public_draw.html", shown(queries.draw_of(code), day_of(now())))


@require_GET
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The file for ``./yw draw verify``."""
    answer = JsonResponse(
        queries.exported(queries.draw_of(code)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """The directory of supervision items as it stands today."""
    text = request.GET.get("q", "").strip()[:60]
    rows = queries.items_on(day_of(now()), text=text)
    return render(request, "inspections/items.html", {"rows": rows, "text": text})
