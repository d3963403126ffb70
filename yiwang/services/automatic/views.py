"""Pages of tables for who drafts and publishes them, of audits, and of receipts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.services.automatic import actions, forms, queries, sources
from yiwang.services.automatic.models import TableVersion
from yiwang.web.deeds import or_again

LARGEST = 2**31 - 1


@require_GET
@login_required
def tables(request: HttpRequest) -> HttpResponse:
    """Every table this viewer sees, with what it decided and its open defects."""
    found = list(queries.tables(doer(request)))
    return render(request, "automatic/tables.html", {"rows": [_in_list(one) for one in found]})


def _in_list(one: Any) -> dict[str, Any]:
    states = dict(one.versions.values_list("state", "number"))
    return {"table": one, "in_use": states.get("published"), "draft": states.get("draft")}


@require_GET
@login_required
def table(request: HttpRequest, code: str) -> HttpResponse:
    """All versions of a table and its defects."""
    return _table(request, code)


def _table(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    by = doer(request)
    found = queries.table(by, code)
    context = {
        "table": found,
        "versions": list(found.versions.all()),
        "defects": queries.defects(by, found),
        "may_edit": by.may(Permission.TABLE_EDIT, found.item.organ_id),
        "may_close": any(by.may(one, found.item.organ_id) for one in (Permission.TABLE_EDIT, Permission.TABLE_PUBLISH)),
        "refusal": refusal,
    }
    return render(request, "automatic/table.html", context, status=refusal.status if refusal else 200)


@require_GET
@login_required
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version: its rows, its dry run case by case, publishing."""
    return _version(request, code, number)


def _version(request: HttpRequest, code: str, number: int, refusal: Refusal | None = None) -> HttpResponse:
    by = doer(request)
    found = queries.version(by, code, min(number, LARGEST))
    organ_id = found.table.item.organ_id
    trial = found.trials.order_by("-id").first()
    lines = sorted(trial.lines, key=lambda line: line["change"] != "flip") if trial else []
    draft = found.state == TableVersion.State.DRAFT
    context = {
        "version": found,
        "table": found.table,
        "grid": queries.grid(queries.declared(found), _choices(found)),
        "trial": trial,
        "current": bool(trial and trial.digest == found.digest),
        "lines": [line | queries.trial_words(line) for line in lines[:200]],
        "may_try": draft and by.may(Permission.TABLE_EDIT, organ_id),
        "may_edit": draft and by.may(Permission.TABLE_EDIT, organ_id),
        "may_publish": draft and by.may(Permission.TABLE_PUBLISH, organ_id),
        "may_stop": found.state == TableVersion.State.PUBLISHED and by.may(Permission.TABLE_PUBLISH, organ_id),
        "refusal": refusal,
    }
    return render(request, "automatic/version.html", context, status=refusal.status if refusal else 200)


def _choices(found: TableVersion) -> dict[str, dict[str, str]]:
    known = {one.name: dict(one.choices) for one in sources.available(found.guide)}
    return {column.id: known.get(column.fact, {}) for column in queries.declared(found).columns}


