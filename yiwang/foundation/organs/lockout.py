"""What somebody reads who has typed a wrong password too often."""

from __future__ import annotations

import math

from axes.helpers import get_client_ip_address, get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yiwang.foundation.organs.forms import StaffLogin
from yiwang.kernel.refusal import Refusal


class LockedOut(Refusal):
    """Too many wrong passwords for one login name from one address."""

    code = "locked-out"
    status = 429


def minutes_left(request: HttpRequest, credentials: dict[str, str] | None) -> int:
    """Whole minutes until the next attempt counts; at least 1. Wall clock: the lock is no matter of legal days."""
    attempts = AccessAttempt.objects.filter(
        username=get_client_username(request, credentials), ip_address=get_client_ip_address(request)
    )
    last = attempts.order_by("-attempt_time").first()
    cool_off = get_cool_off(request)
    if last is None or cool_off is None:
        return 1
    seconds: float = (last.attempt_time + cool_off - timezone.now()).total_seconds()
    return max(1, math.ceil(seconds / 60))


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """The login page again, saying how long to wait."""
    minutes = minutes_left(request, credentials)
    refusal = LockedOut(
        f"密码连续输错次数过多，该登录名已暂时锁定，请{minutes}分钟后再试。如忘记密码，请联系本单位账号管理员重置。"
    )
    response = render(request, "organs/login.html", {"form": StaffLogin(), "refusal": refusal}, status=LockedOut.status)
    response["Retry-After"] = str(minutes * 60)
    return response
