"""What an online answer needs, and what of it stands in the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import effect, guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context

STEP, RECORDED = "answer-online", "record-answer"
GIVEN = "answered"
MOST_FILES = 10


@guard("cases.answered-by-the-respondent")
def answered_by_the_respondent(ctx: Context) -> Refusal | None:
    """Taken only by the deed that has seen who was notified, whatever page or endpoint asks."""
    if ctx.given.get(GIVEN):
        return None
    return Refusal("请由被申请人在答辩页面提交。", code="on-its-page")


@effect("cases.answered")
def answered(ctx: Context) -> Mapping[str, Any]:
    """Who answered, for which party, with which files: references only."""
    return {"ledger": dict(ctx.given[GIVEN])}
