"""Second factor: the library's flows behind our own pages, and nothing else of its pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import queries
from yiwang.foundation.organs.models import Account


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Citizens have no second factor and no password: they are led home."""

    @wraps(view)
    def shown(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponse:
        if not isinstance(request.user, Account) or request.user.kind != Account.Kind.STAFF:
            return redirect("/")
        return view(request, *parts, **named)

    return shown


answers = require_http_methods(["GET", "HEAD", "POST"])
page = method_decorator([never_cache, answers], name="dispatch")
members = method_decorator([never_cache, answers, login_required, staff_only], name="dispatch")  # type: ignore[list-item]  # its stub names the base class of responses


class _Faulty:
    """A form that did not pass is answered with 422, as everywhere in the house."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


@page
class AskCode(_Faulty, AuthenticateView):  # type: ignore[misc]
    """After the password: the code from the phone, or one of the recovery codes."""

    template_name = "organs/second_factor.html"


@members
class Confirm(_Faulty, ReauthenticateView):  # type: ignore[misc]
    """The password once more, before something about the second factor changes."""

    template_name = "organs/confirm.html"


@members
class ConfirmByCode(_Faulty, CodeReauthenticateView):  # type: ignore[misc]
    template_name = "organs/confirm.html"


@members
class Enrol(_Faulty, ActivateTOTPView):  # type: ignore[misc]
    """Bind an authenticator app: scan, enter one code. The session then counts as having passed it."""

    template_name = "organs/enrol.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        account = self.request.user
        record_authentication(self.request, account, method="mfa", type="totp", reauthenticated=True)
        record(
            subject=f"account:{account.pk}",
            event="organs.second-factor-enrolled",
            by=queries.doer(self.request),
            at=today.now(),
            organ=str(account.organ_id or ""),
        )
        return response


@members
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """Codes for the day the phone is lost."""

    template_name = "organs/recovery_codes.html"


@members
class NewRecoveryCodes(_Faulty, GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "organs/new_recovery_codes.html"


@never_cache
@require_safe
@login_required
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """Whether a second factor is bound, and what may be done about it."""
    bound = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    return render(request, "organs/security.html", {"bound": bound})
