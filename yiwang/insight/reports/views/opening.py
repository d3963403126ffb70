"""The list of reports, opening one, and the template it begins with."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import actions, queries
from yiwang.insight.reports.exports import layouts, ownpage
from yiwang.insight.reports.views import asking
from yiwang.insight.reports.views.files import WORD
from yiwang.kernel.refusal import Refusal
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


def _editions(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Every report the viewer may see, and what may be opened anew."""
    by, on = doer(request), day_of(now())
    context = {
        "rows": queries.editions(by, on),
        "templates": [(one, one.title.replace("{{ year }}", str(on.year))) for one in queries.templates(by)],
        "organs": organs.organ_names({one.organ_id for one in queries.templates(by)}, on),
        "year": on.year,
        "on": on,
        "refusal": refusal,
    }
    return render(request, "reports/editions.html", context, status=refusal.status if refusal else 200)


editions = asking.page(_editions)


@require_POST
@login_required
def open_report(request: HttpRequest) -> HttpResponse:
    """Open a year's report."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        opened = actions.open_report(
            template_id=whole_number(request.POST.get("template"), "template") or 0,
            year=whole_number(request.POST.get("year"), "year") or 0,
            by=by,
            at=at,
        )
        messages.success(request, "已开办，收集通知已发出。请取数并发出填报任务。")
        return redirect("report", reference=opened.reference)

    return or_again(deed, lambda refusal: _editions(request, refusal))


def _template(request: HttpRequest, template_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """The template of a report."""
    found = queries.template(doer(request), template_id)
    sections = [{**one, "text": request.POST.get(f"text-{one['id']}", one.get("text", ""))} for one in found.sections]
    must = [(name, title) for name, title in (layouts.MUST | layouts.MAY).items()]
    own = bytes(found.layout) if found.layout else None
    context = {
        "t": found,
        "sections": sections,
        "refusal": refusal,
        "must": must,
        "fonts": ownpage.fonts(own) if own else {},
        "left_out": ownpage.left_out(own) if own else [],
    }
    return render(request, "reports/template.html", context, status=refusal.status if refusal else 200)


template = asking.page(_template)


@require_POST
@login_required
def change_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Save the template."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        found = queries.template(by, template_id)
        texts = [{"id": one["id"], "text": request.POST.get(f"text-{one['id']}", "")} for one in found.sections]
        actions.change_template(
            template_id=template_id,
            title=request.POST.get("title", ""),
            main=asking.lines(request, "main"),
            copies=asking.lines(request, "copies"),
            sections=texts,
            by=by,
            at=at,
        )
        messages.success(request, "模板已保存。")
        return redirect("reports")

    return or_again(deed, lambda refusal: _template(request, template_id, refusal))


@login_required
@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, template_id: int) -> HttpResponse:
    """GET: the layout in use, or the one to begin with. POST: hand in the bureau's own, or go back to the house's page."""
    by, at = doer(request), now()
    if request.method == "GET":
        found = queries.template(by, template_id)
        content = bytes(found.layout) if found.layout and "starter" not in request.GET else layouts.starter()
        answer = HttpResponse(content, content_type=WORD)
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.layout_name or '报告版式.docx')}"
        return answer

    def deed() -> HttpResponse:
        upload = request.FILES.get("layout")
        if upload is None and "drop" not in request.POST:
            raise Refusal("请选择版式文件。", code="layout-missing", field="layout")
        if upload is not None and upload.size and upload.size > layouts.MOST:
            raise layouts.Unfit("版式文件超过2MB。", field="layout")
        content = upload.read() if upload is not None else None
        actions.change_layout(
            template_id=template_id, content=content, name=(upload.name or "") if upload else "", by=by, at=at
        )
        messages.success(request, "版式已启用，今后的报告用它排版。" if content else "已恢复为系统的公文版式。")
        return redirect("report-template", template_id=template_id)

    return or_again(deed, lambda refusal: _template(request, template_id, refusal))
