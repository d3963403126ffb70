"""Pages of the shell itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yiwang.kernel import names
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.web.problems import problem

TEXT_SIZES = (("standard", "标准", "标准文字"), ("large", "大字", "大字版"), ("larger", "特大", "特大字版"))
A_YEAR = 365 * 24 * 3600


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Remember one of three text sizes in a cookie; a logged-in viewer's choice is also kept with the account."""
    size = request.POST.get("size", "")
    if size not in {value for value, _, _ in TEXT_SIZES}:
        raise Refusal("文字大小只能选标准、大字或特大。", code="unknown-text-size", field="size")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if "web.keep-text-size" in names.hook:
        names.hook["web.keep-text-size"](request, size)
    response = redirect(target)
    response.set_cookie("text-size", size, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own 404 in the words of the house; a program that asked the API reads what it reads everywhere else."""
    refusal = NotFound("没有这个页面，或者您无权查看。请核对地址，或从首页重新进入。")
    return _said(request, refusal, status=refusal.status)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """A form whose CSRF token is missing or old: nothing was done, and the page says how to go on."""
    refusal = Refusal("页面已过期，刚才的操作没有提交。请返回刷新页面后重试。", code="page-expired")
    return refused(request, refusal, status=403)


def refused(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """A refusal as a page of the face it happened on, with the way back to where the viewer came from."""
    desk = request.path.startswith("/desk/") and getattr(getattr(request, "user", None), "kind", "") == "staff"
    before = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    back = before if known and urlsplit(before).path != request.path else "/desk/inbox/" if desk else "/"
    context = {"refusal": refusal, "face": "web/desk.html" if desk else "web/base.html", "back_url": back}
    return render(request, "web/refusal.html", context, status=status or refusal.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django itself will not read: a body beyond the limits, or an address this house does not answer to."""
    if isinstance(exception, DisallowedHost):  # no page: its links would point to that address
        says = "这个网址不是本系统登记的地址，请从政府网站的入口进入。"
        return HttpResponse(says, status=400, content_type="text/plain; charset=utf-8")
    too_big = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    if too_big:
        refusal = Refusal("提交的内容超过了系统一次能接收的大小，没有办理。请分几次提交。", code="too-big")
    else:
        refusal = Refusal("请求的格式无法识别，没有办理。请返回刷新页面后重试。", code="unreadable")
    return _said(request, refusal, status=413 if too_big else 400)


def wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """405 with a sentence: an address that only a button leads to was typed, or a program used another verb."""
    refusal = Refusal("这个地址不能直接打开或这样提交，请从页面上的按钮进入。", code="wrong-method")
    said = _said(request, refusal, status=405)
    if "Allow" in answer:
        said["Allow"] = answer["Allow"]
    return said


def _said(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(request, refusal, status=status)
    return refused(request, refusal, status=status)


def broken(request: HttpRequest) -> HttpResponse:
    """A bug. The page promises nothing it does not know."""
    return render(request, "web/broken.html", status=500)
