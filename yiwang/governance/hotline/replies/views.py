"""A draft reply is read on request; the share of vague replies by unit."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline.replies import queries
from yiwang.governance.hotline.replies.kinds import WAYS
from yiwang.matters.forms import PREFIX
from yiwang.web import excel

LONGEST = 4000
RECORDS = "/desk/indicators/order-replies.vague-rate/records/?period={}"  # where the figure opens into its records


@require_POST
@login_required
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """What would be found if the typed reply went out: a fragment beside the form, a page of its own without script."""
    text = request.POST.get(f"{PREFIX}answer", "")[:LONGEST]
    way = request.GET.get("way", "final")
    found = queries.read(doer(request), reference, text, way=way, at=now())  # who may not see the order learns nothing
    back = f"/desk/orders/{'parts/' if way == 'part' else ''}{reference}/"
    page = {"found": found, "text": text, "way": WAYS.get(way, WAYS["final"]), "back": back}
    fragment = getattr(request, "htmx", False)
    return render(request, "hotline_replies/_draft.html" if fragment else "hotline_replies/draft.html", page)


@require_GET
@login_required
def units(request: HttpRequest) -> HttpResponse:
    """The share of vague replies by unit, this year so far; as Excel on request."""
    by, at = doer(request), now()
    until = day_of(at)
    since = date(until.year, 1, 1)
    rows = queries.by_unit(by, since=since, until=until)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="热线答复质量",
            scope=f"{since:%Y-%m-%d}至{until:%Y-%m-%d}发出的答复，按发出时的质检结果",
            by=by,
            at=at,
            columns=["承办单位", "答复", "简单模糊", "占比（%）", "说明理由后发出", "最多的问题"],
            rows=[(one.organ, one.replies, one.vague, one.percent, one.overruled, one.most) for one in rows],
        )
    return render(
        request,
        "hotline_replies/units.html",
        {"rows": rows, "since": since, "until": until, "records": RECORDS.format(since.year)},
    )
