"""The JSON API under ``/api/v1``: one ``router`` from each module's ``api.py``, one error format (RFC 9457)."""

from __future__ import annotations

from importlib import import_module, util

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.web.problems import problem

ROUTED = {
    "calendar": "yiwang.foundation.calendar.api",
    "ledger": "yiwang.foundation.ledger.api",
    "matters": "yiwang.matters.api",
    "catalogue": "yiwang.services.catalogue.api",
    "cases": "yiwang.services.cases.api",
}

api = NinjaAPI(title="Yiwang 一网", version="1", urls_namespace="api", docs_url=None)
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
