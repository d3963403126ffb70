"""A unit's fill-in task."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import actions
from yiwang.insight.reports.queries import returns
from yiwang.insight.reports.views import asking
from yiwang.kernel.refusal import Refusal
from yiwang.matters import queries as matter_queries
from yiwang.matters.stepping import button, called, with_forms
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number

OWN = ("fill",)


@require_GET
@login_required
def task(request: HttpRequest, reference: str) -> HttpResponse:
    """What is asked, what was given, and what may be done."""
    return _page(request, reference)


def _page(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    found, standing = returns.task(by, reference)
    typed: dict[str, Any] = request.POST.dict() if refusal else {}
    rows = []
    for row in returns.figures(found):
        given = found.given.get(row.name, {})
        rows.append((row, {part: typed.get(f"{row.name}.{part}", given.get(part, "")) for part in actions.NUMBERS}))
    grids = returns.grids_of(found)
    celled = {name for _, lines in grids for _, cells in lines for _, name in cells}
    numbers = {row.name: given["value"] for row, given in rows}
    available = matter_queries.available_steps(by, standing)
    context = {
        "t": found,
        "m": standing,
        "rows": [(row, given) for row, given in rows if row.name not in celled],
        "grids": [
            (table, [(row, [(column, name, numbers.get(name, "")) for column, name in cells]) for row, cells in lines])
            for table, lines in grids
        ],
        "organ": organs.organ_name(found.organ_id, day_of(at)),
        "state": matter_queries.process_of(standing).states[standing.state],
        "clocks": matter_queries.explanations(by, standing, day_of(at)),
        "may_fill": any(each.step.name == "fill" for each in available),
        "steps": with_forms(request, (each for each in available if each.step.name not in OWN), refusal, step),
        "called": called(by, {found.filled_by, found.signed_by} - {""}),
        "refusal": refusal,
    }
    return render(request, "reports/return.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def fill(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand in the numbers with their evidence."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        found, _ = returns.task(by, reference)
        content, name = asking.upload(request, "evidence")
        given: dict[str, dict[str, Any]] = {
            one: {part: request.POST.get(f"{one}.{part}", "") for part in actions.NUMBERS} for one in found.names
        }
        actions.fill(
            reference=reference,
            given=given,
            evidence=content,
            evidence_name=name,
            remark=request.POST.get("remark", ""),
            version=whole_number(request.POST.get("version"), "version"),
            by=by,
            at=at,
        )
        messages.success(request, "已填报，等待单位负责人审签。")
        return redirect("report-return", reference=reference)

    return or_again(deed, lambda refusal: _page(request, reference, refusal))


step = button(
    "reports.return", take=actions.take_return, leads_to="report-return", page=_page
)  # 审签、退回、采用、收回
