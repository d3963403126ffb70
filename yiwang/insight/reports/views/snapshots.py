"""Batches of other systems: taking one in, and comparing it with ours case by case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import actions, computing
from yiwang.insight.reports.queries import snapshots
from yiwang.insight.reports.views import asking
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Refusal
from yiwang.web import excel
from yiwang.web.deeds import or_again

HEAPS = {"ours": "仅我方有", "theirs": "仅对方有", "differing": "不一致"}


def _batches(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Every batch, and the form that takes one in."""
    by = doer(request)
    context = {
        "rows": snapshots.snapshots(by),
        "may_edit": by.may(Permission.REPORT_EDIT),
        "given": request.POST if refusal else {},
        "refusal": refusal,
    }
    return render(request, "reports/batches.html", context, status=refusal.status if refusal else 200)


batches = asking.page(_batches)


@require_POST
@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """Register a batch."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        content, name = asking.upload(request, "file")
        if content is None:
            raise Refusal("请选择文件（.xlsx）。", code="file", field="file")
        made = actions.take_in(
            organ_id=by.organ_id or 0,
            source=request.POST.get("source", ""),
            batch=request.POST.get("batch", ""),
            title=request.POST.get("title", ""),
            from_on=asking.day(request, "from_on") or date.min,
            until_on=asking.day_behind(request, "until_on") or date.min,
            cut_off=asking.cut_off(request, "cut_off", at) or at,
            content=content,
            name=name,
            by=by,
            at=at,
        )
        messages.success(request, f"已登记批次{made.batch}。")
        return redirect("report-batch", snapshot_id=made.pk)

    return or_again(deed, lambda refusal: _batches(request, refusal))


def _batch(request: HttpRequest, snapshot_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """One batch, and what the comparison found; its heaps as Excel on request."""
    by, at = doer(request), now()
    found = snapshots.snapshot(by, snapshot_id)
    if request.GET.get("format") == "xlsx" and found.compared:
        return _exported(found, by, at)
    compared = found.compared or {}
    context = {
        "s": found,
        "last_day": date.fromordinal(found.until_on.toordinal() - 1),
        "indicators": [(key, *said) for key, said in computing.known(day_of(at)).items()],
        "heaps": [(title, compared[key], compared[f"{key}_shown"][:50]) for key, title in HEAPS.items()]
        if compared
        else [],
        "may_edit": by.may(Permission.REPORT_EDIT, found.organ_id),
        "refusal": refusal,
    }
    return render(request, "reports/batch.html", context, status=refusal.status if refusal else 200)


batch = asking.page(_batch)


def _exported(found: Any, by: Doer, at: Any) -> HttpResponse:
    rows: list[tuple[object, ...]] = []
    for key, title in HEAPS.items():
        for one in found.compared[f"{key}_shown"]:
            rows.append((title, *one) if isinstance(one, list) else (title, one, "", ""))
    return excel.response(
        title=f"对账_{found.batch}",
        scope=f"{found.source}批次{found.batch}与本系统指标{found.compared['indicator']}逐件比对",
        by=by,
        at=at,
        columns=["情形", "办件编号", "我方", "对方"],
        rows=rows,
    )


@require_POST
@login_required
def compare(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """对账."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        actions.compare(snapshot_id=snapshot_id, indicator=request.POST.get("indicator", ""), by=by, at=at)
        messages.success(request, "对账完成。")
        return redirect("report-batch", snapshot_id=snapshot_id)

    return or_again(deed, lambda refusal: _batch(request, snapshot_id, refusal))
