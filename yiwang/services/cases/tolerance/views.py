"""Pages of promises: the public list, what I still have to bring, and what the desk has to check."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer, organ_name
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.services.cases import actions as cases
from yiwang.services.cases import queries as case_queries
from yiwang.services.cases.tolerance import actions, queries
from yiwang.services.cases.tolerance.rules import Listed
from yiwang.services.cases.views.requests import form_body, idempotency_key, uploaded
from yiwang.web import excel
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """容缺受理和告知承诺清单: which items, which materials, the promise word for word, how it is checked. For everybody."""
    on = day_of(now())
    found, rows = queries.public_list(on)
    organs = {row.organ_id: organ_name(row.organ_id, on) for row in rows}
    if request.GET.get("format") == "xlsx":
        return _exported_list(request, rows, organs)
    context = {"list": found, "rows": [(row, organs[row.organ_id]) for row in rows]}
    return render(request, "cases/promise_list.html", context)


def _exported_list(request: HttpRequest, rows: list[Listed], organs: dict[int, str]) -> HttpResponse:
    return excel.response(
        title="容缺受理和告知承诺事项清单",
        scope="当日有效的清单和办事指南；容缺材料可以后补，承诺材料可以用书面承诺代替",
        by=doer(request),
        at=now(),
        columns=(
            "事项",
            "部门",
            "可以后补的材料",
            "受理后多久补齐",
            "可以用承诺代替的材料",
            "告知的条件",
            "决定后多久核查",
        ),
        rows=[
            (
                row.name,
                organs[row.organ_id],
                "、".join(one.name for one in row.deferrable),
                row.within,
                "、".join(one.name for one in row.promisable),
                "；".join(row.conditions),
                row.checked_within,
            )
            for row in rows
        ],
    )


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def make_good(request: HttpRequest, reference: str) -> HttpResponse:
    """容缺后补: what I promised to bring, each with its upload; handed in when everything is there."""
    by, at = doer(request), now()
    shown = case_queries.progress(by, reference, at)
    if request.method == "POST":

        def deed() -> tuple[int, str]:
            seen = whole_number(request.POST.get("version"), "version")
            cases.take(reference=reference, step="make-good", by=by, at=at, version=seen)
            return 303, f"/my/cases/{reference}/"

        def handed_in() -> HttpResponse:
            key, body = idempotency_key(request), form_body(request)
            _, target = once(principal=by, route="cases.make-good", key=key, body=body, at=at, deed=deed)
            messages.success(request, "容缺材料已补齐。")
            return redirect(target)

        return or_again(handed_in, lambda refusal: _page(request, reference, shown, refusal))
    return _page(request, reference, shown)


def _page(
    request: HttpRequest, reference: str, shown: case_queries.Progress, refusal: Refusal | None = None
) -> HttpResponse:
    context = {"p": shown, "promise": queries.deferral(reference), "refusal": refusal}
    return render(request, "cases/make_good.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required(login_url="/accounts/phone/")
def supply(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """One file of one promised material."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        content, name = uploaded(request, "file")
        actions.make_good(reference=reference, code=code, content=content, name=name, by=by, at=at)
        messages.success(request, f"“{name}”已上传。")
        return redirect(f"/my/cases/{reference}/make-good/#material-{code}")

    return or_again(deed, lambda refusal: _page(request, reference, case_queries.progress(by, reference, at), refusal))


@require_GET
@login_required
def promises(request: HttpRequest) -> HttpResponse:
    """告知承诺 to check, by day; or the record of broken promises."""
    return _promises(request)


def _promises(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    by, on = doer(request), day_of(now())
    broken = request.GET.get("broken") == "1"
    rows = queries.promises(by, on, broken=broken)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="承诺失信记录" if broken else "待核查的告知承诺",
            scope="本单位没有兑现或者不实的承诺" if broken else "本单位告知承诺办理、还没有核查的办件，按最迟核查日",
            by=by,
            at=now(),
            columns=("办件编号", "事项", "承诺内容", "最迟核查日", "状态", "失信记录至"),
            rows=[
                (
                    one.reference,
                    one.item,
                    one.row.text,
                    one.check_by,
                    one.row.get_status_display(),
                    one.row.barred_until,
                )
                for one in rows
            ],
        )
    context = {
        "rows": rows,
        "broken": broken,
        "may_check": by.may(Permission.CASE_REVIEW),
        "refusal": refusal,
    }
    return render(request, "cases/promises.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def check(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Write down what the check found."""
    by, at = doer(request), now()
    truthful = request.POST.get("found") == "true"

    def deed() -> HttpResponse:
        if request.POST.get("found") not in {"true", "false"}:
            raise Refusal("请选择核查结果。", code="found", field="found")
        promise = actions.check_promise(
            promise_id=promise_id, truthful=truthful, note=request.POST.get("note", ""), by=by, at=at
        )
        opened = f"，已提出撤销 {promise.ending}" if promise.ending else ""
        messages.success(request, f"核查结果已记录{opened}。")
        return redirect("/desk/promises/")

    return or_again(deed, lambda refusal: _promises(request, refusal))
