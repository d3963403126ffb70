"""Deeds on themes: a draft of the one form, its submission, opening what is ready, the helper's record, withdrawal."""

from yiwang.services.themes.actions.advancing import advance, follow_up, try_again, withdraw
from yiwang.services.themes.actions.drafts import attach, detach, discard, keep_form, start
from yiwang.services.themes.actions.submitting import submit

__all__ = [
    "advance",
    "attach",
    "detach",
    "discard",
    "follow_up",
    "keep_form",
    "start",
    "submit",
    "try_again",
    "withdraw",
]
