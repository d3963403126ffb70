"""The form of a petition as a clerk writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from yiwang.governance.petitions.models import Purpose, Source


class PetitionForm(forms.Form):
    source = forms.ChoiceField(label="信访形式", choices=[one for one in Source.choices if one[0] != Source.HOTLINE])
    purpose = forms.ChoiceField(label="信访目的", choices=Purpose.choices)
    against = forms.TypedChoiceField(
        label="被检举控告的单位",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="检举控告的选择，本件不转给该单位和它的下属单位。不在列表中或者不清楚的不选。",
    )
    name = forms.CharField(label="信访人姓名", max_length=60)
    id_number = forms.CharField(
        label="身份证号",
        max_length=18,
        required=False,
        help_text="当面核对过证件的填写：有同名实名账号的，本人可以在网上查看进度、请求复查。号码只用来查找，不保存。",
    )
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    people = forms.IntegerField(label="信访人数", min_value=1, max_value=999, initial=1)
    content = forms.CharField(label="信访内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *given: Any, units: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["against"].choices = [("", "——"), *units]  # type: ignore[attr-defined]
