"""How a clock of a case is shown in one word."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiwang.matters.queries.explaining import Explained
from yiwang.services.cases import words

register = template.Library()


@register.simple_tag
def clock_pill(clock: Explained) -> SafeString:
    """``剩3个工作日`` in the tone of its urgency."""
    return format_html('<span class="pill {}">{}</span>', words.CLOCK_TONES[clock.tone], words.left_says(clock))
