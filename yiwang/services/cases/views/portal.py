"""The citizen's pages: home, my cases, progress, correction, withdrawal, and the public progress page."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer, organ_names
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.services.cases import actions, queries
from yiwang.services.cases.limits import rate_limited
from yiwang.services.cases.models import CaseMaterial, Shortcoming
from yiwang.services.cases.views.requests import form_body, idempotency_key, step_values, uploaded
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide
from yiwang.web.inputs import whole_number

COMMON_WORDS = ("开饭店", "身份证丢了", "社保", "办营业执照", "建房子")
HOME_ITEMS = 8


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Screen 1: search first, then what waits for me."""
    by, at = doer(request), now()
    mine, _ = queries.my_cases(by, at) if by.kind == "citizen" else ([], None)
    offered = list(catalogue.items(guided=True, on=day_of(at))[:HOME_ITEMS])
    called = organ_names([item.organ_id for item in offered], day_of(at))
    promised = {
        guide.item_id: f"{guide.promised_days}{'个工作日' if guide.promised_unit == 'working-day' else '天'}"
        if guide.promised_days
        else "当场"
        for guide in Guide.objects.filter(item__in=offered, state=Guide.State.PUBLISHED, in_force__contains=day_of(at))
    }
    return render(
        request,
        "cases/home.html",
        {
            "common_words": COMMON_WORDS,
            "todos": [one for one in mine if one.todo],
            "open_count": sum(1 for one in mine if not one.closed) if by.kind == "citizen" else None,
            "items": [
                {
                    "code": item.code,
                    "name": item.name,
                    "organ": called[item.organ_id],
                    "promised": promised.get(item.pk, ""),
                }
                for item in offered
            ],
        },
    )


@require_GET
@login_required(login_url="/accounts/phone/")
def my(request: HttpRequest) -> HttpResponse:
    by, at = doer(request), now()
    cases, following = queries.my_cases(by, at, before=whole_number(request.GET.get("before"), "before"))
    page = {"cases": cases, "next": following, "drafts": queries.drafts_of(by, at), "elsewhere": _mine_elsewhere(by)}
    return render(request, "cases/my.html", page)


def _mine_elsewhere(by: Doer) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What else a citizen follows, under a heading each: (title, state, address), as the rooms above tell by name."""
    rooms = [names.hook[name](by) for name in names.hook if name.startswith("cases.mine-elsewhere.")]
    return [(heading, rows) for heading, rows in rooms if rows]


@require_GET
@login_required(login_url="/accounts/phone/")
def my_case(request: HttpRequest, reference: str) -> HttpResponse:
    shown = queries.progress(doer(request), reference, now())
    rate = names.slot["cases.rate-here"](reference) if "cases.rate-here" in names.slot else ""
    return render(request, "cases/progress.html", {"p": shown, "rate": rate})


@require_POST
@login_required(login_url="/accounts/phone/")
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    by, at = doer(request), now()

    def deed() -> tuple[int, str]:
        seen = whole_number(request.POST.get("version"), "version")
        actions.take(reference=reference, step="withdraw", by=by, at=at, version=seen)
        return 303, f"/my/cases/{reference}/"

    _, target = once(
        principal=by, route="cases.withdraw", key=idempotency_key(request), body=form_body(request), at=at, deed=deed
    )
    messages.success(request, "已撤回申请。")
    return redirect(target)


@require_POST
@login_required(login_url="/accounts/phone/")
def party_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """What else the law lets the applicant do: ask for a hearing or do without, challenge its chair, call it off."""
    by, at = doer(request), now()

    def deed() -> tuple[int, str]:
        actions.take(
            reference=reference,
            step=step,
            by=by,
            at=at,
            version=whole_number(request.POST.get("version"), "version"),
            values=step_values(request.POST),
        )
        return 303, f"/my/cases/{reference}/"

    if step not in {one.name for one in queries.progress(by, reference, at).steps}:
        raise Refusal("现在不能办理这一步，请刷新页面查看最新进展。", code="not-now")
    route, key = f"cases.party-step.{reference}.{step}", idempotency_key(request)
    _, target = once(principal=by, route=route, key=key, body=form_body(request), at=at, deed=deed)
    messages.success(request, "已提交。")
    return redirect(target)


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """What the one notice listed, each with its upload; handed in when everything is there."""
    by, at = doer(request), now()
    shown = queries.progress(by, reference, at)
    if request.method == "POST":

        def deed() -> tuple[int, str]:
            seen = whole_number(request.POST.get("version"), "version")
            actions.take(reference=reference, step="hand-in-correction", by=by, at=at, version=seen)
            return 303, f"/my/cases/{reference}/"

        _, target = once(
            principal=by,
            route="cases.hand-in-correction",
            key=idempotency_key(request),
            body=form_body(request),
            at=at,
            deed=deed,
        )
        messages.success(request, "补正材料已提交。")
        return redirect(target)
    return render(request, "cases/correct.html", {"p": shown, **_shortcomings(reference), "until": shown.latest})


@require_POST
@login_required(login_url="/accounts/phone/")
def supply(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    content, name = uploaded(request, "file")
    actions.supply(reference=reference, code=code, content=content, name=name, by=doer(request), at=now())
    messages.success(request, f"“{name}”已上传。")
    return redirect(f"/my/cases/{reference}/correct/#material-{code}")


def _shortcomings(reference: str) -> dict[str, object]:
    rows = list(Shortcoming.objects.filter(matter__reference=reference).order_by("-notice", "pk"))
    newest = [row for row in rows if row.notice == rows[0].notice]
    materials = {
        row.code: row
        for row in CaseMaterial.objects.filter(
            matter__reference=reference, code__in=[one.code for one in newest]
        ).prefetch_related("files")
    }
    return {
        "shortcomings": [
            {
                "code": one.code,
                "name": one.name,
                "reason": one.reason,
                "supplied_at": one.supplied_at,
                "files": list(materials[one.code].files.all()) if one.supplied_at else [],
            }
            for one in newest
        ]
    }


class EnquiryForm(forms.Form):
    """Number and 查询码 as printed on the receipt."""

    reference = forms.CharField(label="办理编号或办件编号", max_length=50, error_messages={"required": "请填写编号。"})
    code = forms.CharField(label="查询码", max_length=16, error_messages={"required": "请填写查询码。"})


@require_GET
def public_progress(request: HttpRequest) -> HttpResponse:
    """Rate-limited by address; a wrong pair gives one answer whatever was wrong."""
    if not request.GET.get("reference") and not request.GET.get("code"):
        return render(request, "cases/progress_public.html", {"form": EnquiryForm()})
    form = EnquiryForm(request.GET)
    context: dict[str, object] = {"form": form}
    status = 200
    if form.is_valid():
        try:
            rate_limited(request.META.get("REMOTE_ADDR", ""), now())
            context["p"] = queries.public_progress(form.cleaned_data["reference"], form.cleaned_data["code"], now())
        except Refusal as refusal:
            if refusal.status == 404 and (elsewhere := _elsewhere(**form.cleaned_data)):
                return redirect(elsewhere)
            context["refusal"], status = refusal, refusal.status
    else:
        status = 422
    return render(request, "cases/progress_public.html", context, status=status)


def _elsewhere(reference: str, code: str) -> str:
    """Where a number of another kind (a relayed case, an order) is shown; asked by name of the rooms that have such numbers."""
    rooms = (name for name in names.hook if name.startswith("cases.progress-elsewhere."))
    return next((found for found in (str(names.hook[room](reference, code)) for room in rooms) if found), "")
