"""Deeds with letters and messages."""

from yiwang.foundation.letters.actions.issuing import issue, warrant
from yiwang.foundation.letters.actions.rendering import fail, page_of, render, retry
from yiwang.foundation.letters.actions.serving import serve
from yiwang.foundation.letters.actions.telling import deliver, resend, tell

__all__ = ["deliver", "fail", "issue", "page_of", "render", "resend", "retry", "serve", "tell", "warrant"]
