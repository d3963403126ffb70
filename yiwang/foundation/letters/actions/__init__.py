"""Deeds with letters and messages."""

from yiwang.foundation.letters.actions.issuing import issue, warrant
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
    "tell",
    "unprintable",
    "warrant",
]
