"""The desk's guide editor: the parts a bureau changes most, as plain form fields.

Situations, questions and the application form are edited as text in the pack's own notation (TOML), since their shape
is a structure; everything else is a field. ``GuideForm.data_of`` answers a whole declaration again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from yiwang.kernel.permissions import Doer, Permission
from yiwang.services.catalogue.declarations import (
    AUDIENCE_SAYS,
    CHAIN_SAYS,
    CHANNEL_SAYS,
    HANDLING_SAYS,
    Declaration,
)
from yiwang.services.catalogue.reading import FIELD_SAYS, LIMIT_SAYS
from yiwang.services.catalogue.tables import BLANK_ROWS, table, table_data, with_kept
from yiwang.web.inputs import DayInput

UNITS = [("working-day", "工作日"), ("natural-day", "自然日")]
LINES = {name: FIELD_SAYS[name] for name in ("bases", "conditions", "refusals", "phones", "complaint_phones")}
LINE_HELP = {"bases": "一行一条，如：《中华人民共和国行政许可法》第四十二条第一款"}
TEXTS = {
    "name": ("事项名称", 200),
    "undertaking": ("承办机构（股室）", 100),
    "fee_says": ("收费说明（不收费的填“不收费”）", 500),
    "trips_why": ("必须到现场的原因", 500),
    "scope": ("通办范围", 500),
    "quota": ("数量限制", 500),
}
NOTATION = ("questions", "situations", "form")
TABLES = {name: FIELD_SAYS[name] for name in ("materials", "steps", "fees", "results", "places")}
# Where a fault of the gate is mended, by the beginning of its path; anything else has a field of its own name.
MENDED_IN = {
    "limits.legal_basis": "id_legal_basis",
    "limits.extension.basis": "id_extension_basis",
    "limits.legal": "id_legal_days",
    "limits.promised": "id_promised_days",
    "limits.extension": "id_extension_days",
    "limits.correction": "id_correction_days",
    "in_force": "id_in_force_from",
    "channels": "id_channels_0",
    "audience": "id_audience_0",
    **dict.fromkeys(NOTATION, "id_structure"),
    **{name: f"table-{name}" for name in TABLES},
}


def mended_in(path: str) -> str:
    """The id of the place on the editor's page where the fault with that path is mended; empty where there is none."""
    for beginning, place in MENDED_IN.items():
        if path == beginning or path.startswith(f"{beginning}."):
            return place
    head = path.partition(".")[0]
    return f"id_{head}" if head in {*TEXTS, *LINES, *GuideForm.base_fields} else ""


def edits(by: Doer) -> bool:
    return by.may(Permission.CATALOGUE_EDIT)


