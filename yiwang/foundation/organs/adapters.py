"""What the login library asks us: where to go after login, how second-factor secrets are kept, how codes look."""

from __future__ import annotations

import io
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from yiwang.foundation.calendar import today
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.rules import SECOND_FACTOR
from yiwang.kernel.refusal import NotAllowed

A_YEAR = 365 * 24 * 3600


def home(account: object) -> str:
    """Where an account begins: staff at their inbox, everybody else at the portal."""
    return "/desk/inbox/" if getattr(account, "kind", "") == Account.Kind.STAFF else "/"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by himself: staff accounts are opened by an administrator, citizens' at the first code."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home(request.user)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        raise NotAllowed("该账号已经停用，请联系本单位账号管理员。", code="account-closed")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """The text size chosen before comes back with the account, on whatever machine; whoever never chose one reads
        on in the size of the page the login was on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        chosen = isinstance(user, Account) and user.text_size != Account.TextSize.STANDARD
        if isinstance(user, Account) and (chosen or "text-size" not in request.COOKIES):
            response.set_cookie("text-size", user.text_size, max_age=A_YEAR, samesite="Lax", httponly=True)
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The library's own messages stay out: our pages say what happened in our words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Accounts have no e-mail."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets are encrypted at rest like everything personal."""

    error_messages = {
        "cannot_delete_authenticator": "您的岗位要求使用动态口令，不能停用。",
        "cannot_generate_recovery_codes": "请先绑定动态口令，再生成备用码。",
        "incorrect_code": "动态口令或者备用码不正确。",
        "too_many_login_attempts": "尝试次数过多，请5分钟后再试。",
        "rate_limited": "尝试次数过多，请5分钟后再试。",
    }

    def encrypt(self, text: str) -> str:
        return cipher.seal(text, about=SECOND_FACTOR, at=today.now()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.unseal(bytes.fromhex(encrypted_text), about=SECOND_FACTOR)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        out = io.BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=2)
        return out.getvalue().decode()
