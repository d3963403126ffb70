"""统一窗口出件: what is coming, what waits, whom to ask to come, what was handed out and by which receipt."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases import actions, queries
from yiwang.services.cases.queries import handing_out
from yiwang.services.cases.reminders import reminders
from yiwang.web import excel

SHOWN = 200  # lines of a page; the Excel has them all
MOST_AT_ONCE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_out(request: HttpRequest) -> HttpResponse:
    """The heaps of the window. A search is posted: the number of an identity card belongs in no address."""
    by, at = doer(request), now()
    find = (request.POST.get("q") or request.GET.get("q") or "").strip()[:200]
    heap = request.GET.get("show", "")
    if request.GET.get("format") == "xlsx":
        rows, _ = queries.hand_out(by, at, heap=heap)
        return _exported(rows, handing_out.HEAPS.get(heap, handing_out.HEAPS[""]), by)
    forgotten_after = reminders(day_of(at)).forgotten
    rows, counts = queries.hand_out(by, at, find=find, heap=heap, most=SHOWN + 1, forgotten_after=forgotten_after)
    shown = [asdict(row) | _words(row) for row in rows[:SHOWN]]
    context = {
        "rows": shown,
        "more": len(rows) > SHOWN,
        "counts": counts,
        "heaps": list(handing_out.HEAPS.items()),
        "show": heap,
        "searched": bool(find),
        "arriving": any(row["can_arrive"] for row in shown),
        "forgotten_days": forgotten_after,
    }
    return render(request, "cases/hand_out.html", context)


@require_POST
@login_required
def arrive(request: HttpRequest) -> HttpResponse:
    """The courier's bag is emptied: everything ticked is taken over against its slip, one step each."""
    by, at = doer(request), now()
    handing_out.require_window(by)
    references = request.POST.getlist("reference")[:MOST_AT_ONCE]
    if not references:
        raise Refusal("请勾选已经收到的结果。", code="nothing-ticked", field="reference")
    taken = 0
    for reference in references:
        try:
            actions.take(reference=reference, step="arrive", by=by, at=at)
            taken += 1
        except Refusal as refusal:
            messages.warning(request, f"{reference[:20]}：{refusal.says}")
    if taken:
        messages.success(request, f"已接收{taken}件，正在通知申请人领取。")
    return redirect("/desk/hand-out/?show=coming")


@require_POST
@login_required
def urge(request: HttpRequest, reference: str) -> HttpResponse:
    """催领."""
    actions.urge_collection(reference=reference, by=doer(request), at=now())
    messages.success(request, f"已再次通知申请人领取 {reference}。")
    return redirect("/desk/hand-out/?show=waiting")


def _words(row: handing_out.ResultRow) -> dict[str, Any]:
    if row.handed_at:
        status, tone, action = (f"{row.receiver}", "off", "")
    elif row.kept_back:
        status, tone, action = f"证照{row.kept_back}，不得发放", "late", ""
    elif row.forgotten:
        status, tone, action = "逾期未领", "late", "出件"
    elif row.arrived_at:
        status, tone, action = "待领取", "ok", "出件"
    else:
        status, tone, action = "在途", "calm", "接收"
    waiting = bool(row.arrived_at and not row.handed_at and not row.kept_back)
    return {
        "status": status,
        "tone": tone,
        "action": action,
        "can_arrive": not row.arrived_at,
        "can_urge": waiting,
    }


def _exported(rows: list[handing_out.ResultRow], heap: str, by: Doer) -> HttpResponse:
    columns = ["办理编号", "事项", "申请人", "取件方式", "流转凭证", "移交时间", "到窗时间", "在窗天数", "已催领次数"]
    columns += ["出件时间", "领取方式", "寄件单号", "送达回执", "状态"]
    return excel.response(
        title=f"统一出件清单_{heap}",
        scope=f"本出件窗口的结果，{heap}",
        by=by,
        at=now(),
        columns=columns,
        rows=[
            (
                *(r.reference, r.title, r.applicant, r.delivery, r.slip, r.sent_at, r.arrived_at, r.waited, r.told),
                *(r.handed_at, r.receiver, r.tracking, r.receipt, _words(r)["status"] or r.state_title),
            )
            for r in rows
        ],
    )
