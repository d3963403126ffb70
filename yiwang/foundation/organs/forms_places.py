"""Forms of places, their hours and counters. They take input apart; deeds decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from yiwang.foundation.organs import queries
from yiwang.foundation.organs.actions.places import WEEKDAYS, Opening
from yiwang.foundation.organs.forms import day_field
from yiwang.foundation.organs.models import Counter, Division, Organ, Place
from yiwang.foundation.organs.models.periods import holding

SPARE = 4  # empty lines below the hours that hold


class OrganChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An organ standing that day, by its name of that day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organ.objects.none(), to_field_name="code", **kwargs)
        self.names: dict[int, str] = {}

    def standing(self, on: date) -> None:
        self.queryset = Organ.objects.filter(holding(on)).order_by("position", "pk")
        self.names = queries.organ_names(self.queryset.values_list("pk", flat=True), on)

    def label_from_instance(self, obj: Any) -> str:
        return str(self.names.get(obj.pk, obj.code))


class PlaceForm(forms.Form):
    kind = forms.ChoiceField(label="场所类别", choices=Place.Kind.choices)
    code = forms.SlugField(label="场所代号", max_length=60, help_text="小写字母、数字和短横，登记后不再改变。")
    name = forms.CharField(label="场所名称", max_length=100)
    organ = OrganChoice(label="管理机构")
    division = forms.ModelChoiceField(label="行政区划", queryset=Division.objects.none())
    address = forms.CharField(label="地址", max_length=200)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    from_on = day_field("启用日")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organ"].standing(on)
        fields["division"].queryset = Division.objects.filter(holding(on)).order_by("code")
        fields["from_on"].initial = on


class CounterForm(forms.Form):
    number = forms.CharField(label="窗口编号", max_length=10)
    name = forms.CharField(label="窗口名称", max_length=60)
    kind = forms.ChoiceField(label="窗口类别", choices=Counter.Kind.choices)
    organ = OrganChoice(label="进驻机构")
    from_on = day_field("启用日")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organ"].standing(on)
        fields["from_on"].initial = on


class ClosingForm(forms.Form):
    on = day_field("停用日", help_text="自这一天起停用。")
    reason = forms.CharField(label="停用原因", max_length=120)


class HoursForm(forms.Form):
    from_on = day_field("自哪一天起")
    open_on_rest_days = forms.BooleanField(label="法定休息日也开放", required=False)


class OpeningForm(forms.Form):
    """One line of the hours; an empty line is none."""

    weekday = forms.TypedChoiceField(
        label="星期",
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
        choices=[("", "—"), *((n, f"周{word}") for n, word in enumerate(WEEKDAYS, 1))],
    )
    opens_at = forms.TimeField(
        label="开门",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
    )
    closes_at = forms.TimeField(
        label="关门",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
    )
    extended = forms.BooleanField(label="延时服务", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [cleaned.get(name) for name in ("weekday", "opens_at", "closes_at")]
        if any(given) and not all(given):
            raise forms.ValidationError("请填齐这一行的星期、开门和关门时间，或者全部留空。")
        return cleaned

    def opening(self) -> Opening | None:
        data = self.cleaned_data
        if not data.get("weekday"):
            return None
        return Opening(data["weekday"], data["opens_at"], data["closes_at"], data["extended"])


Openings = forms.formset_factory(OpeningForm, extra=SPARE, max_num=60, absolute_max=60)
