"""What is typed while somebody speaks, and what a citizen writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from yiwang.governance.hotline.models import Disclosure, Kind
from yiwang.governance.hotline.rules import LONGEST_CONTENT, LONGEST_PLACE, LONGEST_TITLE, Intake

Choices = Iterable[tuple[str, str]]


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
    urgent = forms.BooleanField(label="紧急（危及人身、财产安全）", required=False)

    def __init__(self, *given: Any, topics: Choices, towns: Choices, without: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        for name in without:
            del self.fields[name]
        if "topic" in self.fields:
            self.fields["topic"].choices = [("", "请选择"), *topics]  # type: ignore[attr-defined]
        self.fields["town"].choices = [("", "不清楚"), *towns]  # type: ignore[attr-defined]

    def intake(self, **more: Any) -> Intake:
        """What was said, as the deeds take it."""
        said = self.cleaned_data
        known = {name: said.get(name) for name in Intake.__dataclass_fields__ if said.get(name) not in (None, "")}
        return Intake(**{"kind": "", "topic": "", "title": "", "content": "", "channel": "", **known, **more})


def topics_of(rule: Any) -> list[tuple[str, Any]]:
    """Topics grouped as a select shows them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in rule.topic:
        groups.setdefault(one.group, []).append((one.id, one.title))
    return list(groups.items())
