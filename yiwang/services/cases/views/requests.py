"""Reading requests: numbers within bounds, uploads within limits, idempotency keys."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.payment_papers import FEN
from yiwang.services.cases.step_forms import in_fen
from yiwang.web.inputs import whole_number

LARGEST_UPLOAD = 20 * 1024 * 1024


def uploaded(request: HttpRequest, field: str) -> tuple[bytes, str]:
    """Content and name of one upload. The files room checks what it is; here only that it came, and not too large."""
    if not request.FILES.get(field):
        raise Refusal("请先选择要上传的文件。", code="no-file", field=field)
    return uploads(request, field)[-1]


def uploads(request: HttpRequest, field: str) -> list[tuple[bytes, str]]:
    """Content and name of every file of one field, in the order they were chosen; none is an empty list."""
    return [_read(file, field) for file in request.FILES.getlist(field)]


def _read(file: UploadedFile[Any], field: str) -> tuple[bytes, str]:
    if (file.size or 0) > LARGEST_UPLOAD:
        raise Refusal(
            f"文件太大了，单个文件不能超过{LARGEST_UPLOAD // 1024 // 1024}MB。", code="too-large", field=field
        )
    return file.read(), file.name or "未命名"


def idempotency_key(request: HttpRequest) -> str:
    """The hidden field of the form; a form without one is not protected by it and refused."""
    key = request.POST.get("idempotency_key", "") or request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 80 or not key.isascii():
        raise Refusal("页面已过期，请刷新后重新提交。", code="no-idempotency-key", field="idempotency_key")
    return key


def form_body(request: HttpRequest) -> bytes:
    """What an idempotency key stands for: the fields of the form and the files beside it, never the CSRF token."""
    said = {name: request.POST.getlist(name) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"}
    files = {name: [(one.name, one.size) for one in request.FILES.getlist(name)] for name in sorted(request.FILES)}
    return json.dumps([said, files], ensure_ascii=False).encode()


# What every form of a step carries beside the fields its process declares.
BESIDE = {"csrfmiddlewaretoken", "idempotency_key", "version", "ask", "checked"}


def step_values(posted: QueryDict) -> dict[str, Any]:
    """The declared fields of a step as typed; the engine checks them against the process and names every fault."""
    return {
        name: in_fen(str(value)) if name.endswith(FEN) else str(value)
        for name, value in posted.items()
        if name not in BESIDE and not name.startswith(("reason-", "ground-")) and value != ""
    }


def copies_again(posted: QueryDict) -> dict[str, list[int]]:
    """Material code → ids of compared copies ticked to be used again."""
    chosen = {name.removeprefix("reuse-"): posted.getlist(name) for name in posted if name.startswith("reuse-")}
    return {code: [found for one in ticked if (found := whole_number(one, code))] for code, ticked in chosen.items()}


def shortcomings(posted: QueryDict) -> dict[str, str]:
    """Ticked materials of a correction notice, each with what has to be put right."""
    return {str(code): str(posted.get(f"reason-{code}", "")) for code in posted.getlist("ask")}


def grounds(posted: QueryDict) -> dict[str, str]:
    """The grounds chosen for asking for what the government holds, by material."""
    chosen = {name.removeprefix("ground-"): str(value) for name, value in posted.items() if name.startswith("ground-")}
    return {code: ground for code, ground in chosen.items() if ground}
