"""Inputs whose value a browser must understand."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day as the browser's own date field takes it. In the reader's words (2026年10月8日) the field would stand empty,
    and the next press of the button would save nothing in place of the day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
