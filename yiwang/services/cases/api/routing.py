"""The router, and what its endpoints share: parameters within bounds, versions as ETags, keys of requests."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query, Router, Status
from ninja.files import UploadedFile
from ninja.security import django_auth
from pydantic import Field, StringConstraints

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.files import queries as files
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.services.cases.held.rules import Ground
from yiwang.web.problems import Problem
from yiwang.web.versions import Match, NoVersion, tagged, version_in

__all__ = ["Match", "NoVersion", "tagged", "version_in"]  # passed on to the endpoints beside this file

router = Router(auth=django_auth)

LARGEST = 2**63 - 1
NO_NUL = r"^[^\x00]*$"

Id = Annotated[int, Field(ge=1, le=LARGEST)]
Code = Annotated[str, StringConstraints(max_length=80, pattern=r"^[A-Za-z0-9._-]+$")]
Word = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Grounds = Annotated[dict[Code, Ground], Field(max_length=100, description="政府已有的材料编码 → 索取的法定理由")]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
Scalar = (
    Words
    | Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    | Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
    | bool
)
Answers = Annotated[dict[Name, Word], Field(max_length=50, description="情形问题的编码 → 选项编码")]
Form = Annotated[
    dict[Name, Scalar | Annotated[list[Word], Field(max_length=50)] | None],
    Field(max_length=300, description="申请表栏目 → 所填内容；栏目见 checklist"),
]

Reference = Annotated[str, Path(max_length=24, pattern=r"^[0-9]{4}-[0-9]{6,}$", description="办理编号")]
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Slug = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z0-9._-]+$")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页返回的 next")]
Limit = Annotated[int, Query(ge=1, le=100)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=80,
        pattern=r"^[\x21-\x7e]+$",
        description="幂等键：同一请求重发时用同一个键，只办一次",
    ),
]
UNSEEN: dict[int, Any] = {401: Problem, 404: Problem, 422: Problem}
DEED: dict[int, Any] = {**UNSEEN, 400: Problem, 403: Problem, 409: Problem}
STEP: dict[int, Any] = {**DEED, 428: Problem}


def done_once(request: HttpRequest, by: Doer, route: str, key: str, deed: Callable[[], Mapping[str, Any]]) -> Any:
    """The deed's answer, kept under the request's key for seven days."""

    def kept() -> tuple[int, str]:
        return 201, json.dumps(deed(), ensure_ascii=False)

    body = b"" if request.content_type == "multipart/form-data" else request.body
    _, text = once(principal=by, route=f"api.{route}", key=key, body=body, at=now(), deed=kept)
    return json.loads(text)


def content_of(file: UploadedFile, field: str) -> tuple[bytes, str]:
    """Content and name of an upload, refused before it is read if it cannot be taken anyway."""
    most = files.limits(day_of(now())).max_bytes
    if (file.size or 0) > most:
        says = f"文件太大了，单个文件不能超过{most // 1024 // 1024}MB。"
        raise Refusal(says, code="file-too-large", field=field)
    return file.read(), file.name or "未命名"


def as_typed(value: Any) -> str:
    """As somebody would have typed it: the form's own checks read text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def made(response: HttpResponse, said: dict[str, Any]) -> Any:
    """201 with where the new case is."""
    response["Location"] = f"/api/v1/cases/{said['reference']}"
    response["ETag"] = f'"{said["version"]}"'
    return Status(201, said)


def decoded(text: str, field: str) -> bytes:
    """A file inside a request."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refusal("文件内容不是有效的 base64。", code="base64", field=field) from None