def _in_words(shown: queries.ReceiptOnPage) -> queries.ReceiptOnPage:
    """Coded facts by what they mean: 存续, not ``open``. The file keeps the codes, which is what was decided on."""
    choices = _choices(shown.row.version)
    facts = [
        {**one, "shown": choices.get(one["column"], {}).get(str(one["value"]), one["shown"])} for one in shown.facts
    ]
    return replace(shown, facts=facts)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The grid: the draft there is, or the newest version as the beginning of one."""
    by, at = doer(request), now()
    owner = queries.table(by, code)
    newest = queries.newest(by, code)
    declared, guide = queries.declared(newest), queries.guide_of(newest, at)
    available = sources.available(guide)
    if request.method == "GET":
        context = {"table": owner, "newest": newest, **forms.grid(declared, available)}
        return render(request, "automatic/edit.html", context)
    try:
        kept = actions.draft(data=forms.read(request.POST, declared, available), by=by, at=at)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        context = {"table": owner, "newest": newest, "refusal": refusal, "faults": refusal.faults}
        context |= forms.grid(declared, available, request.POST)
        return render(request, "automatic/edit.html", context, status=refusal.status)
    messages.success(request, f"第{kept.number}版草稿已保存，发布前请试运行。")
    again = request.POST.get("go") == "more"
    return redirect(f"/desk/tables/{code}/draft/" if again else f"/desk/tables/{code}/{kept.number}/")


@require_POST
@login_required
def try_out(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """试运行."""

    def deed() -> HttpResponse:
        trial = actions.try_out(code=code, number=min(number, LARGEST), by=doer(request), at=now())
        messages.success(request, f"已用{trial.cases}件以往办件试运行，{trial.flips}件结论会改变。")
        return redirect(f"/desk/tables/{code}/{number}/")

    return or_again(deed, lambda refusal: _version(request, code, number, refusal))


@require_POST
@login_required
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """发布."""
    accepts = request.POST.get("accepts_flips") == "1"

    def deed() -> HttpResponse:
        actions.publish(code=code, number=min(number, LARGEST), accepts_flips=accepts, by=doer(request), at=now())
        messages.success(request, f"第{number}版已发布，新收的办件按它判定。")
        return redirect(f"/desk/tables/{code}/")

    return or_again(deed, lambda refusal: _version(request, code, number, refusal))


@require_POST
@login_required
def stop(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """停用."""

    def deed() -> HttpResponse:
        actions.stop(code=code, number=min(number, LARGEST), by=doer(request), at=now())
        messages.success(request, "已停用，新收的办件由人工办理。")
        return redirect(f"/desk/tables/{code}/")

    return or_again(deed, lambda refusal: _version(request, code, number, refusal))


@require_POST
@login_required
def close_defect(request: HttpRequest, defect_id: int) -> HttpResponse:
    """What was done about a defect."""
    by = doer(request)
    code = queries.table_of_defect(by, defect_id)

    def deed() -> HttpResponse:
        actions.close_defect(defect_id=defect_id, resolution=request.POST.get("resolution", ""), by=by, at=now())
        messages.success(request, "缺陷已处理。")
        return redirect(f"/desk/tables/{code}/")

    return or_again(deed, lambda refusal: _table(request, code, refusal))


@require_GET
@login_required
def audits(request: HttpRequest) -> HttpResponse:
    """What has been drawn for a person to decide again."""
    done = request.GET.get("done") == "1"
    return render(request, "automatic/audits.html", {"rows": queries.audits(doer(request), done=done), "done": done})


@require_http_methods(["GET", "POST"])
@login_required
def audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One drawn decision: the receipt, the case behind it, agree or not."""
    by = doer(request)
    found = queries.audit(by, audit_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("verdict") not in {"agrees", "disagrees"}:
                raise Refusal("请选择抽查结论。", code="verdict", field="verdict")
            agrees, note = request.POST["verdict"] == "agrees", request.POST.get("note", "")
            actions.answer(audit_id=audit_id, agrees=agrees, note=note, by=by, at=now())
        except Refusal as refused:
            if refused.status == 404:
                raise
            refusal = refused
        else:
            messages.success(request, "抽查结论已记录。" if agrees else "已记录，并给决策表开了缺陷。")
            return redirect("/desk/audits/")
    shown = _in_words(queries.receipt(by, found.receipt.number))
    context = {"audit": found, "r": shown, "refusal": refusal, "note": request.POST.get("note", "")}
    return render(request, "automatic/audit.html", context, status=refusal.status if refusal else 200)


@require_GET
@login_required(login_url="/accounts/phone/")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt, for the applicant and for the organ's people."""
    by = doer(request)
    shown = _in_words(queries.receipt(by, number))
    found = shown.row.version
    context = {"r": shown, "grid": queries.grid(queries.declared(found), _choices(found), fired=shown.row.row)}
    context["base"] = "web/desk.html" if by.kind == "staff" else "web/base.html"
    return render(request, "automatic/receipt.html", context)


@require_GET
@login_required(login_url="/accounts/phone/")
def receipt_file(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a file, for ``./yw receipt verify``."""
    shown = queries.receipt(doer(request), number)
    response = HttpResponse(shown.row.text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{shown.row.number}.json"'
    return response
