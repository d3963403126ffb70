"""What a form says beside a field that was left empty or filled in wrongly: which field it is, and its rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.forms.renderers import DjangoTemplates

ASKED: list[tuple[type[forms.Field], str]] = [
    (forms.ChoiceField, "请选择{}。"),
    (forms.FileField, "请上传{}。"),
    (forms.BooleanField, "请勾选“{}”。"),
    (forms.Field, "请填写{}。"),
]
# A subclass stands before its base: a decimal field is an integer field to Django.
KINDS: list[tuple[type[forms.Field], dict[str, str]]] = [
    (forms.ChoiceField, {"invalid_choice": "{}请从列出的选项中选择。", "invalid_list": "{}请从列出的选项中选择。"}),
    (forms.DateTimeField, {"invalid": "{}应为日期和时间，如2026-10-01 09:30。"}),
    (forms.DateField, {"invalid": "{}应为日期，如2026-10-01。"}),
    (forms.TimeField, {"invalid": "{}应为时间，如09:30。"}),
    (
        forms.DecimalField,
        {
            "invalid": "{}应填数字。",
            "max_digits": "{}最多%(max)s位数字。",
            "max_decimal_places": "{}最多%(max)s位小数。",
            "max_whole_digits": "{}的整数部分最多%(max)s位。",
        },
    ),
    (forms.FloatField, {"invalid": "{}应填数字。"}),
    (forms.IntegerField, {"invalid": "{}应填整数。"}),
    (forms.EmailField, {"invalid": "{}应为电子邮箱，如name@example.cn。"}),
    (forms.URLField, {"invalid": "{}应为网址，如https://www.example.cn。"}),
    (forms.FileField, {"invalid": "请重新上传{}。", "missing": "请上传{}。", "empty": "{}是空文件，请重新上传。"}),
]
BOUNDS: dict[type[validators.BaseValidator], str] = {
    validators.MaxLengthValidator: "{}最多%(limit_value)d个字，现有%(show_value)d个字。",
    validators.MinLengthValidator: "{}至少%(limit_value)d个字，现有%(show_value)d个字。",
    validators.MaxValueValidator: "{}不能大于%(limit_value)s。",
    validators.MinValueValidator: "{}不能小于%(limit_value)s。",
}
UNPARAMETERED = {"required", "missing", "invalid", "invalid_list", "empty"}  # raised without values to fill in


def name_the_field(field: forms.Field, label: str) -> None:
    """Put messages with the field's label in place of Django's own. What a form or a field class of the house says itself stays."""
    says = {"required": next(text for kind, text in ASKED if isinstance(field, kind))}
    says |= next((texts for kind, texts in KINDS if isinstance(field, kind)), {})
    for check in field.validators:
        if isinstance(check, validators.BaseValidator) and check.message == type(check).message:
            says |= {check.code: BOUNDS[type(check)]} if type(check) in BOUNDS else {}
    own: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            own |= getattr(kind, "default_error_messages", {})
    called = label.rstrip("：:？? ")
    for code, text in says.items():
        if field.error_messages.get(code) is own.get(code):
            field.error_messages[code] = text.format(called if code in UNPARAMETERED else called.replace("%", "%%"))


class NamedField(forms.BoundField):
    """A form's field that names itself where it is refused. A form binds each field before it cleans it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if field.label:
            name_the_field(field, str(field.label))


class Renderer(DjangoTemplates):
    """The renderer of every form, which is where Django asks what a bound field is."""

    bound_field_class = NamedField
