"""A form for any step, made from what its process declares: its fields, and an opinion where one is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django import forms

from yiwang.kernel.process import Field, Step
from yiwang.web.inputs import DayInput

PREFIX = "f-"  # keeps a declared name apart from the page's own hidden fields


class StepForm(forms.Form):
    """Only shows and carries; what is right or wrong the deed itself says, with every fault named."""

    def given(self) -> dict[str, str]:
        """What was typed, by declared name; blanks left out."""
        return {
            name.removeprefix(PREFIX): str(value)
            for name, value in self.data.items()
            if name.startswith(PREFIX) and value
        }

    def choose(self, name: str, choices: Callable[[], Iterable[tuple[str, str]]], empty: str = "请选择") -> None:
        """Make a declared field a choice from a list only its room knows and which is asked for only then;
        a step without that field stays as it is."""
        if (asked := self.fields.get(PREFIX + name)) is not None:
            # the field itself stays: a form that was refused has bound it already, and would go on showing the other
            asked.widget = forms.Select(choices=[("", empty), *choices()])
            asked.widget.is_required = asked.required


def step_form(step: Step, data: object = None) -> StepForm:
    """The form of a step, empty or with what was typed."""
    form = StepForm(data, auto_id=f"{step.name}-%s")  # type: ignore[arg-type]
    for declared in step.fields:
        form.fields[PREFIX + declared.name] = _field(declared)
    if step.opinion != "none":
        required = step.opinion == "required"
        widget = forms.Textarea(attrs={"rows": 3})
        form.fields[f"{PREFIX}opinion"] = forms.CharField(
            label="意见", max_length=2000, required=required, widget=widget
        )
    return form


def _field(declared: Field) -> forms.Field:
    common = {"label": declared.title, "required": declared.required}
    if declared.kind == "code":
        return forms.ChoiceField(choices=[("", "请选择"), *declared.choices.items()], **common)  # type: ignore[arg-type]
    if declared.kind == "date":
        return forms.DateField(widget=DayInput(), **common)  # type: ignore[arg-type]
    if declared.kind == "number":
        return forms.IntegerField(min_value=0, max_value=2**31 - 1, **common)  # type: ignore[arg-type]
    if declared.kind == "flag":
        return forms.BooleanField(label=declared.title, required=False)
    if declared.kind == "text":
        widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(max_length=declared.longest, widget=widget, **common)  # type: ignore[arg-type]
    return forms.CharField(max_length=declared.longest, **common)  # type: ignore[arg-type]
