"""Pages of what other places received for us: the list, and one with its verified receipt, to be taken in at a counter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.identifiers import masking
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.relay import actions, queries
from yiwang.services.relay.models import InboundCase
from yiwang.services.relay.rules import WORDS
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number

HOW = {"original": "原件", "copy": "复印件"}


@require_GET
@login_required
def arrived(request: HttpRequest) -> HttpResponse:
    everything = request.GET.get("all") == "1"
    rows = queries.inbound(doer(request), waiting_only=not everything)
    return render(request, "relay/inbound.html", {"rows": rows, "everything": everything})


@require_http_methods(["GET", "POST"])
@login_required
def one(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """What came, whether its receipt holds, and taking it in."""
    by, at = doer(request), now()
    row = queries.inbound_one(by, inbound_id)
    counters = list(organs.counters_of(by, day_of(at)))
    if request.method != "POST":
        return _one(request, row, counters)
    wanted = whole_number(request.POST.get("counter"), "counter")
    counter = next((each for each in counters if each.pk == wanted), None)

    def deed() -> HttpResponse:
        if counter is None:
            raise NotAllowed("请选择您今天所在的窗口。", code="not-at-counter", field="counter")
        case = actions.take_in(inbound_id=row.pk, counter=counter, by=by, at=at)
        messages.success(request, f"已收件：{case.matter.reference}，由承办部门决定是否受理。")
        return redirect(f"/desk/cases/{case.matter.reference}/")

    return or_again(deed, lambda refusal: _one(request, row, counters, refusal))


def _one(
    request: HttpRequest, row: InboundCase, counters: list[Counter], refusal: Refusal | None = None
) -> HttpResponse:
    at = now()
    said = actions.content_of(row)
    named = queries.material_names(said["item_code"], day_of(at))
    page = {
        "row": row,
        "applicant": said["applicant"]["name"],
        "masked": masking.id_number(said["applicant"]["number"]),
        "materials": [(named.get(code, code), HOW.get(how, how)) for code, how in said["materials"].items()],
        "told": WORDS.get(row.told, ""),
        "counters": counters,
        "refusal": refusal,
    }
    return render(request, "relay/inbound_one.html", page, status=refusal.status if refusal else 200)
