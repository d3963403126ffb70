"""The application form as its guide declares it: fields, validation and prefilled values, built for one situation.

A faulty value is refused beside its field, in Chinese; a draft keeps whatever was typed. Composite fields become two
inputs: a person is a name and an ID number, a firm a name and a USCC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator

from yiwang.foundation.identifiers import masking
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue.declarations import FormField, FormGroup
from yiwang.web.inputs import DayInput

LONGEST_TEXT = 200
LONGEST_PARAGRAPH = 2000
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
NUMBER_LIMIT = 10**12  # a larger number is a typing error, and PostgreSQL's integers end somewhere


class GuideForm(forms.Form):
    """One group of fields of a guide, or all of them. ``prefilled`` names the fields already known."""

    required_css_class = "required"

    def __init__(
        self,
        groups: Iterable[FormGroup],
        *,
        known: Mapping[str, Any] | None = None,
        saved: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        lenient: bool = False,
    ) -> None:
        """``known`` maps prefill names (``applicant.name``) to values, ``saved`` field ids to what a draft holds.

        ``lenient`` lets required fields be empty: saving a draft, not submitting.
        """
        known, saved = known or {}, saved or {}
        self.groups = list(groups)
        self.prefilled: set[str] = set()
        initial: dict[str, Any] = {}
        for declared in self._declared():
            for name, _ in inputs(declared):
                if name in saved:
                    initial[name] = saved[name]
                elif (prefill := _prefill_name(declared, name)) and known.get(prefill):
                    initial[name] = known[prefill]
                    self.prefilled.add(name)
        super().__init__(data, initial=initial)
        for declared in self._declared():
            for name, field in inputs(declared):
                if lenient:
                    field.required = False
                if name in self.prefilled:
                    field.widget.attrs["class"] = "prefilled"
                    field.help_text = f"已为您填好，请核对。{field.help_text}"
                self.fields[name] = field

    def _declared(self) -> Iterable[FormField]:
        return (field for group in self.groups for field in group.fields)

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Group titles with their bound fields, in the guide's order."""
        return [
            (group.title, [self[name] for declared in group.fields for name, _ in inputs(declared)])
            for group in self.groups
        ]

    def values(self) -> dict[str, Any]:
        """What the form says, JSON-ready. Of a draft with faults: the text as typed."""
        cleaned = getattr(self, "cleaned_data", {})
        said: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = cleaned.get(name)
            if name not in cleaned:
                value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if isinstance(value, float) and value.is_integer():
                value = int(value)  # 45 as it was typed, never 45.0
            said[name] = value.isoformat() if isinstance(value, date) else value
        return {name: value for name, value in said.items() if value not in (None, "", [])}

    def keep(self) -> dict[str, Any]:
        """Run validation for its conversions only and answer the values of a draft."""
        self.is_valid()
        return self.values()


def words(groups: Iterable[FormGroup], said: Mapping[str, Any]) -> dict[str, str]:
    """A filled form in words, by input: what was chosen by its label, several choices in one line."""
    labels = {field.id: field.choices for group in groups for field in group.fields}
    spoken = {}
    for name, value in said.items():
        listed = value if isinstance(value, list) else [value]
        spoken[name] = "、".join(str((labels.get(name) or {}).get(str(one), one)) for one in listed)
    return spoken


def inputs(declared: FormField) -> list[tuple[str, forms.Field]]:
    """The HTML inputs of one declared field: name and Django field."""
    required, label, hint = declared.required, declared.label, declared.help
    if declared.unit:
        label = f"{label}（{declared.unit}）"
    common: dict[str, Any] = {"required": required, "label": label, "help_text": hint, "error_messages": _says(label)}
    match declared.kind:
        case "person":
            return [
                (f"{declared.id}_name", _text(f"{label}姓名", required, hint, longest=60)),
                (f"{declared.id}_id_number", _checked(f"{label}身份证号码", required, identifiers.check_id_number)),
            ]
        case "firm":
            return [
                (f"{declared.id}_name", _text(f"{label}名称", required, hint)),
                (f"{declared.id}_uscc", _checked(f"{label}统一社会信用代码", required, identifiers.check_uscc)),
            ]
        case "phone":
            return [(declared.id, _checked(label, required, identifiers.check_phone, hint=hint, kind="tel"))]
        case "number":
            return [(declared.id, _number(declared, common))]
        case "date":
            return [(declared.id, _DateField(**common))]
        case "choice":
            widget = forms.RadioSelect if len(declared.choices) <= 5 else forms.Select
            options = list(declared.choices.items())
            blank = [] if widget is forms.RadioSelect else [("", "请选择")]
            return [(declared.id, forms.ChoiceField(choices=blank + options, widget=widget, **common))]
        case "yes-no":
            yes_no = [("yes", "是"), ("no", "否")]
            return [(declared.id, forms.ChoiceField(choices=yes_no, widget=forms.RadioSelect, **common))]
        case "choices":
            options = list(declared.choices.items())
            several = forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
            return [(declared.id, several)]
        case "long-text":
            longest = int(declared.maximum or LONGEST_PARAGRAPH)
            return [(declared.id, _text(label, required, hint, longest=longest, area=True))]
        case _:  # text, address
            field = _text(label, required, hint, longest=int(declared.maximum or LONGEST_TEXT))
            if declared.pattern:
                field.validators.append(
                    RegexValidator(rf"^(?:{declared.pattern})$", f"“{label}”的格式不符合要求。{hint}")
                )
            return [(declared.id, field)]


