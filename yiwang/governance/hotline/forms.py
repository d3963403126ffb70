"""What is typed while somebody speaks, and what a citizen writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from yiwang.governance.hotline.models import Disclosure, Kind
from yiwang.governance.hotline.rules import LONGEST_CONTENT, LONGEST_PLACE, LONGEST_TITLE, UNLISTED, Intake

Choices = Iterable[tuple[str, str]]


ASKED = {
    "title": "请用一句话写明诉求。",
    "content": "请写明诉求内容。",
    "topic": "请选择诉求主题。",
}  # what is left blank most


class IntakeForm(forms.Form):
    """Fields in the order in which callers say things: what, where, who. Right or wrong the deed says."""

    kind = forms.ChoiceField(label="类型", choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.COMPLAINT)
    title = forms.CharField(label="一句话诉求", max_length=LONGEST_TITLE)
    content = forms.CharField(label="诉求内容", max_length=LONGEST_CONTENT, widget=forms.Textarea(attrs={"rows": 5}))
    topic = forms.ChoiceField(label="主题")
    town = forms.ChoiceField(label="镇街", required=False)
    place = forms.CharField(label="地点", max_length=LONGEST_PLACE, required=False)
    latitude = forms.FloatField(label="纬度", required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(label="经度", required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    name = forms.CharField(label="诉求人", max_length=60, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    disclosure = forms.ChoiceField(label="诉求人信息", choices=Disclosure.choices, initial=Disclosure.OPEN)
    firm = forms.BooleanField(label="企业专线", required=False)
    against = forms.ChoiceField(
        label="被投诉单位", required=False, help_text="只有营商环境投诉填写；该单位不承办对它的投诉。"
    )
    counter = forms.ChoiceField(
        label="所诉窗口", required=False, help_text="投诉窗口服务的填写；计入该窗口的月度考核。"
    )
    urgent = forms.BooleanField(label="紧急（危及人身、财产安全）", required=False)

    def __init__(
        self,
        *given: Any,
        topics: Choices,
        towns: Choices,
        units: Choices = (),
        windows: Choices = (),
        without: Iterable[str] = (),
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.fields["against"].choices = [("", "不是营商环境投诉"), *units, (UNLISTED, "不在列表中")]  # type: ignore[attr-defined]
        self.fields["counter"].choices = [("", "不涉及窗口"), *windows]  # type: ignore[attr-defined]
        if not windows:
            del self.fields["counter"]
        if not units:  # a page for everything else
            del self.fields["against"]
            self.fields["kind"].choices = [one for one in Kind.choices if one[0] != Kind.BUSINESS]  # type: ignore[attr-defined]
        for name in without:
            del self.fields[name]
        if "topic" in self.fields:
            self.fields["topic"].choices = [("", "请选择"), *topics]  # type: ignore[attr-defined]
        self.fields["town"].choices = [("", "不清楚"), *towns]  # type: ignore[attr-defined]
        for name, asked in ASKED.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = asked

    def intake(self, **more: Any) -> Intake:
        """What was said, as the deeds take it."""
        said = self.cleaned_data
        known = {name: said.get(name) for name in Intake.__dataclass_fields__ if said.get(name) not in (None, "")}
        return Intake(**{"kind": "", "topic": "", "title": "", "content": "", "channel": "", **known, **more})


class BusinessForm(IntakeForm):
    """营商环境投诉: on whose behalf, of which unit, about what. Secret towards the handling unit unless said otherwise."""

    party = forms.TypedChoiceField(label="以谁的名义", coerce=int)
    field_order = ("party", "against", "topic", "title", "content", "town", "place", "name", "phone", "disclosure")

    def __init__(self, *given: Any, parties: Choices, **more: Any) -> None:
        super().__init__(*given, without=("kind", "firm", "urgent", "latitude", "longitude"), **more)
        self.fields["party"].choices = list(parties)  # type: ignore[attr-defined]
        self.fields["against"].required = True
        self.fields["against"].error_messages["required"] = "请选择被投诉单位，不在列表中的选最后一项。"
        self.fields["against"].help_text = "该单位和它的下属单位不承办这件投诉。"
        units = [*more["units"], (UNLISTED, "不在列表中")]
        self.fields["against"].choices = [("", "请选择"), *units]  # type: ignore[attr-defined]
        self.fields["name"].label = "联系人"
        self.fields["content"].help_text = "写明事实和诉求。选“保密”的，内容里不要写企业名称。"
        known = (Disclosure.CONFIDENTIAL, Disclosure.OPEN)
        self.fields["disclosure"].choices = [(one.value, one.label) for one in known]  # type: ignore[attr-defined]
        self.fields["disclosure"].initial = Disclosure.CONFIDENTIAL.value


def topics_of(rule: Any, topics: Iterable[Any] | None = None) -> list[tuple[str, Any]]:
    """Topics grouped as a select shows them; all of the rule's, or those given."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in rule.topic if topics is None else topics:
        groups.setdefault(one.group, []).append((one.id, one.title))
    return list(groups.items())
