"""Components every template may use without loading anything (registered as builtins)."""

from django import template

register = template.Library()
