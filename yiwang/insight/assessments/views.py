"""Pages of assessments: a month by unit and counter, counting it, a unit's answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.insight.assessments import actions, queries, rules
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.web import excel
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


@require_GET
@login_required
def month(request: HttpRequest) -> HttpResponse:
    """One month by unit and by counter; as Excel on request."""
    return _month(request, request.GET.get("month"))


def _month(request: HttpRequest, raw: str | None, refusal: Refusal | None = None) -> HttpResponse:
    by, at = doer(request), now()
    asked = rules.month_of(raw, day_of(at))
    shown = queries.assessment(by, asked, day_of(at))
    if shown is not None and request.GET.get("format") == "xlsx":
        lines = [line for row in (*shown.units, *shown.counters) for line in row.lines if line is not None]
        return excel.response(
            title=f"{asked:%Y-%m}窗口和单位考核",
            scope=f"从办理、评价、监督件和热线工单的记录统计，截至{shown.assessment.facts_as_of:%Y-%m-%d %H:%M}；"
            f"分母小于{shown.assessment.small}的注明样本小",
            by=by,
            at=at,
            columns=["类别", "对象", "指标", "分子", "分母", "结果", "样本小"],
            rows=[
                (
                    one.get_about_display(),
                    one.name,
                    one.title,
                    one.numerator,
                    one.denominator,
                    one.value,
                    "是" if one.small else "",
                )
                for one in lines
            ],
        )
    context = {
        "month": asked,
        "months": queries.months(by),
        "shown": shown,
        "may_count": by.may(Permission.CASE_SUPERVISE) and rules.following(asked) <= day_of(at),
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "assessments/month.html", context, status=refusal.status if refusal else 200)


@require_GET
@login_required
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """The records one figure was counted from."""
    page = whole_number(request.GET.get("page"), "page") or 1
    shown = queries.behind(doer(request), line_id, day_of(now()), page=page)
    context = {"b": shown, "found": shown.found, "declared": shown.figure._indicator, "figure": shown.figure}
    return render(request, "assessments/line.html", context)


@require_POST
@login_required
def count(request: HttpRequest) -> HttpResponse:
    """Count the month."""
    raw = request.POST.get("month")

    def deed() -> HttpResponse:
        made = actions.count(month=rules.month_of(raw, day_of(now())), by=doer(request), at=now())
        messages.success(request, "已统计。")
        return redirect(f"/desk/assessments/?month={made.month:%Y-%m}")

    return or_again(deed, lambda refusal: _month(request, raw, refusal))


@require_POST
@login_required
def answer(request: HttpRequest) -> HttpResponse:
    """The unit's answer."""
    raw = request.POST.get("month")

    def deed() -> HttpResponse:
        month = rules.month_of(raw, day_of(now()))
        actions.answer(month=month, text=request.POST.get("text", ""), by=doer(request), at=now())
        messages.success(request, "说明已提交。")
        return redirect(f"/desk/assessments/?month={month:%Y-%m}")

    return or_again(deed, lambda refusal: _month(request, raw, refusal))
