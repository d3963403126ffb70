"""Inputs whose value a browser must understand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from yiwang.kernel.refusal import Refusal

LARGEST = 2**63 - 1  # what a bigint holds


class DayInput(forms.DateInput):
    """A day as the browser's own date field takes it. In the reader's words (2026年10月8日) the field would stand empty,
    and the next press of the button would save nothing in place of the day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def whole_number(raw: str | None, field: str) -> int | None:
    """A bounded whole number from a form or an address; nothing stays nothing. Refused: anything else, by its field."""
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 19 or int(raw) > LARGEST:
        raise Refusal("地址或表单里的数字不正确，请从列表重新进入。", code="number", field=field)
    return int(raw)


def on_a_phone(request: HttpRequest) -> bool:
    """What the browser says of itself: it decides nothing but through which channel something came."""
    return "Mobile" in request.headers.get("User-Agent", "")


def day(raw: str | None, field: str) -> date | None:
    """A day as the browser's date field sends it; nothing stays nothing. Refused: anything else, by its field."""
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Refusal("日期的格式为2026-09-24。", code="day", field=field) from None