class GuideForm(forms.Form):
    """The draft as fields. Unbound, it shows the declaration; bound and valid, ``data_of`` is the edited one."""

    in_force_from = forms.DateField(label="施行日", required=False, widget=DayInput())
    who_may = forms.CharField(
        label="谁可以办", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    handling = forms.ChoiceField(label="办件类型", choices=[("", "请选择"), *HANDLING_SAYS.items()], required=False)
    chain = forms.ChoiceField(label="审批层级", choices=[("", "请选择"), *CHAIN_SAYS.items()], required=False)
    channels = forms.MultipleChoiceField(
        label="办理形式",
        choices=list(CHANNEL_SAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    audience = forms.MultipleChoiceField(
        label="服务对象",
        choices=list(AUDIENCE_SAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    process = forms.ChoiceField(label="办理流程", required=False)
    trips = forms.IntegerField(label="到现场次数", min_value=0, max_value=9, required=False)
    retention_years = forms.IntegerField(label="归档年限", min_value=1, max_value=100, required=False)
    legal_basis = forms.CharField(label="法定时限依据", max_length=200, required=False)
    extension_basis = forms.CharField(label="延长期限依据", max_length=200, required=False)
    remedies = forms.CharField(
        label="救济途径", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    structure = forms.CharField(
        label="情形、问题和申请表单（配置写法）",
        required=False,
        strip=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="与配置包写法相同：[[questions]]、[[situations]]、[[form]]。不改动的保持原样。",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        declaration: Declaration,
        processes: Mapping[str, str] | None = None,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        self.declaration = declaration
        super().__init__(data, initial=_initial(declaration), label_suffix="")
        process: Any = self.fields["process"]
        process.choices = with_kept(processes or {}, [declaration.process])
        for name, (label, longest) in TEXTS.items():
            self.fields[name] = forms.CharField(label=label, max_length=longest, required=False)
        for name, label in LINES.items():
            area = forms.Textarea(attrs={"rows": 3})
            help_text = LINE_HELP.get(name, "一行一条")
            self.fields[name] = forms.CharField(label=label, required=False, widget=area, help_text=help_text)
        for name, label in LIMIT_SAYS.items():
            self.fields[f"{name}_days"] = forms.IntegerField(label=label, min_value=0, max_value=3650, required=False)
            self.fields[f"{name}_unit"] = forms.ChoiceField(label=f"{label}单位", choices=UNITS, required=False)
        self.tables = {name: table(name, data, declaration, roles=roles or {}) for name in TABLES}
        self.blank_rows = BLANK_ROWS

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(one.is_valid() for one in self.tables.values())])

    def titled_tables(self) -> list[tuple[str, str, Any]]:
        """Name, heading and rows of each table, in the order of the page."""
        return [(name, TABLES[name], rows) for name, rows in self.tables.items()]

    def ticked_fields(self) -> list[Any]:
        return [self["audience"], self["channels"]]

    def limit_fields(self) -> list[tuple[Any, Any]]:
        """Number and unit of each limit, side by side."""
        return [(self[f"{name}_days"], self[f"{name}_unit"]) for name in LIMIT_SAYS]

    def text_fields(self) -> list[Any]:
        return [self[name] for name in TEXTS]

    def line_fields(self) -> list[Any]:
        return [self[name] for name in LINES]

    def clean_structure(self) -> dict[str, Any]:
        text = self.cleaned_data["structure"].replace("\r\n", "\n")
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise forms.ValidationError(f"写法有误：{error}") from error
        if unknown := sorted(set(found) - set(NOTATION)):
            raise forms.ValidationError(f"这里只能写 questions、situations、form，不能写 {'、'.join(unknown)}。")
        return found

    def data_of(self) -> dict[str, Any]:
        """The whole declaration as edited; parts this form does not show stay as they were."""
        cleaned, data = self.cleaned_data, self.declaration.as_data()
        for name in (*TEXTS, "process", "who_may", "handling", "chain", "remedies"):
            data[name] = cleaned[name]
        for name in LINES:
            data[name] = [line.strip() for line in cleaned[name].splitlines() if line.strip()]
        data["channels"], data["audience"] = cleaned["channels"], cleaned["audience"]
        for name in ("trips", "retention_years"):
            data[name] = cleaned[name]
        for name in NOTATION:
            data[name] = cleaned["structure"].get(name, [])
        data["in_force"] = {"from": cleaned["in_force_from"].isoformat()} if cleaned["in_force_from"] else None
        data["limits"] = self._limits(data.get("limits", {}))
        for name, rows in self.tables.items():
            data[name] = table_data(name, rows, self.declaration)
        return data

    def _limits(self, before: Mapping[str, Any]) -> dict[str, Any]:
        limits = dict(before)
        for name in LIMIT_SAYS:
            days = self.cleaned_data[f"{name}_days"]
            if days is None:
                limits.pop(name, None)
            else:
                unit = self.cleaned_data[f"{name}_unit"] or "working-day"
                limits[name] = {**(before.get(name) or {}), "days": days, "unit": unit}
        limits["legal_basis"] = self.cleaned_data["legal_basis"] or None
        if "extension" in limits:
            limits["extension"]["basis"] = self.cleaned_data["extension_basis"] or None
        return limits


def _initial(declaration: Declaration) -> dict[str, Any]:
    limits = declaration.limits
    found: dict[str, Any] = {name: getattr(declaration, name) for name in TEXTS}
    found |= {name: "\n".join(getattr(declaration, name)) for name in LINES}
    for name in ("who_may", "handling", "chain", "process", "remedies", "trips", "retention_years"):
        found[name] = getattr(declaration, name)
    found["channels"], found["audience"] = list(declaration.channels), list(declaration.audience)
    found["in_force_from"] = declaration.in_force.from_ if declaration.in_force else None
    for name in LIMIT_SAYS:
        limit = getattr(limits, name)
        found[f"{name}_days"] = limit.days if limit else None
        found[f"{name}_unit"] = limit.unit if limit else "working-day"
    found["legal_basis"] = limits.legal_basis or ""
    found["extension_basis"] = (limits.extension.basis if limits.extension else "") or ""
    data = declaration.as_data()
    found["structure"] = notation({name: data[name] for name in NOTATION if name in data})
    return found


def notation(data: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Tables as a pack writes them: one ``[[name]]`` a row, nested values inline."""
    lines: list[str] = []
    for name, rows in data.items():
        for row in rows:
            lines += ["", f"[[{name}]]"]
            nested = [key for key, value in row.items() if _is_rows(value)]
            lines += [f"{_key(key)} = {_value_of(key, value)}" for key, value in row.items() if key not in nested]
            for key in nested:
                for inner in row[key]:
                    lines += ["", f"[[{name}.{key}]]"]
                    lines += [f"{_key(one)} = {_value_of(one, value)}" for one, value in inner.items()]
    return "\n".join(lines).strip() + "\n" if lines else ""


def _value_of(key: str, value: Any) -> str:
    """Choices are stored as pairs and written as one inline table, in their order."""
    return _value(dict(value)) if key == "choices" and isinstance(value, list) else _value(value)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _key(key: str) -> str:
    plain = key.isascii() and all(one.isalnum() or one in "-_" for one in key)
    return key if plain and key else _text(key)


def _text(value: str) -> str:
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return str(value) if isinstance(value, int | float) else _text(str(value))
