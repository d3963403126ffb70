"""Forms of the portal and the counter. What is right or wrong the deed says, with every fault named."""

from __future__ import annotations

from typing import Any

from django import forms

from yiwang.services.ratings import rules
from yiwang.services.ratings.models import Occasion, Rating


class RatingForm(forms.Form):
    """Five levels, none chosen beforehand; every label is there, named by the levels it belongs to."""

    def __init__(self, data: Any = None, *, rule: rules.RatingRule, mode: str) -> None:
        super().__init__(data)
        levels = [(level, f"{rules.STARS[level]}　{Rating.Level(level).label}") for level in Rating.Level.values]
        self.fields["level"] = forms.TypedChoiceField(
            label="满意程度",
            choices=levels,
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "请选择满意程度。"},
        )
        offered = [one for one in rule.label if mode in one.modes]
        groups = (("满意、非常满意可选", range(1, 3)), ("基本满意可选", range(3, 4)), ("不满意可选", range(4, 6)))
        self.fields["labels"] = forms.MultipleChoiceField(
            label=f"可以再选几个标签（最多{rule.most_labels}个，可不选）",
            choices=[
                (title, [(one.code, one.title) for one in offered if set(one.levels) & set(levels)])
                for title, levels in groups
            ],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["text"] = forms.CharField(
            label="还想说什么（可不填）",
            max_length=rules.LONGEST,
            required=False,
            strip=True,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="请不要写身份证号、电话等个人信息。办理人员看不到您的姓名和电话。",
        )


class TicketForm(forms.Form):
    """Number and code as printed on the receipt or the ticket."""

    number = forms.CharField(label="办理编号或叫号票号码", max_length=50, error_messages={"required": "请填写编号。"})
    code = forms.CharField(label="查询码或评价码", max_length=16, error_messages={"required": "请填写查询码或评价码。"})


class VisitForm(forms.Form):
    """A visit or a consultation at one of the clerk's counters."""

    def __init__(self, data: Any = None, *, counters: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["counter"] = forms.TypedChoiceField(label="窗口", choices=counters, coerce=int)
        self.fields["kind"] = forms.ChoiceField(
            label="服务类别",
            choices=[(kind, Occasion.Kind(kind).label) for kind in (Occasion.Kind.VISIT, Occasion.Kind.CONSULTATION)],
        )
        self.fields["ticket"] = forms.CharField(label="叫号票号码", max_length=8)
        self.fields["title"] = forms.CharField(label="事由（可不填，不写姓名）", max_length=120, required=False)


class ImportForm(forms.Form):
    """Another system's table, and which end of its scale is the good one."""

    source = forms.CharField(
        label="来源系统", max_length=40, help_text="例如“省政务服务好差评系统”。同一来源的编号不重复导入。"
    )
    best = forms.TypedChoiceField(
        label="满意度用数字的，最满意是",
        choices=[(rules.BEST, "1（国家标准：1为非常满意）"), (rules.WORST, "5（5为非常满意，导入时换算）")],
        coerce=int,
    )
    file = forms.FileField(label="表格（CSV 或 Excel）", max_length=200)
