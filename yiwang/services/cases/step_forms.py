"""The form of one step, built from what the process declares: its fields and the opinion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms

from yiwang.kernel.process import Step
from yiwang.services.cases.payment_papers import FEN
from yiwang.services.cases.slots import LICENCES
from yiwang.web.inputs import DayInput

# Phrases are the desk's common words, picked and then finished by hand; a bare 同意 is refused by the engine.
PHRASES = {
    "review": (
        "经审核，申请材料齐全、符合法定形式，内容真实，建议准予。",
        "经现场核查，场所设施符合要求，建议准予。",
        "经审核，申请不符合法定条件，建议不予，理由：",
    ),
    "grant": ("同意审核意见，准予许可。", "经审查，申请符合法定条件、标准，准予许可。"),
    "grant-on-the-spot": ("材料齐全、符合法定形式，当场准予。",),
    "deny": ("同意审核意见，不予许可。",),
    "send-back": ("请补充现场核查情况后再报。", "请核实材料真实性后再报。"),
    "extend": ("案情复杂，需进一步核实，同意延长。",),
}
# A power that is no licence is not 许可 in its phrases either.
OTHER_PHRASES = PHRASES | {
    "grant": ("同意审核意见，依法作出决定。", "经审查，符合法定条件、标准，依法作出决定。"),
    "grant-on-the-spot": ("材料齐全、符合法定形式，当场办结。",),
    "deny": ("同意审核意见，不予办理。",),
    "deny-on-the-spot": ("经核对，不符合规定的条件，不予办理。",),
    "assess": ("同意审核意见，按核定的金额征收。",),
}
MOST_NUMBER = 9999
AMOUNT = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
REMEDIES = "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
KEYS = {
    "check-materials": "F3",
    "accept": "F4",
    "ask-correction": "F7",
    "review": "F4",
    "grant": "F4",
    "grant-on-the-spot": "F8",
    "issue": "F4",
    "send-to-window": "F4",
    "arrive": "F4",
    "hand-out": "F4",
    "begin-special": "F6",
}
MAIN_KEY = "F4"
DANGEROUS = {
    "deny",
    "deny-on-the-spot",
    "refuse-acceptance",
    "refuse-as-false",
    "not-required",
    "terminate",
    "send-back",
}


@dataclass(frozen=True, slots=True)
class StepOnScreen:
    """A step the viewer may take now, with its form."""

    name: str
    title: str
    basis: str
    says: str
    form: forms.Form
    phrases: tuple[str, ...] = ()
    key: str = ""
    danger: bool = False
    open: bool = False
    opinion_id: str = field(default="")
    following: str = ""  # who has the case after this step, by name


def step_form(step: Step, data: Any = None) -> forms.Form:
    """Fields as declared, in their order, the opinion last. Ids carry the step's name: several forms share a page."""
    form = forms.Form(data, auto_id=f"{step.name}-%s")
    for declared in step.fields:
        common: dict[str, Any] = {
            "label": declared.title,
            "required": declared.required,
            "error_messages": {"required": f"请填写{declared.title}。", "invalid": f"{declared.title}的格式不正确。"},
        }
        made: forms.Field
        if declared.kind == "code":
            made = forms.ChoiceField(choices=[("", "请选择"), *declared.choices.items()], **common)
        elif declared.kind == "date":
            made = forms.DateField(widget=DayInput(), **common)
        elif declared.kind == "number" and declared.name.endswith(FEN):
            common["label"] = f"{declared.title}（元）"
            says = {**common.pop("error_messages"), "invalid": "请填写金额，单位元，最多两位小数。"}
            made = forms.DecimalField(min_value=0, max_digits=11, decimal_places=2, error_messages=says, **common)
        elif declared.kind == "number":
            made = forms.IntegerField(min_value=0, max_value=MOST_NUMBER, **common)
        elif declared.kind == "flag":
            made = forms.BooleanField(**common)
        elif declared.kind == "text":
            made = forms.CharField(max_length=declared.longest, widget=forms.Textarea(attrs={"rows": 3}), **common)
        else:
            made = forms.CharField(max_length=declared.longest, **common)
        form.fields[declared.name] = made
    if "remedies" in form.fields:
        form.fields["remedies"].initial = REMEDIES
    if step.opinion != "none":
        form.fields["opinion"] = forms.CharField(
            label="我的意见",
            required=step.opinion == "required",
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="写明审查情况和理由，不能只签名或只写“同意”。" if step.opinion == "required" else "",
            error_messages={"required": "请写明意见。"},
        )
    return form


def in_order(steps: Iterable[Step]) -> list[Step]:
    """As the desk lists them: the ordinary next step first, what ends or turns a case last."""
    return sorted(steps, key=lambda step: (KEYS.get(step.name) != MAIN_KEY, step.name in DANGEROUS))


def in_fen(text: str) -> int | str:
    """``1250.5`` yuan as typed → 125050; what is no amount stays as it was typed, and the engine refuses it."""
    found = AMOUNT.fullmatch(text.strip().replace(",", "").replace("，", ""))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else text


def on_screen(step: Step, *, first: bool, following: str = "", process: str = "services.licence") -> StepOnScreen:
    """The step as the desk shows it."""
    phrases = PHRASES if process in LICENCES else OTHER_PHRASES
    return StepOnScreen(
        name=step.name,
        title=step.title,
        basis=step.basis,
        says="",
        form=step_form(step),
        phrases=phrases.get(step.name, ()),
        key=KEYS.get(step.name, ""),
        danger=step.name in DANGEROUS,
        open=first,
        opinion_id=f"{step.name}-opinion",
        following=following,
    )
