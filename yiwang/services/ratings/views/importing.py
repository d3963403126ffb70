"""Bringing in ratings collected elsewhere: checked first, entered whole or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.ratings import actions, foreign, queries
from yiwang.services.ratings.forms import ImportForm


@require_http_methods(["GET", "POST"])
@login_required
def import_ratings(request: HttpRequest) -> HttpResponse:
    """导入其他系统收集的评价, for whoever supervises; 404 for everybody else. Every fault is shown with its line."""
    by, at = doer(request), now()
    queries.refuse_unsupervising(by)
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None)
    run, refusal = None, None
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            run = actions.bring_in_table(
                source=said["source"],
                content=said["file"].read(),
                name=said["file"].name,
                best=said["best"],
                dry_run="enter" not in request.POST,
                by=by,
                at=at,
            )
        except Refusal as refused:
            refusal = refused
            for fault in refused.faults:
                if fault.field in form.fields:
                    form.add_error(fault.field, fault.says)
    context: dict[str, Any] = {
        "form": form,
        "run": run,
        "refusal": refusal,
        "heads": [known[0] for known in foreign.COLUMNS.values()],
        "most": foreign.MOST_FAULTS,
    }
    faulty = bool(form.errors or (run and run.faults))
    return render(request, "ratings/import.html", context, status=refusal.status if refusal else 422 if faulty else 200)
