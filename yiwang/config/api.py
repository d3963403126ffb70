"""The JSON API under ``/api/v1``: one ``router`` from each module's ``api.py``, one error format (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module, util
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.web.middleware import unprintable
from yiwang.web.problems import Problem, problem

ROUTED = {
    "calendar": "yiwang.foundation.calendar.api",
    "ledger": "yiwang.foundation.ledger.api",
    "matters": "yiwang.matters.api",
    "catalogue": "yiwang.services.catalogue.api",
    "cases": "yiwang.services.cases.api",
    "ratings": "yiwang.services.ratings.api",
    "supervision": "yiwang.governance.supervision.api",
    "hotline": "yiwang.governance.hotline.api",
    "inspections": "yiwang.governance.inspections.api",
}
PROBLEM = "application/problem+json"
DESCRIPTION = (
    "以网页登录的会话访问；写请求另带 X-CSRFToken（见 /me）。新建类请求带 Idempotency-Key，办理步骤带 If-Match。"
    "所有拒绝都是 application/problem+json。"
)


class Api(NinjaAPI):
    """As ninja's, but the contract says of every operation how it refuses."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """OpenAPI 3.1. Errors are problem documents; unreadable, unauthenticated and unknown are declared throughout."""
        schema = super().get_openapi_schema(**given)
        named = schema["components"]["schemas"]
        declared = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        named.update(declared.pop("$defs"))
        named["Problem"] = declared
        for methods in schema["paths"].values():
            for operation in methods.values():
                _declare_refusals(operation)
        return schema


def _declare_refusals(operation: dict[str, Any]) -> None:
    """Besides what the endpoint declares: 400 for a body, 401 under a login, 404 for a path with a name in it."""
    answers = operation["responses"]
    asked = [parameter["in"] for parameter in operation["parameters"]]
    if operation.get("requestBody"):
        answers.setdefault(400, {})
    if operation.get("security"):
        answers.setdefault(401, {})
    if "path" in asked:
        answers.setdefault(404, {})
    if asked or operation.get("requestBody"):
        answers.setdefault(422, {})
    for status, answer in answers.items():
        if int(status) >= 400:
            answer["description"] = HTTPStatus(int(status)).phrase
            answer["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}


api = Api(title="Yiwang 一网", version="1", description=DESCRIPTION, urls_namespace="api", docs_url=None)
for tag, module in ROUTED.items():
    if util.find_spec(module):
        api.add_router("", import_module(module).router, tags=[tag])


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(request, refusal)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        Fault(".".join(str(p) for p in e["loc"][1:]), f"格式不符合要求：{e['msg']}", e["type"]) for e in error.errors
    ]
    return problem(request, Refusal("提交的内容不符合接口要求，请按列出的字段改正。", code="malformed", faults=faults))


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: nobody is logged in."""
    answer = _refused_with(request, 401, "请先登录。", "not-logged-in")
    answer["WWW-Authenticate"] = 'Session realm="yiwang"'
    return answer


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """400: a body that is no JSON. 403: a write without the session's CSRF token."""
    if error.status_code == 403:
        return _refused_with(request, 403, "请求没有带有效的 X-CSRFToken，没有办理。", "csrf")
    return _refused_with(request, error.status_code, "请求内容无法读取，请检查格式。", "unreadable")


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _refused_with(request, 422, "请求内容太大，较大的文件请先上传到草稿。", "too-large")


@api.exception_handler(SuspiciousOperation)
def suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return _refused_with(request, 400, "请求内容无法读取，请检查格式。", "unreadable")


@api.exception_handler(DataError)
def not_text(request: HttpRequest, error: DataError) -> HttpResponse:
    """A NUL in a text is refused; anything else PostgreSQL cannot take is a bug and stays one."""
    refusal = unprintable(error)
    if refusal is None:
        raise error
    return problem(request, refusal)


def _refused_with(request: HttpRequest, status: int, says: str, code: str) -> HttpResponse:
    refusal = Refusal(says, code=code)
    refusal.status = status
    return problem(request, refusal)
