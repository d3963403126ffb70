"""The entry form of a holiday notice: the paper itself, and one row for each of its numbered points."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError

from yiwang.foundation.calendar import rules
from yiwang.web.inputs import DayInput

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
LONGEST = 20


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput(),
        error_messages={"invalid": "请填写有效日期，如2026-10-01。"},
    )


class NoticeForm(forms.Form):
    """The notice as a paper: year, title, number, date, where it can be read, and whether it adjusts an earlier one."""

    year = forms.IntegerField(
        label="年度",
        min_value=rules.FIRST_DAY.year + 1,
        max_value=rules.LAST_DAY.year - 1,
        error_messages={"required": "请填写年度。", "invalid": "年度须为四位数字。"},
    )
    title = forms.CharField(
        label="通知标题",
        max_length=120,
        required=False,
        help_text="不填则为“国务院办公厅关于某年部分节假日安排的通知”。",
    )
    document_number = forms.CharField(label="文号", max_length=60, help_text="如“国办发明电〔2025〕7号”。")
    issued_on = forms.DateField(
        label="发文日期",
        widget=DayInput(),
        error_messages={"required": "请填写发文日期。", "invalid": "请填写有效日期。"},
    )
    source = forms.CharField(label="出处", max_length=300, help_text="通知原文的网址，或收文登记号。")
    supplement = forms.BooleanField(label="这是对同年通知的补充或调整", required=False)


class HolidayForm(forms.Form):
    """One point of the notice: the holiday, first and last day off, and up to three working weekends."""

    name = forms.CharField(label="节日", max_length=20, required=False)
    first_on = _day("放假首日")
    last_on = _day("放假末日")
    work_1 = _day("调休上班日一")
    work_2 = _day("调休上班日二")
    work_3 = _day("调休上班日三")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_on"), given.get("last_on") or given.get("first_on")
        works = self.works()
        if (last or works) and not first:
            raise ValidationError("请填写放假首日。")
        if first and not given.get("name"):
            raise ValidationError("请填写节日名称。")
        if first and last and not 0 <= (last - first).days < LONGEST:
            raise ValidationError(f"放假末日不得早于首日，且一个假期不超过{LONGEST}天。")
        return given

    def works(self) -> list[date]:
        """Working weekends filled in."""
        return [day for i in (1, 2, 3) if (day := self.cleaned_data.get(f"work_{i}"))]

    def offs(self) -> list[date]:
        """Days off, first and last included."""
        first = self.cleaned_data.get("first_on")
        last = self.cleaned_data.get("last_on") or first
        return [first + timedelta(days=i) for i in range((last - first).days + 1)] if first and last else []


if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[HolidayForm]
else:
    FormSet = forms.BaseFormSet


class BaseHolidays(FormSet):
    """All points together; a day named twice belongs to both holidays of one long break only if written as one row."""

    def clean(self) -> None:
        seen: set[date] = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data"):
                continue
            for day in (*form.offs(), *form.works()):
                if day in seen:
                    raise ValidationError(f"{day.year}年{day.month}月{day.day}日填写了两次，请核对。")
                seen.add(day)

    def off(self) -> dict[date, str]:
        return {day: form.cleaned_data["name"] for form in self.forms for day in form.offs()}

    def makeup(self) -> dict[date, str]:
        return {day: form.cleaned_data["name"] for form in self.forms for day in form.works()}


Holidays = cast(
    type[BaseHolidays], forms.formset_factory(HolidayForm, formset=BaseHolidays, extra=2, max_num=12, absolute_max=12)
)
