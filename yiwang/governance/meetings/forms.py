"""The form of a batch and of the issues handed out in it."""

from __future__ import annotations

from django import forms

from yiwang.web.inputs import DayInput


class BatchForm(forms.Form):
    theme = forms.CharField(label="民生主题", max_length=30, help_text="如：菜篮子、道路安全与交通秩序")
    handed_by = forms.CharField(label="交办单位", max_length=60)
    document = forms.CharField(label="交办文号", max_length=60, required=False)
    received_on = forms.DateField(label="交办日", widget=DayInput())
    due_on = forms.DateField(label="办结期限", widget=DayInput())


class LinesForm(forms.Form):
    lines = forms.CharField(
        label="问题清单",
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="一行一个：问题内容｜来源｜承办单位全称。可以从表格粘贴后替换分隔符。",
    )
