"""The form with which an organ brings its existing certificates in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from yiwang.kernel.permissions import Doer
from yiwang.services.certificates import intake, queries, types


class IntakeForm(forms.Form):
    """Which item and type, and the table."""

    kind = forms.TypedChoiceField(
        label="事项和证照类型", coerce=lambda text: tuple(text.split("|", 1)), choices=(), required=True
    )
    file = forms.FileField(label="表格（CSV 或 Excel）", max_length=200)

    def __init__(self, by: Doer, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered, self.on = queries.intake_choices(by, on), on
        choices = [(f"{item}|{kind}", f"{title} → {name}") for item, kind, title, name in self.offered]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def heads(self) -> list[tuple[str, list[str]]]:
        """Type name and the column heads its table needs."""
        declared = types.declared(self.on)
        return [
            (declared[kind].name, [*intake.COLUMNS, *(f.title for f in declared[kind].fields.values())])
            for kind in dict.fromkeys(kind for _, kind, _, _ in self.offered)
        ]
