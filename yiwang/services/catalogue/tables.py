"""The editor's tables (materials, steps, fees, results, places) as formsets, and back into a declaration's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from yiwang.services.catalogue.declarations import GRADE_SAYS, NEED_SAYS, RESULT_SAYS, SOURCE_SAYS, Declaration

BLANK_ROWS = 2
SOURCES = [("", "请选择"), *SOURCE_SAYS.items()]
SLUG = re.compile(r"^[a-z][a-z0-9-]{0,59}$")


class MaterialRow(forms.Form):
    id = forms.CharField(label="编号", max_length=60, required=False)
    name = forms.CharField(label="材料名称", max_length=120, required=False)
    grade = forms.ChoiceField(label="主次", choices=list(GRADE_SAYS.items()), required=False)
    need = forms.ChoiceField(label="必要性", choices=list(NEED_SAYS.items()), required=False)
    source = forms.ChoiceField(label="来源", choices=SOURCES, required=False)
    reference = forms.CharField(label="证照、数据或环节", max_length=120, required=False)
    originals = forms.IntegerField(label="原件", min_value=0, max_value=99, required=False)
    copies = forms.IntegerField(label="复印件", min_value=0, max_value=99, required=False)
    format = forms.ChoiceField(
        label="形式", choices=[("both", "均可"), ("electronic", "电子"), ("paper", "纸质")], required=False
    )
    bases = forms.CharField(label="依据", max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    requirement = forms.CharField(label="要求", max_length=500, required=False)

    def clean_id(self) -> str:
        code: str = self.cleaned_data["id"]
        if code and not SLUG.match(code):
            raise forms.ValidationError("编号只能用小写字母、数字和连字符。")
        return code


class StepRow(forms.Form):
    name = forms.CharField(label="环节", max_length=40, required=False)
    role = forms.ChoiceField(label="岗位", required=False)
    days = forms.IntegerField(label="天数", min_value=0, max_value=3650, required=False)
    excluded = forms.BooleanField(label="不计入时限", required=False)
    basis = forms.CharField(label="依据", max_length=200, required=False)


class FeeRow(forms.Form):
    name = forms.CharField(label="收费项目", max_length=80, required=False)
    standard = forms.CharField(label="标准", max_length=200, required=False)
    bases = forms.CharField(label="依据", max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResultRow(forms.Form):
    name = forms.CharField(label="结果名称", max_length=80, required=False)
    kind = forms.ChoiceField(label="种类", choices=list(RESULT_SAYS.items()), required=False)
    validity = forms.CharField(label="有效期", max_length=80, required=False)
    sample = forms.CharField(label="样本", max_length=500, required=False)


class PlaceRow(forms.Form):
    name = forms.CharField(label="地点", max_length=80, required=False)
    address = forms.CharField(label="地址", max_length=160, required=False)
    hours = forms.CharField(label="办公时间", max_length=160, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("name") and not cleaned.get("DELETE"):
            for name in ("address", "hours"):
                if not cleaned.get(name):
                    self.add_error(name, "写了地点，就要写明地址和办公时间。")
        return cleaned


SIZES: Mapping[str, dict[str, int]] = {
    "id": {"size": 12},
    "name": {"size": 24},
    "standard": {"size": 24},
    "bases": {"cols": 34},
    "basis": {"size": 34},
    "requirement": {"size": 30},
    "address": {"size": 30},
    "hours": {"size": 30},
}
KINDS: Mapping[str, Any] = {
    name: formset_factory(row, extra=BLANK_ROWS, can_delete=True, max_num=100, validate_max=True, absolute_max=110)
    for name, row in (
        ("materials", MaterialRow),
        ("steps", StepRow),
        ("fees", FeeRow),
        ("results", ResultRow),
        ("places", PlaceRow),
    )
}


def table(
    name: str, data: Mapping[str, Any] | None, declaration: Declaration, *, roles: Mapping[str, str]
) -> BaseFormSet[Any]:
    """The formset of one table, filled from the declaration or from what was posted. ``roles`` are offered to steps; one
    the guide names already stays to be chosen."""
    formset: BaseFormSet[Any] = KINDS[name](
        data, prefix=name, initial=[_shown(name, one) for one in getattr(declaration, name)]
    )
    if name == "steps":
        offered = with_kept(roles, (step.role for step in declaration.steps))
        for form in formset:
            form.fields["role"].choices = offered
    for form in formset:  # every cell says what it is, since the column head is far away
        for field in form.visible_fields():
            kind = getattr(field.field.widget, "input_type", "")
            classes = {"checkbox": "form-check-input", "select": "form-select form-select-sm w-auto"}
            field.field.widget.attrs |= {
                "aria-label": field.label,
                "class": classes.get(kind, "form-control form-control-sm w-auto"),
            } | SIZES.get(field.name, {})
    return formset


def with_kept(offered: Mapping[str, str], kept: Iterable[str]) -> list[tuple[str, str]]:
    """Choices of a select: those offered, and what stands there already, under its own name if nothing knows it."""
    return [("", "请选择"), *({one: one for one in kept if one} | dict(offered)).items()]


def _shown(name: str, row: Any) -> dict[str, Any]:
    shown: dict[str, Any] = row.model_dump()
    for key in ("bases",):
        if key in shown:
            shown[key] = "\n".join(shown[key])
    if name == "materials":
        shown["source"] = row.source.of if row.source else ""
        shown["reference"] = row.source.reference if row.source else ""
    return shown


def table_data(name: str, formset: BaseFormSet[Any], declaration: Declaration) -> list[dict[str, Any]]:
    """Rows of a declaration: what the table shows, over what the row was before. Emptied and deleted rows are gone."""
    before = [one.model_dump(mode="json", exclude_defaults=True) for one in getattr(declaration, name)]
    rows = []
    for index, form in enumerate(formset.forms):
        cleaned = dict(form.cleaned_data or {})
        if cleaned.pop("DELETE", False) or not cleaned.get("name"):
            continue
        old = before[index] if index < len(before) else {}
        if "bases" in cleaned:
            cleaned["bases"] = [line.strip() for line in cleaned["bases"].splitlines() if line.strip()]
        if name == "materials":
            cleaned = _material(cleaned, old, index)
        if name == "steps":
            cleaned["basis"] = cleaned["basis"] or None
        if name == "results":
            cleaned["kind"] = cleaned["kind"] or "certificate"
        rows.append({**old, **cleaned})
    return rows


def _material(cleaned: dict[str, Any], old: Mapping[str, Any], index: int) -> dict[str, Any]:
    cleaned["id"] = cleaned["id"] or old.get("id") or f"material-{index + 1}"
    cleaned = {key: value for key, value in cleaned.items() if value or key not in {"grade", "need", "format"}}
    for number in ("originals", "copies"):
        cleaned[number] = cleaned[number] or 0
    kept = old.get("source") or {}
    of, reference = cleaned.pop("source"), cleaned.pop("reference")
    if not of:
        cleaned["source"] = None
    elif of == kept.get("of") and reference in {kept.get("certificate"), kept.get("dataset"), kept.get("step"), ""}:
        cleaned["source"] = dict(kept)
    else:
        key = {"held": "certificate", "step": "step"}.get(of)
        cleaned["source"] = {"of": of} | ({key: reference} if key else {})
    return cleaned
