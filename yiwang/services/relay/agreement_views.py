"""The register of agreements: shown to the desks that receive, entered and ended by whoever keeps organs and places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.services.relay import actions, queries
from yiwang.services.relay.adapters import PLACES
from yiwang.services.relay.rules import POWERS
from yiwang.web.inputs import DayInput

DAY = DayInput()
MOST_ITEMS = 30


class AgreementForm(forms.Form):
    """The agreement itself: parties, paper, term, and how the other place is reached."""

    code = forms.SlugField(label="协议标识", max_length=40, help_text="小写字母、数字和连字符，例如 yunbei-2026")
    place_name = forms.CharField(label="对方地区", max_length=80)
    place_code = forms.RegexField(r"^[0-9]{6,12}$", label="对方区划代码", help_text="6至12位数字")
    competent = forms.CharField(label="对方受理机关", max_length=120)
    document = forms.CharField(label="协议文件", max_length=200)
    organ_code = forms.ChoiceField(label="本地代收机构")
    from_on = forms.DateField(label="起始日", widget=DAY)
    until_on = forms.DateField(label="截止日（当天起不再有效）", widget=DAY)
    adapter = forms.ChoiceField(label="对接方式", choices=[(name, place.title) for name, place in PLACES.items()])
    phone = forms.CharField(label="对方联系电话", max_length=20, required=False)
    receipt_key = forms.CharField(
        label="对方凭证公钥", max_length=130, required=False, help_text="对方代收本地事项时填写，SM2公钥130位十六进制"
    )


class ItemForm(forms.Form):
    """One item with both places' codes. An empty line is no item."""

    code = forms.CharField(label="对方事项编码", max_length=80)
    own_code = forms.CharField(label="本地事项编码", max_length=80, required=False)
    name = forms.CharField(label="事项名称", max_length=120)
    powers = forms.MultipleChoiceField(label="可以", choices=list(POWERS.items()), widget=forms.CheckboxSelectMultiple)
    materials = forms.CharField(label="代收材料，一行一种", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def item(self) -> dict[str, Any]:
        """The line as the register takes it."""
        lines = [line.strip()[:120] for line in self.cleaned_data["materials"].splitlines()]
        return self.cleaned_data | {"materials": [line for line in lines if line]}


Items = formset_factory(ItemForm, extra=0, min_num=3, max_num=MOST_ITEMS, absolute_max=MOST_ITEMS)


@require_GET
@login_required
def agreement_list(request: HttpRequest) -> HttpResponse:
    by, on = doer(request), day_of(now())
    rows = [
        {"agreement": row, "place": PLACES[row.adapter].title, "in_force": row.from_on <= on < row.until_on}
        for row in queries.agreements(by)
    ]
    page = {"rows": rows, "may_keep": by.may(Permission.ORGAN_EDIT), "powers": POWERS}
    return render(request, "relay/agreements.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Enter an agreement; 再加几行 gives more lines and keeps what was typed."""
    by, at = doer(request), now()
    allow(by, Permission.ORGAN_EDIT)
    form = AgreementForm(request.POST or None)
    form.fields["organ_code"].choices = queries.receiving_organs(day_of(at))  # type: ignore[attr-defined]
    typed = request.POST.copy() if request.method == "POST" else None
    more = typed is not None and "more" in typed
    count = str(typed.get("items-TOTAL_FORMS", "")) if typed is not None else ""
    if typed is not None and more and count.isascii() and count.isdigit() and len(count) < 4:
        typed["items-TOTAL_FORMS"] = str(min(int(count) + 3, MOST_ITEMS))
    items = Items(typed, prefix="items")
    refusal: Refusal | None = None
    for one in items.forms:
        one.empty_permitted, one.use_required_attribute = True, False
    if typed is not None and not more and form.is_valid() & items.is_valid():
        filled = [one.item() for one in items.forms if one.has_changed()]
        try:
            made = actions.register(**form.cleaned_data, items=filled, by=by, at=at)
        except Refusal as refused:
            refusal = refused
            for fault in refused.faults:
                form.add_error(fault.field if fault.field in form.fields else None, fault.says)
        else:
            messages.success(request, f"已登记与{made.place_name}的协议。")
            return redirect("/desk/relay/agreements/")
    bad = typed is not None and not more
    page = {"form": form, "items": items, "refusal": refusal}
    return render(request, "relay/agreement.html", page, status=422 if bad else 200)


@require_POST
@login_required
def end(request: HttpRequest, code: str) -> HttpResponse:
    actions.end(code=code, by=doer(request), at=now())
    messages.success(request, "协议已停止，今天起不再代收。")
    return redirect("/desk/relay/agreements/")
