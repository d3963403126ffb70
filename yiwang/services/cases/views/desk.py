"""The desk: a department's cases, the review page with its steps, supervision."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import now
from yiwang.foundation.files.queries import awaits_original, stored_file
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.process import PHASES
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as matter_queries
from yiwang.matters.actions import once
from yiwang.services.cases import actions, queries
from yiwang.services.cases.held.rules import Ground
from yiwang.services.cases.models import CaseMaterial
from yiwang.services.cases.queries.review import MaterialOnDesk
from yiwang.services.cases.step_forms import step_form
from yiwang.services.cases.views.requests import (
    form_body,
    grounds,
    idempotency_key,
    shortcomings,
    step_values,
)
from yiwang.web import excel
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number

IMAGES = {"jpg", "jpeg", "png"}
MOST_EXPORTED = 20_000


@require_GET
@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    """本单位办件: open ones by phase, any by number; as Excel on request."""
    by, at = doer(request), now()
    phase, reference = request.GET.get("phase", ""), request.GET.get("reference", "").strip()[:50]
    if phase and phase not in PHASES:
        raise Refusal("没有这个办理阶段。", code="phase", field="phase")
    exporting = request.GET.get("format") == "xlsx"
    before = whole_number(request.GET.get("before"), "before")
    size = MOST_EXPORTED if exporting else queries.desk.PAGE
    rows, following = queries.desk_cases(by, phase=phase, reference=reference, before=before, size=size)
    if exporting:
        return excel.response(
            title="本单位办件",
            scope=f"本单位在办件，阶段：{PHASES.get(phase, '全部')}，按收件先后倒序",
            by=by,
            at=at,
            columns=["办理编号", "事项", "申请人", "收件时间", "状态", "最迟"],
            rows=[(r.reference, r.title, r.applicant, r.received_at, r.state_title, r.due_on) for r in rows],
        )
    context = {
        "rows": rows,
        "next": following,
        "phases": list(PHASES.items())[:-1],
        "phase": phase,
        "reference": reference,
        "query": urlencode({"phase": phase, "reference": reference}),
    }
    return render(request, "cases/desk_cases.html", context)


@require_GET
@login_required
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Screen 7."""
    return _review(request, reference)


