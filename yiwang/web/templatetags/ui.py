"""Components every template may use without loading anything (registered as builtins)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiwang.kernel import names

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon from the sprite; the text beside it carries the meaning."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


@cache
def _sprite() -> str:
    """Its address, which a page asks for thirty times and no process sees change."""
    return static("vendor/icons.svg")


@register.simple_tag
def pill(text: str, tone: str = "calm") -> SafeString:
    """A small state mark. ``tone``: ok, soon, late, calm or off."""
    return format_html('<span class="pill {}">{}</span>', tone, text)


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes a second press of the same form harmless."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid4().hex)


@register.filter
def day(value: date | datetime | None) -> str:
    """``2026年9月24日``; an empty value stays empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def short_day(value: date | datetime | None) -> str:
    """``9月24日``; a day of another year says which: a case that came in from another system may be ten years old."""
    said = day(value)
    year, _, rest = said.partition("年")
    if not rest or "web.today" not in names.slot:
        return rest
    return rest if int(year) == names.slot["web.today"]().year else said


@register.filter
def moment(value: datetime | None) -> str:
    """``9月24日 09:05``; of another year with its year."""
    return f"{short_day(value)} {timezone.localtime(value):%H:%M}" if value else ""


@register.inclusion_tag("web/ui/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, object]:
    """A form field with label, help, and the fault beside it, tied together for screen readers."""
    described = [f"{bound.auto_id}-hint"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}-fault")
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    grouped = kind == "radio" or (getattr(widget, "allow_multiple_selected", False) and kind == "checkbox")
    if kind not in {"checkbox", "radio"}:
        base = "form-select" if kind == "select" else "form-control"
        attributes["class"] = f"{widget.attrs.get('class', '')} {base}".strip()
    elif not grouped:
        attributes["class"] = "form-check-input"
    return {
        "bound": bound,
        "kind": kind,
        "hint": hint or bound.help_text,
        "widget": bound.as_widget(attrs=attributes),
        "grouped": grouped,
    }


@register.inclusion_tag("web/ui/empty.html")
def empty(text: str, icon_name: str = "inbox", link: str = "", link_text: str = "") -> dict[str, str]:
    """What a list shows when there is nothing in it, and what to do about it."""
    return {"text": text, "icon_name": icon_name, "link": link, "link_text": link_text}
