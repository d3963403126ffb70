"""The counter: where the clerk sits, taking an application in, handing results out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.refusal import NotAllowed
from yiwang.services.cases import actions, queries
from yiwang.services.cases.actions.counter import Scan, identify
from yiwang.services.cases.api import reading, shapes
from yiwang.services.cases.api.applying import Delivery, FileIn
from yiwang.services.cases.api.routing import (
    DEED,
    Answers,
    Code,
    Form,
    Grounds,
    Id,
    Key,
    Word,
    as_typed,
    decoded,
    done_once,
    made,
    router,
)
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import GuideForm
from yiwang.services.cases.held import copies
from yiwang.services.catalogue import queries as catalogue
from yiwang.web.problems import Problem

How = Literal["held", "original", "copy", "uploaded", "deferred", "promised", "missing"]


class ApplicantIn(Schema):
    """As read from the card: a person by ID number, a firm by USCC; an agent by ID number."""

    kind: Literal["person", "firm"] = "person"
    name: Word = ""
    number: Annotated[Word, Field(min_length=15, max_length=20)]
    phone: Annotated[Word, Field(max_length=20)] = ""
    agent_name: Annotated[Word, Field(max_length=60)] = ""
    agent_number: Annotated[Word, Field(max_length=20)] = ""


class IntakeIn(Schema):
    """``counter`` is one of ``/counter``; without it, the first one the clerk sits at."""

    item_code: Code
    counter: Id | None = None
    applicant: ApplicantIn
    answers: Answers = {}
    form: Form = {}
    materials: Annotated[dict[Code, How], Field(max_length=100)] = {}
    grounds: Grounds = {}
    scans: Annotated[list[FileIn], Field(max_length=50)] = []
    delivery: Delivery = "collect"
    signed: bool = Field(default=False, description="申请人已在承诺书上签名（容缺受理、告知承诺）")
    reuses: dict[Code, Annotated[list[Id], Field(max_length=3)]] = Field(
        default={}, max_length=100, description="以前核对过的材料：材料编码 → 文件（见 /counter/copies）"
    )
    agrees: bool = Field(default=False, description="申请人当面同意使用以前核对过的材料")


class CopiesAsked(Schema):
    """Whose, for which item and situation. Asked by POST: a number does not belong into an address."""

    item_code: Code
    number: Annotated[Word, Field(min_length=15, max_length=20)]
    answers: Answers = {}


@router.get("/counter", response={200: list[shapes.CounterOut], 401: Problem}, summary="我今天所在的窗口")
def counters(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"id": one.pk, "number": one.number, "name": one.name, "place": one.place.name}
        for one in organs.counters_of(doer(request), day_of(now()))
    ]


@router.post("/counter/cases", response={201: shapes.CaseCreated, **DEED}, summary="窗口收件")
def receive(request: HttpRequest, response: HttpResponse, body: IntakeIn, key: Key) -> Any:
    """Within what the responsible organ authorised the counter to do. A missing material is received and stays so."""
    by = doer(request)

    def deed() -> Mapping[str, Any]:
        at = now()
        seats = {one.pk: one for one in organs.counters_of(by, day_of(at))}
        counter = seats.get(body.counter) if body.counter is not None else next(iter(seats.values()), None)
        if counter is None:
            raise NotAllowed("您今天不在这个窗口，不能在此收件。", code="not-at-counter", field="counter")
        guide = catalogue.guide_in_force(body.item_code, day_of(at))
        form = GuideForm(
            declaration_of(guide).form_for(body.answers),
            data={k: v if isinstance(v, list) else as_typed(v) for k, v in body.form.items()},
        )
        party_id, agent_id = identify(**body.applicant.dict(), by=by, at=at)
        scans: dict[str, list[Scan]] = {}
        for number, one in enumerate(body.scans):
            scans.setdefault(one.material, []).append(Scan(decoded(one.content, f"scans.{number}.content"), one.name))
        case = actions.receive(
            item_code=body.item_code,
            counter=counter,
            party_id=party_id,
            agent_id=agent_id,
            answers=body.answers,
            form=form.keep(),
            states=body.materials,
            scans=scans,
            delivery=body.delivery,
            signed=body.signed,
            grounds=body.grounds,
            reuses=body.reuses,
            agrees=body.agrees,
            by=by,
            at=at,
        )
        return reading.created(case)

    return made(response, done_once(request, by, "counter.cases", key, deed))


@router.post(
    "/counter/copies",
    response={200: list[shapes.CopyOut], 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    summary="申请人以前核对过、本次可以再用的材料",
)
def copies_of(request: HttpRequest, body: CopiesAsked) -> list[dict[str, Any]]:
    """Those the clerk may see. Which of them are used again, and that the applicant agrees, goes with the intake."""
    by, on = doer(request), day_of(now())
    if not organs.counters_of(by, on).exists():
        raise NotAllowed("您今天不在窗口。", code="not-at-counter")
    found = people.find(by, body.number, on)
    party_id = found[0].party_id if len(found) == 1 else None
    asked = declaration_of(catalogue.guide_in_force(body.item_code, on)).materials_for(body.answers)
    return reading.copies_out(copies.at_counter(by, party_id, asked))


@router.get(
    "/hand-out",
    response={200: list[shapes.HandOutLine], 401: Problem, 404: Problem, 422: Problem},
    summary="统一出件：在途、待领、逾期未领",
)
def hand_out(
    request: HttpRequest, find: Annotated[str, Query(max_length=50, pattern=r"^[0-9A-Za-z-]*$")] = ""
) -> list[Any]:
    rows, _ = queries.hand_out(doer(request), now(), find=find)
    return list(rows)
