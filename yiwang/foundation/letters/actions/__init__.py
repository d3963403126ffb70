"""Deeds with letters and messages."""

from yiwang.foundation.letters.actions.issuing import issue, take_number, warrant
from yiwang.foundation.letters.actions.rendering import fail, leave_gaps, page_of, render, retry, unprintable
from yiwang.foundation.letters.actions.serving import serve
from yiwang.foundation.letters.actions.telling import deliver, resend, tell

__all__ = [
    "deliver",
    "fail",
    "issue",
    "leave_gaps",
    "page_of",
    "render",
    "resend",
    "retry",
    "serve",
    "take_number",
    "tell",
    "unprintable",
    "warrant",
]
