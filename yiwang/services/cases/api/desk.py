"""The desk: lists, findings on materials, steps, seats, supervision. Every deed names the version it saw."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.process import PHASES
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing
from yiwang.services.cases import actions, queries
from yiwang.services.cases.actions.steps import case_of
from yiwang.services.cases.api import reading, shapes
from yiwang.services.cases.api.routing import (
    STEP,
    UNSEEN,
    Before,
    Code,
    Grounds,
    Id,
    Limit,
    Match,
    Name,
    Reference,
    Scalar,
    Slug,
    Words,
    router,
    tagged,
    version_in,
)

MOVED: dict[int, Any] = {200: shapes.Moved, **STEP}
Phase = Literal["to-accept", "correction", "in-hand", "to-hand-out", ""]
Band = Literal["", "today", "soon", "late"]
assert {*PHASES} - {"closed"} <= {*Phase.__args__}  # type: ignore[attr-defined]


class Finding(Schema):
    verdict: Literal["unchecked", "right", "wrong", "mendable"]
    note: Annotated[Words, Field(max_length=300)] = ""


class FindingsIn(Schema):
    findings: Annotated[dict[Code, Finding], Field(min_length=1, max_length=100, description="材料编码 → 核对结果")]


class StepIn(Schema):
    """``values`` are the step's declared fields and ``opinion``; ``shortcomings`` belong to ``ask-correction``,
    ``checked`` to ``accept``: every material handed in is looked at before or in that deed."""

    values: Annotated[dict[Name, Scalar], Field(max_length=50)] = {}
    shortcomings: Annotated[dict[Code, Words], Field(max_length=100, description="材料编码 → 补正要求")] = {}
    grounds: Grounds = {}
    checked: Annotated[list[Code], Field(max_length=100, description="受理时逐份核对、符合的材料编码")] = []


class AssignIn(Schema):
    to_account_id: Id


class HandOverIn(Schema):
    """To a colleague (``seat`` and ``to_account_id``), or the whole matter to another organ (``to_organ_id``)."""

    reason: Words
    seat: Name | None = None
    to_account_id: Id | None = None
    to_organ_id: Id | None = None


class UrgeIn(Schema):
    text: Words


@router.get("/desk/cases", response={200: shapes.DeskCases, **UNSEEN}, summary="本单位办件，新的在前")
def desk_cases(
    request: HttpRequest,
    phase: Phase = "",
    number: Annotated[str, Query(max_length=50, pattern=r"^[0-9A-Za-z-]*$", description="编号，可查已办结")] = "",
    before: Before = None,
    limit: Limit = 30,
) -> dict[str, Any]:
    rows, following = queries.desk_cases(doer(request), phase=phase, reference=number, before=before, size=limit)
    return {"items": rows, "next": following}


@router.get("/supervision", response={200: shapes.Supervised, **UNSEEN}, summary="在办席位，按最迟日先后")
def supervision(
    request: HttpRequest,
    band: Band = "",
    organ: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    cursor: Annotated[str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9_=-]+$")] = None,
    limit: Limit = 30,
) -> dict[str, Any]:
    rows, following = queries.supervised(doer(request), now(), band=band, organ_id=organ, cursor=cursor, size=limit)
    return {"items": [{**row, "left": row["left_text"]} for row in rows], "next": following}


@router.post("/cases/{reference}/findings", response=MOVED, summary="核对材料")
def check(
    request: HttpRequest, response: HttpResponse, reference: Reference, body: FindingsIn, match: Match = None
) -> dict[str, Any]:
    found = {code: (one.verdict, one.note) for code, one in body.findings.items()}
    seen = version_in(match)
    return _moved(
        response,
        actions.check(reference=reference, findings=found, by=doer(request), at=now(), version=seen),
    )


@router.post("/cases/{reference}/steps/{step}", response=MOVED, summary="办理一个步骤")
def take(
    request: HttpRequest, response: HttpResponse, reference: Reference, step: Slug, body: StepIn, match: Match = None
) -> dict[str, Any]:
    """The steps a case offers are in its ``steps``; ``withdraw`` and ``hand-in-correction`` are the applicant's."""
    seen = version_in(match)
    standing = actions.take(
        reference=reference,
        step=step,
        by=doer(request),
        at=now(),
        version=seen,
        values=body.values,
        shortcomings=body.shortcomings,
        grounds=body.grounds,
        checked=body.checked,
    )
    return _moved(response, standing)


@router.post("/cases/{reference}/seats/{seat}/claim", response=MOVED, summary="签收")
def claim(
    request: HttpRequest, response: HttpResponse, reference: Reference, seat: Slug, match: Match = None
) -> dict[str, Any]:
    seen = _case_seen(reference, match)
    return _moved(response, matters.claim(reference=reference, seat=seat, by=doer(request), at=now(), version=seen))


@router.post("/cases/{reference}/seats/{seat}/release", response=MOVED, summary="退回待签收队列")
def release(
    request: HttpRequest, response: HttpResponse, reference: Reference, seat: Slug, match: Match = None
) -> dict[str, Any]:
    seen = _case_seen(reference, match)
    return _moved(response, matters.release(reference=reference, seat=seat, by=doer(request), at=now(), version=seen))


@router.post("/cases/{reference}/seats/{seat}/assign", response=MOVED, summary="指派")
def assign(
    request: HttpRequest,
    response: HttpResponse,
    reference: Reference,
    seat: Slug,
    body: AssignIn,
    match: Match = None,
) -> dict[str, Any]:
    seen = _case_seen(reference, match)
    standing = matters.assign(
        reference=reference, seat=seat, to_account_id=body.to_account_id, by=doer(request), at=now(), version=seen
    )
    return _moved(response, standing)


@router.post("/cases/{reference}/transfer", response=MOVED, summary="转办")
def transfer(
    request: HttpRequest, response: HttpResponse, reference: Reference, body: HandOverIn, match: Match = None
) -> dict[str, Any]:
    seen = _case_seen(reference, match)
    standing = matters.transfer(reference=reference, **body.dict(), by=doer(request), at=now(), version=seen)
    return _moved(response, standing)


@router.post("/cases/{reference}/urge", response=MOVED, summary="催办")
def urge(request: HttpRequest, response: HttpResponse, reference: Reference, body: UrgeIn) -> dict[str, Any]:
    case_of(reference)
    return _moved(response, matters.urge(reference=reference, text=body.text, by=doer(request), at=now()))


def _case_seen(reference: str, match: str | None) -> int:
    """The version seen, of a matter that is a case: the engine moves the seats of every kind."""
    seen = version_in(match)
    case_of(reference)
    return seen


def _moved(response: HttpResponse, standing: Standing) -> dict[str, Any]:
    tagged(response, standing.version)
    return reading.moved(standing)
