"""The ledger for machines: published checkpoints and inclusion proofs. Public: digests and numbers only."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yiwang.foundation.ledger import publishing, queries
from yiwang.kernel.refusal import NotFound

router = Router()
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class NotSealedYet(NotFound):
    """The entry waits for the next checkpoint."""

    code = "not-sealed-yet"


class CheckpointOut(Schema):
    """``checkpoint`` is the signed text; its SM3 is ``digest``; the signature (hex) is over its UTF-8."""

    number: int
    epoch: int
    checkpoint: str = Field(description="存证正文（规范 JSON 文本，逐字签章）")
    digest: str = Field(description="存证正文的 SM3，十六进制")
    seal: str = Field(description="所用印章")
    signature: str = Field(description="签章，十六进制；未签章时为空")
    unsigned_why: str = Field(description="未签章原因")


class CheckpointPage(Schema):
    checkpoints: list[CheckpointOut]
    next_before: int | None = Field(description="继续向前翻页时作为 before；没有更早的为空")


class ProofOut(Schema):
    """Everything needed to check that the entry lies under the checkpoint's root (RFC 6962 with SM3)."""

    entry: int
    subject: str
    ordinal: int
    digest: str
    position: int
    path: list[str]
    checkpoint: str
    seal: str
    signature: str


@router.get("/ledger/checkpoints", response=CheckpointPage, summary="台账存证，新的在前", auth=None)
def list_checkpoints(
    request: HttpRequest,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    found = queries.checkpoints(before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "checkpoints": [publishing.as_published(one) for one in shown],
        "next_before": shown[-1].number if len(found) > limit else None,
    }


@router.get("/ledger/checkpoints/{number}", response=CheckpointOut, summary="一号存证", auth=None)
def one_checkpoint(request: HttpRequest, number: Number) -> dict[str, Any]:
    return publishing.as_published(queries.checkpoint(number))


@router.get("/ledger/entries/{digest}/proof", response=ProofOut, summary="一条台账记录的存证证明", auth=None)
def entry_proof(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    """404 with code ``not-sealed-yet`` until the next checkpoint, at most a minute."""
    proof = queries.proof(digest)
    if proof is None:
        raise NotSealedYet("这条记录待存证，请一分钟后再查。")
    return proof.as_dict()
