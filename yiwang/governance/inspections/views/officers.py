"""Pages of officers with a certificate: entered, renewed, gone; and of a supervision item that ends."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.inspections import actions, queries
from yiwang.governance.inspections.forms import EndItemForm, LeaveForm, OfficerForm
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed
from yiwang.web.deeds import through

BACK = "/desk/inspections/names/"
NOTE = "执法证号、执法范围、有效期照执法证填写。有效期过后不再参加抽取，也不能派出。"


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """登记执法检查人员, a colleague who is not entered yet."""
    by, at = doer(request), now()
    organ_id = by.organ_id
    if organ_id is None or not by.may(Permission.INSPECTION_EDIT, organ_id):
        raise NotAllowed("只有本单位的事项管理人员可以登记执法检查人员。")
    staff = [(str(pk), name) for pk, name in queries.not_entered(organ_id, day_of(at))]
    form = OfficerForm(request.POST or None, staff=staff)

    def deed() -> HttpResponse:
        given = dict(form.cleaned_data)
        account_id = given.pop("account")
        kept = actions.register_inspector(account_id=account_id, organ_id=organ_id, **given, by=by, at=at)
        messages.success(request, f"已登记执法检查人员{kept.code}。")
        return redirect("inspection-names")

    return through(request, form, deed, title="登记执法检查人员", note=NOTE, submit="登记", back=BACK)


@require_http_methods(["GET", "POST"])
@login_required
def keep(request: HttpRequest, inspector_id: int) -> HttpResponse:
    """换证、回岗."""
    by, at = doer(request), now()
    one, name = queries.inspector(by, inspector_id)
    form = OfficerForm(request.POST or None, initial={"scope": one.scope, "valid_until": one.valid_until})

    def deed() -> HttpResponse:
        actions.keep_inspector(inspector_id=inspector_id, **form.cleaned_data, by=by, at=at)
        messages.success(request, f"已更新{name}的执法证。")
        return redirect("inspection-names")

    return through(request, form, deed, title=f"换证：{name}（{one.code}）", note=NOTE, submit="保存", back=BACK)


@require_http_methods(["GET", "POST"])
@login_required
def end(request: HttpRequest, inspector_id: int) -> HttpResponse:
    """离岗."""
    by, at = doer(request), now()
    one, name = queries.inspector(by, inspector_id)
    form = LeaveForm(request.POST or None, initial={"left_on": day_of(at)})

    def deed() -> HttpResponse:
        left = actions.end_inspector(inspector_id=inspector_id, **form.cleaned_data, by=by, at=at)
        messages.success(request, f"{name}已离岗，今后不再抽取和派出。")
        if left:
            messages.warning(request, f"还有{left}次没有检查的任务派了{name}，请改派。")
        return redirect("inspection-names")

    note = "离岗之后不再参加抽取，不能派出，也不能填写、签署检查记录；以前的记录不变。"
    return through(request, form, deed, title=f"离岗：{name}（{one.code}）", note=note, submit="确认离岗", back=BACK)


@require_http_methods(["GET", "POST"])
@login_required
def end_item(request: HttpRequest, code: str) -> HttpResponse:
    """取消监管事项, by whoever oversees."""
    by, at = doer(request), now()
    item, claims = queries.standing_item(by, code)
    form = EndItemForm(request.POST or None, initial={"last_on": day_of(at)})

    def deed() -> HttpResponse:
        actions.end_item(code=code, **form.cleaned_data, by=by, at=at)
        messages.success(request, f"已取消监管事项{code}。")
        return redirect("supervision-items")

    note = f"{item.code}　{item.title}。{claims}个单位的认领随之终止；以前年度的认领率、覆盖率不变。"
    back = "/desk/supervision-items/"
    return through(request, form, deed, title="取消监管事项", note=note, submit="取消该事项", back=back)
