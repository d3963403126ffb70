"""Forms of the desk's pages. They show and carry; what is right or wrong the deeds say."""

from __future__ import annotations

from typing import Any

from django import forms

from yiwang.governance.inspections.models import CheckList, Inspection, Intake, Subject
from yiwang.web.inputs import DayInput


class ListForm(forms.Form):
    """One implementation list."""

    title = forms.CharField(label="清单名称", max_length=200)
    objects_of = forms.MultipleChoiceField(
        label="检查对象类别", choices=Subject.Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    form = forms.ChoiceField(label="检查形式", choices=[("", "请选择"), *CheckList.Form.choices], required=False)
    per_year = forms.IntegerField(
        label="年度检查频次上限",
        min_value=0,
        max_value=52,
        initial=0,
        help_text="同一对象每年最多检查几次；填0按全县统一的上限",
    )
    basis = forms.CharField(
        label="检查依据",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="法律法规名称和条款",
    )
    papers = forms.CharField(
        label="检查文书", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="一行一种"
    )
    entries = forms.CharField(
        label="检查项",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一行一项，依据写在竖线之后，如：从业人员持有效健康证明｜食品安全法 第四十五条",
    )


class IntakeForm(forms.Form):
    """A table of the national system."""

    kind = forms.ChoiceField(label="导入内容", choices=Intake.Kind.choices)
    source = forms.CharField(label="来源系统", max_length=60, initial="国家“互联网+监管”系统")
    file = forms.FileField(label="文件（CSV 或 Excel）")
    whole = forms.BooleanField(
        label="这是全量目录",
        required=False,
        help_text="勾选后，对账会列出本系统里有、表里没有的监管事项，由您逐项决定是否取消",
    )


class OfficerForm(forms.Form):
    """One officer with the certificate; without ``account`` and ``code`` a certificate renewed."""

    account = forms.TypedChoiceField(label="人员", coerce=int)
    code = forms.CharField(label="执法证号", max_length=24)
    scope = forms.CharField(label="执法范围", max_length=120, help_text="照执法证填写，如：市场监督管理")
    valid_until = forms.DateField(label="执法证有效期至", widget=DayInput())

    def __init__(self, *given: Any, staff: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        if staff is None:
            del self.fields["account"], self.fields["code"]
        else:
            self.fields["account"].choices = [("", "请选择"), *staff]  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """离岗."""

    left_on = forms.DateField(label="离岗日", widget=DayInput())


class EndItemForm(forms.Form):
    """取消监管事项."""

    last_on = forms.DateField(label="最后有效日", widget=DayInput())
    reason = forms.CharField(
        label="取消的依据和理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如：国家目录2026年第二次调整取消",
    )


class PlanForm(forms.Form):
    """One line of the year's plan. ``lists`` come with their departments; those of others make it one joint visit."""

    title = forms.CharField(label="计划名称", max_length=120)
    field = forms.ChoiceField(label="监管领域")
    lists = forms.MultipleChoiceField(
        label="检查实施清单",
        widget=forms.CheckboxSelectMultiple,
        help_text="选了其他单位的清单，就合并为一次联合检查（综合查一次）",
    )
    count = forms.IntegerField(label="每批抽取对象数", min_value=1, max_value=10_000)
    batches = forms.IntegerField(label="抽取批次", min_value=1, max_value=52, initial=1)
    from_on = forms.DateField(label="计划开始日", widget=DayInput())
    until_on = forms.DateField(label="计划结束日", widget=DayInput())

    def __init__(self, *given: Any, fields: list[str], lists: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["field"].choices = [("", "请选择"), *((each, each) for each in fields)]  # type: ignore[attr-defined]
        self.fields["lists"].choices = lists  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """A visit that no draw asked for."""

    source = forms.ChoiceField(
        label="检查来源",
        choices=[
            ("", "请选择"),
            *((one.value, one.label) for one in Inspection.Source if one not in ("draw", "licence")),
        ],
    )
    cause = forms.CharField(label="计划、举报、交办或者线索的编号", max_length=60)
    subject = forms.CharField(label="检查对象编码", max_length=40, help_text="统一社会信用代码或者场所编码，须已登记")
    lists = forms.MultipleChoiceField(label="检查实施清单", widget=forms.CheckboxSelectMultiple)
    inspectors = forms.MultipleChoiceField(label="派出的检查人员（不少于两人）", widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *given: Any, lists: list[tuple[str, str]], inspectors: list[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.fields["lists"].choices = lists  # type: ignore[attr-defined]
        self.fields["inspectors"].choices = inspectors  # type: ignore[attr-defined]


class SubjectForm(forms.Form):
    """An object of inspection."""

    code = forms.CharField(label="检查对象编码", max_length=40, help_text="统一社会信用代码，或者场所编码如 CS-0001")
    kind = forms.ChoiceField(label="检查对象类别", choices=Subject.Kind.choices)
    name = forms.CharField(label="检查对象名称", max_length=200)
    address = forms.CharField(label="检查对象地址", max_length=200, required=False)
    fields_ = forms.CharField(label="监管领域", max_length=200, required=False, help_text="几个领域之间用空格隔开")
    closed_on = forms.DateField(label="注销或停业日", widget=DayInput(), required=False)


class InterestForm(forms.Form):
    """利益关系申报."""

    inspector = forms.ChoiceField(label="执法检查人员")
    subject = forms.CharField(label="检查对象编码", max_length=40)
    reason = forms.CharField(label="利益关系说明", max_length=200)

    def __init__(self, *given: Any, inspectors: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["inspector"].choices = inspectors  # type: ignore[attr-defined]
