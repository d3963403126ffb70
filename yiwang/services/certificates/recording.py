"""补录: a certificate the organ issued before this system is entered by hand, one by one, so that it can be renewed or ended
here. Whole lists come in by table (存量导入)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.catalogue.models import Guide, Item
from yiwang.services.certificates import actions
from yiwang.services.certificates.models import Certificate
from yiwang.web.inputs import DayInput

UNKNOWN = "没有以这个姓名（名称）和号码登记的人或单位，请核对；确实没有登记的，先到窗口登记。"


class RecordForm(forms.Form):
    """What the paper says."""

    item = forms.ChoiceField(label="事项", choices=())
    number = forms.CharField(label="证照编号", max_length=120, help_text="照纸质证照上的编号填写。")
    name = forms.CharField(label="证照名称", max_length=200, required=False, help_text="不填的，用事项的结果名称。")
    holder_name = forms.CharField(label="持证主体姓名或名称", max_length=200)
    holder_number = forms.CharField(label="统一社会信用代码或身份证号码", min_length=15, max_length=18)
    issued_on = forms.DateField(label="发证日期", widget=DayInput())
    valid_from = forms.DateField(label="有效期起", widget=DayInput())
    valid_until = forms.DateField(label="有效期止", widget=DayInput(), required=False, help_text="长期有效的不填。")

    def __init__(self, offered: dict[str, tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "请选择"), *((code, f"{name}（{code}）") for code, (name, _) in offered.items())]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            wrong = f"“{field.label}”的格式不正确。"
            field.error_messages |= {"required": f"请填写{field.label}。", "invalid": wrong, "invalid_choice": wrong}
            if name == "item":
                field.error_messages["required"] = "请选择事项。"
            if name == "holder_number":
                field.widget.attrs["autocomplete"] = "off"


def offered(viewer: Doer, on: date) -> dict[str, tuple[str, str]]:
    """Licences and confirmations of the organs where the viewer reviews: code → name and the result its guide gives.
    404 for whoever reviews nowhere."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_REVIEW):
        raise NotFound("没有这个页面，或者您无权查看。", code="not-found")
    items = Item.objects.filter(type__in=("01", "07")).order_by("name", "code")
    organs = viewer.organs_of(Permission.CASE_REVIEW)
    if organs is not None:
        items = items.filter(organ_id__in=organs)
    results = dict(
        Guide.objects.filter(item__in=items, state=Guide.State.PUBLISHED, in_force__contains=on).values_list(
            "item__code", "result_name"
        )
    )
    return {code: (name, results.get(code, "")) for code, name in items.values_list("code", "name")}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """One certificate at a time; a refusal keeps what was typed."""
    by, at = doer(request), now()
    items = offered(by, day_of(at))
    form = RecordForm(items, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _recorded(form.cleaned_data, items, by)
        except Refusal as refused:
            if refused.status == 404:
                raise
            named = next((fault.field for fault in refused.faults if fault.field in form.fields), None)
            form.add_error(named, refused.says)
        else:
            messages.success(request, f"已补录{made.name}（{made.number}）。")
            return redirect("desk-certificate", made.pk)
    return render(request, "certificates/record.html", {"form": form}, status=422 if form.is_bound else 200)


def _recorded(said: dict[str, Any], items: dict[str, tuple[str, str]], by: Doer) -> Certificate:
    holder = people.party_called(said["holder_name"].strip(), said["holder_number"].strip())
    if holder is None:
        raise Refusal(UNKNOWN, code="holder-unknown", field="holder_number")
    return actions.record_existing(
        number=said["number"],
        name=said["name"] or items[said["item"]][1],
        item_code=said["item"],
        party_id=holder,
        issued_on=said["issued_on"],
        valid_from=said["valid_from"],
        valid_until=said["valid_until"],
        by=by,
        at=now(),
    )