class _DateField(forms.DateField):
    widget = DayInput()

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(f"“{self.label}”应在{EARLIEST.year}年至{LATEST.year}年之间。")
        return day


class _CheckedField(forms.CharField):
    """Text that one of the identifier checks must accept; its refusal becomes the field's own fault."""

    def __init__(self, *, check: Any, **common: Any) -> None:
        super().__init__(**common)
        self.check = check

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            return self.check(text.strip())
        except Refusal as refusal:
            raise forms.ValidationError(refusal.says) from refusal


def _checked(label: str, required: bool, check: Any, *, hint: str = "", kind: str = "text") -> forms.Field:
    widget = forms.TextInput(attrs={"type": kind, "autocomplete": "off", "maxlength": "40"})
    return _CheckedField(
        check=check, required=required, label=label, help_text=hint, widget=widget, error_messages=_says(label)
    )


def _text(label: str, required: bool, hint: str, *, longest: int = LONGEST_TEXT, area: bool = False) -> forms.CharField:
    field = forms.CharField(
        required=required,
        label=label,
        help_text=hint,
        error_messages=_says(label),
        widget=forms.Textarea(attrs={"rows": 4}) if area else forms.TextInput(),
    )
    field.validators.append(MaxLengthValidator(longest, f"“{label}”最多{longest}个字。"))
    return field


def _plain(bound: float) -> str:
    """``10000000``, never ``1e+07``; ``0.5`` as it is."""
    return f"{bound:.10f}".rstrip("0").rstrip(".")


def _number(declared: FormField, common: dict[str, Any]) -> forms.Field:
    low = declared.minimum if declared.minimum is not None else -NUMBER_LIMIT
    high = declared.maximum if declared.maximum is not None else NUMBER_LIMIT
    label = declared.label
    least, most = _plain(low), _plain(high)
    bounds = f"“{label}”应在{least}至{most}之间。" if declared.maximum is not None else f"“{label}”不能小于{least}。"
    says = {**common["error_messages"], "invalid": f"“{label}”应填数字。", "min_value": bounds, "max_value": bounds}
    more: dict[str, Any] = {**common, "error_messages": says, "min_value": low, "max_value": high}
    return forms.IntegerField(**more) if declared.whole else forms.FloatField(**more)


def _says(label: str) -> dict[str, str]:
    return {
        "required": f"请填写“{label}”。",
        "invalid": f"“{label}”的格式不符合要求。",
        "invalid_choice": f"“{label}”请从列出的选项中选择。",
        "invalid_list": f"“{label}”请从列出的选项中选择。",
    }


def _prefill_name(declared: FormField, name: str) -> str:
    """``applicant`` on a person or firm field fills both inputs: ``applicant.name`` and ``applicant.id_number``."""
    if not declared.prefill:
        return ""
    suffix = name.removeprefix(declared.id).lstrip("_")
    return f"{declared.prefill}.{suffix}" if suffix else declared.prefill


def filled(groups: Iterable[FormGroup], values: Mapping[str, Any], *, masked: bool = False) -> list[tuple[str, str]]:
    """A filled form as label and text, for reading: codes in words, empty fields left out.

    ``masked`` hides ID and telephone numbers, for everybody but the applicant: the whole number is a logged unmasking.
    """
    shown = []
    for group in groups:
        for declared in group.fields:
            for name, made in inputs(declared):
                value = values.get(name)
                if value in (None, "", []):
                    continue
                options = dict(getattr(made, "choices", None) or ())
                said = "、".join(str(options.get(one, one)) for one in (value if isinstance(value, list) else [value]))
                shown.append((str(made.label), _masked(declared, said) if masked else said))
    return shown


def _masked(declared: FormField, text: str) -> str:
    if declared.kind == "phone":
        return masking.phone(text)
    try:
        return masking.id_number(identifiers.check_id_number(text))
    except Refusal:  # not an ID number: a name, a code, an address
        return text
