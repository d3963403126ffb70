"""Cards for machines: those one may see, one with its proof, and what the unit and the supervisor do with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field, StringConstraints

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.supervision import actions, queries
from yiwang.matters import queries as matters
from yiwang.matters.api import ClockOut
from yiwang.matters.standing import Standing
from yiwang.web.paging import Page
from yiwang.web.problems import STEP, UNSEEN
from yiwang.web.versions import Match, tagged, version_in

router = Router(auth=django_auth)

LARGEST = 2**63 - 1
NO_NUL = r"^[^\x00]*$"
Reference = Annotated[str, Path(max_length=24, pattern=r"^[0-9]{4}-[0-9]{6,}$", description="监督件编号")]
Show = Literal["open", "to-answer", "late", "answered", "appealed", "warnings", "closed"]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]


class SignalOut(Schema):
    pk: int = Field(description="信号序号，也是翻页标记")
    reference: str = Field(description="监督件编号；预警不立监督件，为空")
    about: str = Field(description="被监督办件的办理编号")
    title: str
    code: str = Field(description="监察规则编号")
    signal: str = Field(description="预警、黄牌、红牌、督办")
    organ_id: int
    organ: str = Field(description="责任单位")
    due_on: date | None = Field(description="届满日")
    fell_on: date = Field(description="触发日")
    state: str
    answer_by: date | None = Field(description="答复期限")
    warned: bool = Field(description="事前是否已预警")


class SignalsOut(Page[SignalOut, int]):
    """Signals, the newest first."""


class AppealOut(Schema):
    ground: str
    from_on: date
    until_on: date | None
    procedure: str | None
    unit: str | None
    document: str


class CardOut(SignalOut):
    rule: str = Field(description="监察规则；督办立项为空")
    basis: str
    unverified: bool = Field(description="规则数值待核")
    proof: list[str] = Field(description="计时说明：发牌时期限逐步推算的过程")
    clocks: list[ClockOut] = Field(description="答复、核定期限")
    appeal: AppealOut | None = Field(description="申诉内容")
    steps: list[str] = Field(description="当前可以办理的步骤")
    version: int = Field(description="变更序号，办理时以 If-Match 交回")
    raised_at: datetime


class MovedOut(Schema):
    reference: str
    state: str
    version: int


class AnswerIn(Schema):
    cause: Literal["staff", "procedure", "cooperation", "system", "other"] = Field(description="超期原因")
    explanation: Words
    measures: Words = Field(description="整改措施")


class AppealIn(Schema):
    ground: Literal["pause", "start", "stop", "seat"] = Field(description="申诉理由，只限所列几种")
    from_on: date = Field(description="停止计时之日、正确的起算日、办理之日或移交之日")
    until_on: date | None = Field(None, description="恢复计时之日，只用于特别程序")
    procedure: Code | None = Field(None, description="特别程序种类，只用于特别程序")
    unit: Code | None = Field(None, description="承办单位的机构标识，只用于超期环节不在本单位")
    document: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)] = Field(
        description="书面通知文号或凭证编号"
    )
    explanation: Words


class RulingIn(Schema):
    ruling: Literal["settle", "return-answer", "uphold", "reject"] = Field(
        description="核销、退回重新答复、申诉成立、申诉不成立"
    )
    opinion: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=NO_NUL)]


@router.get("/cards", response={200: SignalsOut, **UNSEEN}, summary="预警和监督件，新的在前")
def cards(
    request: HttpRequest,
    show: Show = "open",
    organ: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页返回的 next")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    rows, following = queries.board(by, on, show=show, organ_id=organ, before=before, size=limit)
    return {"items": rows, "next": following}


@router.get("/cards/{reference}", response={200: CardOut, **UNSEEN}, summary="一张牌，附计时说明")
def card(request: HttpRequest, response: HttpResponse, reference: Reference) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    found = queries.card(by, reference)
    standing = matters.matter(by, reference)
    rule, claimed = queries.rule_of(found), queries.appeal(standing)
    tagged(response, standing.version)
    return {
        **{name: getattr(queries.rows_of([found], on)[0], name) for name in SignalOut.model_fields},
        "rule": rule.title if rule else "",
        "basis": rule.basis if rule else "",
        "unverified": bool(rule and rule.unverified),
        "proof": found.proof,
        "clocks": matters.explanations(by, standing, on),
        "appeal": claimed and _claimed(claimed),
        "steps": [each.step.name for each in matters.available_steps(by, standing)],
        "version": standing.version,
        "raised_at": found.raised_at,
    }


def _claimed(said: dict[str, Any]) -> dict[str, Any]:
    """The appeal as the ledger has it: references, codes and days; its explanation is read on the page."""
    told = {"ground": said["ground"], "document": said["document"], "from_on": said["from"]}
    return told | {"until_on": said.get("until"), "procedure": said.get("procedure"), "unit": said.get("unit")}


@router.post("/cards/{reference}/answer", response={200: MovedOut, **STEP}, summary="责任单位答复")
def answer(
    request: HttpRequest, response: HttpResponse, reference: Reference, body: AnswerIn, match: Match = None
) -> dict[str, Any]:
    return _taken(request, response, reference, "answer", body.dict(), match)


@router.post("/cards/{reference}/appeal", response={200: MovedOut, **STEP}, summary="责任单位申诉")
def appeal(
    request: HttpRequest, response: HttpResponse, reference: Reference, body: AppealIn, match: Match = None
) -> dict[str, Any]:
    """The claim is heard once; a ground that is not on the list, or lacks its days or document, is refused."""
    given = body.dict(exclude_none=True)
    given["from"] = given.pop("from_on").isoformat()
    if "until_on" in given:
        given["until"] = given.pop("until_on").isoformat()
    return _taken(request, response, reference, "appeal", given, match)


@router.post("/cards/{reference}/rule", response={200: MovedOut, **STEP}, summary="效能监督机构核定、裁定")
def rule(
    request: HttpRequest, response: HttpResponse, reference: Reference, body: RulingIn, match: Match = None
) -> dict[str, Any]:
    """``uphold`` corrects the clock of the case or moves the card; ``still-exceeded`` where that would not help."""
    return _taken(request, response, reference, body.ruling, {"opinion": body.opinion}, match)


def _taken(
    request: HttpRequest, response: HttpResponse, reference: str, step: str, values: dict[str, Any], match: str | None
) -> dict[str, Any]:
    seen = version_in(match)
    moved: Standing = actions.take(
        reference=reference, step=step, by=doer(request), at=now(), values=values, version=seen
    )
    tagged(response, moved.version)
    return {"reference": moved.reference, "state": moved.state, "version": moved.version}
