"""A field that is refused says which it is."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile


class Record(forms.Form):
    result = forms.CharField(label="检查结果", max_length=5)
    form = forms.ChoiceField(label="检查形式", choices=[("site", "现场检查")])
    on = forms.DateField(label="检查日期")
    share = forms.DecimalField(label="抽查比例（%）", min_value=1, max_value=100, decimal_places=1)
    count = forms.IntegerField(label="抽取对象数", min_value=1)
    paper = forms.FileField(label="检查文书")
    true = forms.BooleanField(label="内容属实")
    spoken = forms.CharField(label="意见", error_messages={"required": "请写明意见。"})
    unnamed = forms.CharField()


def test_an_empty_field_is_asked_for_by_its_name() -> None:
    said = Record({}).errors
    assert {name: said[name][0] for name in said if name != "unnamed"} == {
        "result": "请填写检查结果。",
        "form": "请选择检查形式。",
        "on": "请填写检查日期。",
        "share": "请填写抽查比例（%）。",
        "count": "请填写抽取对象数。",
        "paper": "请上传检查文书。",
        "true": "请勾选“内容属实”。",
        "spoken": "请写明意见。",
    }


def test_a_wrong_field_is_told_its_rule_by_its_name() -> None:
    given = {"result": "没有发现问题", "form": "sea", "on": "昨天", "share": "100.5", "count": "两户"}
    said = Record(given, {"paper": SimpleUploadedFile("空.pdf", b"")}).errors
    assert {name: said[name][0] for name in ("result", "form", "on", "share", "count", "paper")} == {
        "result": "检查结果最多5个字，现有6个字。",
        "form": "检查形式请从列出的选项中选择。",
        "on": "检查日期应为日期，如2026-10-01。",
        "share": "抽查比例（%）不能大于100。",
        "count": "抽取对象数应填整数。",
        "paper": "检查文书是空文件，请重新上传。",
    }
    assert Record({"share": "1.25"}).errors["share"] == ["抽查比例（%）最多1位小数。"]


def test_one_form_leaves_the_next_as_it_was_declared() -> None:
    assert Record({}).errors
    assert "检查结果" not in str(Record.base_fields["result"].error_messages["required"])
