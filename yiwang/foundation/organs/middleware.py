"""The gate after login: whoever must enrol a second factor, or change a first password, does that before anything."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yiwang.foundation.organs import queries
from yiwang.foundation.organs.models import Account

OPEN = ("/accounts/", "/static/", "/text-size/", "/api/")  # the API gives such a session no administrator powers


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
                return redirect("mfa_activate_totp")
        return self.get_response(request)
