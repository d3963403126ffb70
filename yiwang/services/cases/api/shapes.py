"""What the endpoints answer. Every field a machine decides with is a code; every sentence is as the pages show it."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from yiwang.web.paging import Page


class Choice(Schema):
    code: str
    title: str


class FieldOut(Schema):
    """One input of the application form or of a step. ``kind``: text, long-text, number, date, choice, choices, …"""

    name: str
    title: str
    kind: str
    required: bool
    choices: list[Choice]
    help: str = ""
    known: str = Field("", description="已有的值，可直接采用")


class QuestionOut(Schema):
    code: str
    asks: str
    choices: list[Choice]


class MaterialAsked(Schema):
    code: str
    name: str
    required: bool
    source: str = Field(description="applicant 申请人提供，held 政府已有，step 办理中产生")
    requirement: str
    copies: str


class Checklist(Schema):
    """What somebody in this situation is asked: questions still open, fields of the form, materials."""

    item_code: str
    item_name: str
    version: int = Field(description="办事指南版本")
    questions: list[QuestionOut]
    fields: list[FieldOut]
    materials: list[MaterialAsked]
    promised: str = Field(description="承诺时限")
    delivery: list[Choice]


class PartyOut(Schema):
    party_id: int
    name: str


class Me(Schema):
    kind: str = Field(description="staff | citizen")
    name: str
    organ_id: int | None
    posts: list[str] = Field(description="机构:岗位")
    permissions: list[str]
    parties: list[PartyOut] = Field(description="可以代其申请的申请人")
    csrf_token: str = Field(description="写请求放在 X-CSRFToken 里")


class UploadOut(Schema):
    id: int
    material: str
    name: str
    kind: str
    size: int


class CopyOut(Schema):
    """A copy a clerk compared with its original (trust level B) in an earlier case."""

    id: int
    material: str
    name: str
    verified_at: datetime


class DraftOut(Schema):
    id: int
    item_code: str
    item_name: str
    party_id: int
    answers: dict[str, str]
    form: dict[str, str | int | float | bool | list[str] | None]
    uploads: list[UploadOut]
    copies: list[CopyOut] = Field(description="窗口以前核对过的材料，您同意后可以再用")
    updated_at: datetime


class DraftLine(Schema):
    id: int
    item_name: str
    applicant: str
    updated_at: datetime
    expired: bool = Field(description="办事指南已更新，要按新的重新填")


class CaseCreated(Schema):
    """Keep reference and 查询码: together they open the public progress."""

    reference: str
    number: str = Field(description="办件编号")
    enquiry_code: str = Field(description="查询码")
    state: str
    version: int


class CaseClock(Schema):
    clock: str
    title: str
    kind: str
    unit: str
    days: int
    used: int
    left: int
    overdue: int
    paused: int
    due_on: date | None
    certain: bool = Field(description="false：暂定，涉及放假安排尚未公布的年份")
    tone: str
    basis: str
    sentences: list[str] = Field(description="期限怎样算出来的")


class FileOut(Schema):
    id: int
    name: str
    kind: str
    size: int
    url: str


class MaterialOut(Schema):
    code: str
    name: str
    required: bool
    state: str
    state_title: str
    verdict: str
    note: str
    files: list[FileOut]


class ShortcomingOut(Schema):
    code: str
    name: str
    reason: str
    supplied: bool


class LetterOut(Schema):
    id: int
    kind: str
    title: str
    number: str
    status: str
    status_title: str
    issued_at: datetime
    url: str = Field(description="还没有文件时为空")


class StoryLine(Schema):
    ordinal: int
    at: datetime
    says: str


class CaseSeat(Schema):
    seat: str
    title: str
    organ_id: int
    organ: str
    claimed: bool
    mine: bool = Field(description="您的岗位可以办理")
    due_on: date | None


class StepOut(Schema):
    name: str
    title: str
    basis: str
    opinion: str = Field(description="none 不填，optional 可填，required 必填")
    fields: list[FieldOut]


class CaseOut(Schema):
    """One case as its viewer may see it. The ``ETag`` of the answer is its version."""

    reference: str
    number: str
    version: int
    process: str
    item_code: str
    item_name: str
    applicant: str
    organ: str
    phone: str
    channel: str
    delivery: str
    state: str
    state_title: str
    sentence: str
    latest: date | None
    provisional: bool = Field(description="latest 为暂定日")
    with_whom: str
    if_silent: str
    received_at: datetime
    closed: bool
    outcome: str = Field(description="granted 准予，denied 不予，未决定为空")
    decided_on: date | None
    valid_until: date | None
    enquiry_code: str = Field(description="只给申请人看")
    clocks: list[CaseClock]
    todo: list[str] = Field(description="申请人现在要做的事")
    shortcomings: list[ShortcomingOut] = Field(description="最近一次补正告知")
    materials: list[MaterialOut]
    letters: list[LetterOut]
    seats: list[CaseSeat]
    steps: list[StepOut] = Field(description="您现在可以办理的步骤")
    story: list[StoryLine]


class ProgressOut(Schema):
    """The public progress: no name, no material, no letter."""

    reference: str
    item_name: str
    organ: str
    phone: str
    state: str
    state_title: str
    sentence: str
    latest: date | None
    provisional: bool
    with_whom: str
    if_silent: str
    received_at: datetime
    closed: bool
    clocks: list[CaseClock]
    todo: list[str]
    story: list[StoryLine]


class CaseLine(Schema):
    reference: str
    title: str
    state: str
    state_title: str
    sentence: str
    waits_for_me: bool
    received_at: datetime
    closed: bool


class MyCases(Page[CaseLine, int]):
    """The applicant's cases."""


class DeskLine(Schema):
    reference: str
    title: str
    applicant: str
    state_title: str
    received_at: datetime
    due_on: date | None


class DeskCases(Page[DeskLine, int]):
    """A department's cases."""


class HandOutLine(DeskLine):
    delivery: str
    sent_at: datetime | None
    arrived_at: datetime | None
    forgotten: bool


class SupervisedLine(Schema):
    reference: str
    title: str
    organ: str
    holder: str
    due_on: date | None
    provisional: bool
    left: str
    urged: int


class Supervised(Page[SupervisedLine, str]):
    """Open matters by due day."""


class Moved(Schema):
    """How the case stands after a deed."""

    reference: str
    state: str
    state_title: str
    version: int
    closed: bool


class CounterOut(Schema):
    id: int
    number: str
    name: str
    place: str
