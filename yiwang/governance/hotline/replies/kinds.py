"""What packs declare about replies: what one must say, which phrases say nothing, what must not stand in one."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from yiwang.kernel import packs

KIND = "reply-rules"
RULE = "hotline.replies"


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as broken:
        raise ValueError(f"不是有效的正则表达式：{broken}") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
Says = Annotated[str, Field(min_length=4)]
# what is read: the answer that closes an order, one that closes a stage, one given at once, a part's for the lead unit
Way = Literal["final", "stage", "direct", "part"]
WAYS: dict[str, str] = {"final": "办结反馈", "stage": "阶段性办结", "direct": "直接答复", "part": "协办答复"}


class Part(packs.Row):
    """One thing a reply must say. ``signs`` are patterns, any of which is enough in a clause that none of ``spoiled``
    matches (将、尚未: announced is not done). ``kinds`` are the order kinds it is asked of; none named: all.
    ``when_refusing``: asked only of a reply that says no. ``ways``: of which texts it is asked; none named: all. ``asked``:
    only where one of these matches the question (多少钱 asks for a sum); none named: always."""

    code: Annotated[str, Field(pattern=r"^[a-z-]{2,20}$")]
    title: str
    kinds: list[str] = []
    asked: list[Pattern] = []
    signs: Annotated[list[Pattern], Field(min_length=1)]
    spoiled: list[Pattern] = []
    when_refusing: bool = False
    ways: list[Way] = []
    says: Says


class Question(packs.Row):
    """The question asked is taken up: at least ``least`` of its characters recur in the reply in runs of two or more (half of
    a shorter question). ``plain`` words and names of ``places`` say nothing of a question; ``marks`` part one question
    from the next."""

    least: Annotated[int, Field(ge=2, le=20)]
    plain: list[str]
    places: Pattern
    marks: Pattern
    says: Says
    says_part: Says


class Vague(packs.Row):
    """Phrases that say nothing, unless the same sentence is made concrete by one of ``concrete``; ``always`` are never."""

    phrases: Annotated[list[Pattern], Field(min_length=1)]
    always: list[Pattern] = []
    concrete: list[Pattern] = []
    says: Says


class Copied(packs.Row):
    """``percent`` of a reply's prints found in one earlier reply of the unit, of the last ``days``, to somebody else."""

    ways: list[Way] = []  # what an operator answers at once may be the same for everybody: it is known, not copied
    percent: Annotated[int, Field(ge=10, le=100)]
    days: Annotated[int, Field(ge=1, le=3650)]
    least: Annotated[int, Field(ge=1)]  # prints a reply must have to be compared at all
    says: Says


class Personal(packs.Row):
    """Other people's data: how names are written, and words before which a full name stands."""

    surnames: Annotated[str, Field(min_length=10)]
    titles: Annotated[str, Field(min_length=1)]
    relations: Annotated[list[str], Field(min_length=1)]
    not_names: list[str] = []  # words a dictionary takes for names: 业主张贴通知
    says_number: Says
    says_phone: Says
    says_name: Says


class ReplyRules(packs.Rule):
    """``courtesies`` are left out of every comparison; ``counts_as_vague`` are the findings that make a reply 简单模糊 in
    the figures, ``counts_with_missing`` those that do so only where a part is missing too; ``least_reason`` is the fewest characters of a reason to send it all the same."""

    courtesies: list[str]
    refusing: Annotated[list[Pattern], Field(min_length=1)]
    question: Question
    part: Annotated[list[Part], Field(min_length=1)]
    vague: Vague
    copied: Copied
    personal: Personal
    unfilled: Pattern
    says_unfilled: Says
    counts_as_vague: Annotated[list[str], Field(min_length=1)]
    counts_with_missing: list[str] = []
    least_reason: Annotated[int, Field(ge=2, le=100)]

    @model_validator(mode="after")
    def _names_findings_that_exist(self) -> ReplyRules:
        known = {
            "question",
            "vague",
            "copied",
            "unfilled",
            "id-number",
            "phone",
            "name",
            *(one.code for one in self.part),
        }
        if unknown := {*self.counts_as_vague, *self.counts_with_missing} - known:
            raise ValueError(f"counts_as_vague、counts_with_missing 没有这种发现：{'、'.join(sorted(unknown))}")
        return self


packs.kind(KIND, folder="replies", schema=ReplyRules)
