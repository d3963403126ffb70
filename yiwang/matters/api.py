"""Matters for machines: the inbox, one matter of any kind with its clocks and its story, a step taken. Rooms add what else they
show and do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field, StringConstraints

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.matters import queries
from yiwang.matters.stepping import take_as_its_room_does
from yiwang.web.problems import STEP
from yiwang.web.versions import Match, tagged, version_in

router = Router(auth=django_auth)
Reference = Annotated[str, Field(max_length=24, pattern=r"^[0-9]{4}-[0-9]{6,}$")]
StepName = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$", description="步骤")]
FieldName = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9-]+$")]
Value = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]


class SeatOut(Schema):
    seat: str
    role: str
    organ_id: int
    phase: str = Field(description="办理阶段")
    claimed: bool = Field(description="是否已签收")
    due_on: date | None = Field(description="最迟日；停止计时期间为空")


class ClockOut(Schema):
    clock: str
    title: str
    kind: str
    unit: str
    days: int
    used: int
    left: int
    paused: int
    overdue: int
    due_on: date | None
    certain: bool = Field(description="false：暂定，涉及放假安排尚未公布的年份")
    tone: str
    basis: str
    sentences: list[str] = Field(description="期限逐步推算过程")


class LineOut(Schema):
    ordinal: int
    at: datetime
    event: str
    says: str
    actor: str


class MatterOut(Schema):
    reference: str
    title: str
    process: str
    process_version: str
    state: str
    state_title: str
    version: int = Field(description="变更序号，办理步骤时以 If-Match 交回")
    organ_id: int
    received_at: datetime
    closed_at: datetime | None
    seats: list[SeatOut]
    clocks: list[ClockOut]
    steps: list[str] = Field(description="当前可以办理的步骤")


class TakeIn(Schema):
    values: dict[FieldName, Value] = Field(
        default_factory=dict, description="该步骤的栏目，见流程说明；意见写在 opinion"
    )


class TakenOut(Schema):
    reference: str
    state: str
    version: int


class WaitingOut(Schema):
    reference: str
    title: str
    process_id: str
    state: str
    seat: str
    role: str
    organ_id: int
    phase: str
    due_on: date | None
    left: int | None = Field(description="剩余工作日，负数为已超期")
    provisional: bool
    received_on: date
    version: int
    urged: bool
    urgent: bool = Field(description="紧急件，排在最前")


class InboxOut(Schema):
    items: list[WaitingOut]
    next: str | None = Field(description="下一页标记")


@router.get("/inbox", response=InboxOut, summary="我的待办")
def inbox(
    request: HttpRequest,
    show: Annotated[str, Query(max_length=20)] = "all",
    cursor: Annotated[str | None, Query(max_length=80)] = None,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    page = queries.inbox(doer(request), day_of(now()), show=show, cursor=cursor, size=size)
    return {"items": page.rows, "next": page.next}


@router.get("/matters/{reference}", response=MatterOut, summary="一件办理")
def matter(request: HttpRequest, response: HttpResponse, reference: Reference) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    standing = queries.matter(by, reference)
    tagged(response, standing.version)
    definition = queries.process_of(standing)
    return {
        "reference": standing.reference,
        "title": standing.title,
        "process": standing.process_id,
        "process_version": standing.process_version,
        "state": standing.state,
        "state_title": definition.states[standing.state].title,
        "version": standing.version,
        "organ_id": standing.organ_id,
        "received_at": standing.received_at,
        "closed_at": standing.closed_at,
        "seats": [{**seat._asdict(), "claimed": seat.holder_id is not None} for seat in standing.seats],
        "clocks": queries.explanations(by, standing, on),
        "steps": [each.step.name for each in queries.available_steps(by, standing) if each.refusal is None],
    }


@router.get("/matters/{reference}/story", response=list[LineOut], summary="办理经过（行为台账）")
def story(request: HttpRequest, reference: Reference) -> list[queries.Line]:
    by = doer(request)
    return queries.story(by, queries.matter(by, reference))


@router.post(
    "/matters/{reference}/steps/{step}", response={200: TakenOut, **STEP}, summary="办理一个步骤，不论哪类办理"
)
def take(
    request: HttpRequest,
    response: HttpResponse,
    reference: Reference,
    step: StepName,
    body: TakeIn,
    match: Match = None,
) -> dict[str, Any]:
    """As its room's own page takes it. What needs a file or a list beside the step's fields is done there."""
    seen = version_in(match)
    moved = take_as_its_room_does(
        reference=reference, step=step, by=doer(request), at=now(), values=body.values, version=seen
    )
    tagged(response, moved.version)
    return {"reference": moved.reference, "state": moved.state, "version": moved.version}
