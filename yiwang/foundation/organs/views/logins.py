"""Login and logout: staff by password, citizens by a code on their phone; the password page."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import actions, queries
from yiwang.foundation.organs.adapters import home
from yiwang.foundation.organs.forms import CodeForm, PasswordChange, PhoneForm, StaffLogin
from yiwang.foundation.organs.models import Account
from yiwang.kernel.refusal import Refusal

DEMO_CODE = "demo-sms-code"


@never_cache
@require_http_methods(["GET", "POST"])
def staff_login(request: HttpRequest) -> HttpResponse:
    """Login name and password; wrong ones are counted, and too many lock the name for this address."""
    if isinstance(request.user, Account):
        return redirect(home(request.user))
    form = StaffLogin(request.POST or None)
    refusal: Refusal | None = None
    if form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            # The password was typed this moment: who must enrol a second factor first is not asked for it once more.
            record_authentication(
                request, account, method="password", username=account.get_username(), reauthenticated=True
            )
            answer: HttpResponse = perform_login(request, Login(user=account, redirect_url=_next(request)))
            return answer
        if not getattr(request, "axes_locked_out", False):  # else the lockout page replaces this one
            refusal = Refusal("登录名或者密码不正确。", code="wrong-password")
    shown = {"form": form, "refusal": refusal, "next": _next(request) or "", "demo": settings.DEMO}
    return render(request, "organs/login.html", shown, status=422 if refusal or form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def phone_login(request: HttpRequest) -> HttpResponse:
    """A citizen gives a phone number and gets a code; the same page then asks for it."""
    if isinstance(request.user, Account):
        return redirect(home(request.user))
    form = PhoneForm(request.POST or None)
    shown = {"form": form, "next": _next(request) or ""}
    if not form.is_valid():
        return render(request, "organs/phone.html", shown, status=422 if form.errors else 200)
    try:
        sent = actions.send_code(
            phone=form.cleaned_data["phone"], address=request.META.get("REMOTE_ADDR", ""), at=today.now()
        )
    except Refusal as refusal:
        return render(request, "organs/phone.html", {**shown, "refusal": refusal}, status=refusal.status)
    if settings.DEMO:
        request.session[DEMO_CODE] = sent.code  # shown on the next page, labelled; never outside the demo
    return _ask_code(request, CodeForm(initial={"phone": sent.phone}))


@never_cache
@require_POST
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code opens the phone's account, which the first code also opens."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, Refusal("请输入短信验证码。", code="missing"))
    try:
        account = actions.enter_code(**form.cleaned_data, at=today.now())
    except Refusal as refusal:
        return _ask_code(request, form, refusal)
    request.session.pop(DEMO_CODE, None)
    record_authentication(request, account, method="sms-code")
    answer: HttpResponse = perform_login(request, Login(user=account, redirect_url=_next(request)))
    return answer


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. The text size stays in its cookie."""
    staff = getattr(request.user, "kind", "") == Account.Kind.STAFF
    logout(request)
    return redirect("account_login" if staff else "/")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password; forced after an administrator has set it."""
    if not isinstance(request.user, Account) or not request.user.has_usable_password():
        return redirect("/")
    form = PasswordChange(request.POST or None)
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            account = actions.change_own_password(
                account=request.user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
                by=queries.doer(request),
                at=today.now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            update_session_auth_hash(request, account)  # other sessions of this account end
            messages.success(request, "密码已修改。")
            return redirect(home(account))
    shown = {"form": form, "refusal": refusal, "forced": request.user.must_change_password}
    return render(request, "organs/password.html", shown, status=422 if refusal or form.errors else 200)


def _ask_code(request: HttpRequest, form: CodeForm, refusal: Refusal | None = None) -> HttpResponse:
    shown = {
        "form": form,
        "refusal": refusal,
        "phone": form["phone"].value() or "",
        "next": _next(request) or "",
        "demo_code": request.session.get(DEMO_CODE) if settings.DEMO else None,
    }
    return render(request, "organs/phone_code.html", shown, status=refusal.status if refusal else 200)


def _next(request: HttpRequest) -> str | None:
    """Where the visitor wanted to go, if it is one of our own addresses."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and safe else None
