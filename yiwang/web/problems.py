"""One error format for machines: RFC 9457 ``application/problem+json``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from yiwang.kernel.refusal import Refusal


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a problem document: type, title, status, detail, instance, code, article, errors."""
    body: dict[str, object] = {
        "type": f"urn:yiwang:refusal:{refusal.code}",
        "title": "不予办理此项请求",
        "status": refusal.status,
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
        status=refusal.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
