"""What rooms below may ask of this one: the shell keeps a chosen text size with the account."""

from __future__ import annotations

from django.http import HttpRequest

from yiwang.foundation.organs import actions
from yiwang.foundation.organs.models import Account
from yiwang.kernel import names


@names.hook("web.keep-text-size")
def keep_text_size(request: HttpRequest, size: str) -> None:
    """Keep it, if somebody is logged in."""
    if isinstance(request.user, Account):
        actions.keep_text_size(account=request.user, size=size)
