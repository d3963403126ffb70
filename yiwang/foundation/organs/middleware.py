"""The gate after login: whoever must enrol a second factor, or change a first password, does that before anything."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from yiwang.foundation.organs import queries
from yiwang.foundation.organs.models import Account

OPEN = ("/accounts/", "/static/", "/text-size/", "/api/")  # the API gives such a session no administrator powers


TOLD = "second-factor-told"
NOTICE = '您兼任的管理岗位要绑定第二因素才有权力，本次登录没有这些权力；其他岗位照常使用。<a href="{}">现在绑定</a>'


def _told_once(request: HttpRequest) -> None:
    if not request.session.get(TOLD):
        request.session[TOLD] = True
        messages.info(request, format_html(NOTICE, reverse("mfa_activate_totp")))


class AccountGate:
    """Costs nothing but the doer's one query, which the page asks anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if (
            isinstance(account, Account)
            and not request.path.startswith(OPEN)
            and get_authentication_records(request, account)
        ):
            if account.must_change_password:
                return redirect("account_change_password")
            if account.kind == Account.Kind.STAFF and queries.second_factor_missing(request):
                if not (settings.DEMO and queries.doer(request).posts):
                    return redirect("mfa_activate_totp")
                _told_once(
                    request
                )  # who looks at the demo holds other posts too, and need not bind a telephone for them
        return self.get_response(request)
