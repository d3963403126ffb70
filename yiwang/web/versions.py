"""What an API call says it has seen: a version as ETag in the answer, as ``If-Match`` in the next deed."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Header

from yiwang.kernel.refusal import Refusal

Match = Annotated[
    str | None,
    Header(alias="If-Match", max_length=24, description="所见版本（上次应答的 ETag）；缺少时为 428，已过时为 409"),
]


class NoVersion(Refusal):
    """A deed without saying which version was seen."""

    code = "no-version"
    status = 428


def version_in(match: str | None) -> int:
    """The version in an ``If-Match`` header: ``"3"``."""
    if match is None:
        raise NoVersion("请在 If-Match 里写明您看到的版本（应答里的 ETag）。", field="If-Match")
    text = match.strip().removeprefix('"').removesuffix('"')
    if not text.isascii() or not text.isdigit() or int(text) > 2**31 - 1:
        raise Refusal('If-Match 应为应答里的 ETag，例如 "3"。', code="version", field="If-Match")
    return int(text)


def tagged(response: HttpResponse, version: int) -> None:
    """The version as the answer's ETag."""
    response["ETag"] = f'"{version}"'
