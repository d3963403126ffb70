"""One error format for machines: RFC 9457 ``application/problem+json``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from pydantic import Field

from yiwang.kernel.refusal import Refusal


class ProblemError(Schema):
    """One fault: which field, which rule, in Chinese."""

    pointer: str
    code: str
    detail: str


class Problem(Schema):
    """How every refusal is answered (RFC 9457). ``code`` is stable; ``detail`` is the sentence a person reads."""

    type: str = Field(description="urn:yiwang:refusal:<code>")
    title: str
    status: int
    detail: str
    instance: str
    code: str
    article: str | None = Field(None, description="法律依据")
    errors: list[ProblemError] | None = Field(None, description="逐项错误")


# what a read of one's own things may be refused with, and a step of a matter besides
UNSEEN: dict[int, Any] = {401: Problem, 404: Problem, 422: Problem}
STEP: dict[int, Any] = {**UNSEEN, 400: Problem, 403: Problem, 409: Problem, 428: Problem}


def problem(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """The refusal as a problem document: type, title, status, detail, instance, code, article, errors."""
    body: dict[str, object] = {
        "type": f"urn:yiwang:refusal:{refusal.code}",
        "title": "不予办理此项请求",
        "status": status or refusal.status,
        "detail": refusal.says,
        "instance": request.path,
        "code": refusal.code,
    }
    if refusal.article:
        body["article"] = refusal.article
    if refusal.faults:
        body["errors"] = [
            {"pointer": fault.field, "code": fault.code, "detail": fault.says} for fault in refusal.faults
        ]
    return JsonResponse(
        body,
        status=status or refusal.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