def _review(
    request: HttpRequest,
    reference: str,
    refusal: Refusal | None = None,
    *,
    step: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    """The page; after a refused ``step`` with everything that was typed still there."""
    by, at = doer(request), now()
    shown = queries.review(by, reference, at)
    if form is not None:
        shown = replace(
            shown,
            steps=[
                replace(one, open=one.name == step, form=form if one.name == step else one.form) for one in shown.steps
            ],
            materials=[_as_typed(one, request) for one in shown.materials]
            if step == "ask-correction"
            else [replace(one, ticked=one.row.code in request.POST.getlist("checked")) for one in shown.materials],
        )
    preview = None
    if request.GET.get("file"):
        preview = stored_file(by, whole_number(request.GET["file"], "file") or 0)
    context = {
        "c": shown,
        "verdicts": CaseMaterial.Verdict.choices,
        "grounds": Ground.choices,
        "preview": {
            "pk": preview.pk,
            "name": preview.name,
            "is_image": preview.kind in IMAGES,
            "awaits_original": awaits_original(by, preview),
        }
        if preview
        else None,
        # asked closely when the forms are loaded: here only whether it is worth offering them
        "may_move": not shown.closed and (by.may(matter_queries.ASSIGN) or bool(shown.steps)),
        "refusal": refusal,
    }
    return render(request, "cases/review.html", context, status=refusal.status if refusal else 200)


def _as_typed(one: MaterialOnDesk, request: HttpRequest) -> MaterialOnDesk:
    code = one.row.code
    return replace(
        one,
        asked=code in request.POST.getlist("ask"),
        reason=request.POST.get(f"reason-{code}", ""),
        ground=request.POST.get(f"ground-{code}", ""),
    )


@require_POST
@login_required
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Take a step. A refusal comes back on the same page with everything else as it was."""
    by, at = doer(request), now()

    def deed() -> tuple[int, str]:
        standing = actions.take(
            reference=reference,
            step=step,
            by=by,
            at=at,
            version=whole_number(request.POST.get("version"), "version"),
            values=step_values(request.POST),
            shortcomings=(demanded := shortcomings(request.POST)),
            checked=request.POST.getlist("checked"),
            # a ground left standing beside a material that is not ticked asks for nothing
            grounds={code: ground for code, ground in grounds(request.POST).items() if code in demanded},
        )
        return 303, matter_queries.process_of(standing).steps[step].title

    def taken() -> HttpResponse:
        key, route = idempotency_key(request), f"cases.step.{reference}.{step}"
        _, title = once(principal=by, route=route, key=key, body=form_body(request), at=at, deed=deed)
        messages.success(request, f"已办理：{title}。")
        return redirect(f"/desk/cases/{reference}/")

    def again(refusal: Refusal) -> HttpResponse:
        declared = matter_queries.process_of(matter_queries.matter(by, reference)).steps[step]
        form = step_form(declared, request.POST)
        form.full_clean()
        return _review(request, reference, refusal, step=step, form=form)

    return or_again(taken, again)


@require_POST
@login_required
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the findings on every material of the page."""
    by, at = doer(request), now()
    findings = {
        name.removeprefix("verdict-"): (str(value), request.POST.get(f"note-{name.removeprefix('verdict-')}", ""))
        for name, value in request.POST.items()
        if name.startswith("verdict-")
    }

    def deed() -> HttpResponse:
        actions.check(reference=reference, findings=findings, by=by, at=at)
        messages.success(request, "核对结果已保存。")
        return redirect(f"/desk/cases/{reference}/")

    return or_again(deed, lambda refusal: _review(request, reference, refusal))


@require_POST
@login_required
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """签收 a seat of this case."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        seen = whole_number(request.POST.get("version"), "version")
        matters.claim(reference=reference, seat=request.POST.get("seat", ""), by=by, at=at, version=seen)
        messages.success(request, "已签收。")
        return redirect(f"/desk/cases/{reference}/")

    return or_again(deed, lambda refusal: _review(request, reference, refusal))


@require_POST
@login_required
def urge(request: HttpRequest, reference: str) -> HttpResponse:
    """催办 by a supervisor."""
    matters.urge(reference=reference, text=request.POST.get("text", ""), by=doer(request), at=now())
    messages.success(request, f"已催办 {reference}。")
    back = request.headers.get("Referer", "")
    return redirect("/desk/supervision/" if "/desk/supervision/" in back else f"/desk/cases/{reference}/")


@require_GET
@login_required
def supervision(request: HttpRequest) -> HttpResponse:
    """Screen 8: due today, within a day, overdue, by days left, with 催办."""
    by, at = doer(request), now()
    band = request.GET.get("band", "")
    if band not in queries.supervision.BANDS:
        raise Refusal("没有这个筛选条件。", code="band", field="band")
    organ_id = whole_number(request.GET.get("organ"), "organ")
    exporting = request.GET.get("format") == "xlsx"
    loads = queries.load_by_organ(by, at.date())
    rows, following = queries.supervised(
        by, at, band=band, organ_id=organ_id, cursor=request.GET.get("cursor"), size=100 if exporting else 30
    )
    title = queries.supervision.BANDS[band]
    if exporting:
        while following:
            more, following = queries.supervised(by, at, band=band, organ_id=organ_id, cursor=following, size=100)
            rows += more
            if len(rows) >= MOST_EXPORTED:
                break
        return excel.response(
            title=f"效能监督_{title}",
            scope=f"{title}，按最迟日先后",
            by=by,
            at=at,
            columns=["最迟", "剩余", "办理编号", "事项", "单位", "经办人", "状态", "已催办次数"],
            rows=[
                (
                    r["due_on"],
                    r["left_text"],
                    r["reference"],
                    r["title"],
                    r["organ"],
                    r["holder"],
                    r["seat_title"],
                    r["urged"],
                )
                for r in rows
            ],
        )
    shown = [load for load in loads if organ_id is None or load.organ_id == organ_id]
    counts = {name: sum(getattr(load, name) for load in shown) for name in ("open", "today", "soon", "late")}
    context = {
        "rows": rows,
        "next": following,
        "band_title": title,
        "counts": counts,
        "by_organ": loads,
        "query": urlencode({"band": band, **({"organ": organ_id} if organ_id else {})}),
    }
    return render(request, "cases/supervision.html", context)


@require_GET
@login_required
def wall(request: HttpRequest) -> HttpResponse:
    """Screen 9, on a wall."""
    return render(request, "cases/wall.html", queries.wall(doer(request), now()))
