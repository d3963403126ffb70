"""desk/catalogue/…/state/: an item's state, its changes, and the form that suspends, resumes or cancels it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import now, today
from yiwang.foundation.organs.queries import doer
from yiwang.services.catalogue import changing, queries
from yiwang.services.catalogue.models import ItemChange
from yiwang.services.catalogue.models.registers import Register
from yiwang.web.deeds import through
from yiwang.web.inputs import DayInput

TITLES = {Register.IN_USE: "恢复办理", Register.SUSPENDED: "暂停办理", Register.CANCELLED: "取消事项（不能再恢复）"}


class ChangeForm(forms.Form):
    state = forms.ChoiceField(label="变更", widget=forms.RadioSelect)
    from_on = forms.DateField(label="自哪一天起", widget=DayInput())
    basis = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号，或者法律条文。")
    reason = forms.CharField(
        label="原因", max_length=300, help_text="向群众公布。", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, state: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [(one.value, TITLES[one]) for one in TITLES if one in changing.NEXT[state]]
        fields["from_on"].initial = today()


@login_required
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, code: str) -> HttpResponse:
    """The item's state and its changes; a new one."""
    by = doer(request)
    item = queries.item_to_change(by, code)
    form = ChangeForm(request.POST or None, state=Register(item.state))

    def deed() -> HttpResponse:
        change = changing.change_item(item_code=item.code, **form.cleaned_data, by=by, at=now())
        messages.success(
            request, "变更已登记，自当日起施行。" if change.applied_at else "变更已登记，到施行日自动生效。"
        )
        return redirect("catalogue-item-state", code=item.code)

    shown = {
        "item": item,
        "changes": ItemChange.objects.filter(item=item).order_by("-pk"),
        "final": not changing.NEXT[Register(item.state)],
    }
    return through(request, form, deed, template="catalogue/desk_item_state.html", **shown)
