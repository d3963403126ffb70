"""JSON: services one may rate, a rating, what the telephone system reports, the public results. The same deeds and questions as the pages."""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from ninja.security import APIKeyHeader, django_auth
from pydantic import AwareDatetime, Field, StringConstraints

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.api.routing import DEED, LARGEST, NO_NUL, Key, done_once
from yiwang.services.ratings import actions, dialling, queries, rules
from yiwang.services.ratings.models import Rating
from yiwang.services.ratings.views.portal import terminal
from yiwang.web.problems import Problem

router = Router(auth=django_auth)

OccasionId = Annotated[int, Path(ge=1, le=LARGEST, description="评价场次")]
LabelCode = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
Text = Annotated[str, StringConstraints(max_length=rules.LONGEST, pattern=NO_NUL)]


class Given(Schema):
    """A rating. No level is assumed: 1 非常满意 … 5 非常不满意 (GB/T 39046-2020 A.8)."""

    level: Annotated[int, Field(ge=rules.BEST, le=rules.WORST)]
    labels: Annotated[list[LabelCode], Field(max_length=20)] = []
    text: Text = ""


class Rated(Schema):
    """What was kept."""

    rating: int
    level: int
    follows: int | None


class Reported(Schema):
    """A consultation or ticket the telephone system served; ``level`` once its caller rated, 1 the best."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
    kind: Literal["consultation", "visit"]
    organ: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
    served_at: AwareDatetime
    title: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    agent: Annotated[str, StringConstraints(max_length=150, pattern=NO_NUL)] = ""
    mode: Literal["online", "on-site"] = "online"
    caller: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""
    level: Annotated[int, Field(ge=rules.BEST, le=rules.WORST)] | None = None
    labels: Annotated[list[LabelCode], Field(max_length=20)] = []
    text: Text = ""


class Taken(Schema):
    """What stands now; ``fresh`` is false where the same message had come before."""

    occasion: int
    rating: int | None
    fresh: bool


class Switchboard(APIKeyHeader):
    """The county's telephone system, known by its signature over ``X-Yiwang-Timestamp.body``."""

    param_name = "X-Yiwang-Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> Doer:
        moment = request.headers.get("X-Yiwang-Timestamp", "")
        return dialling.caller(body=request.body, moment=moment, signature=key or "", clock=time.time())


class Service(Schema):
    """One service of the caller's that may be or was rated."""

    occasion: int
    kind: Literal["case", "visit", "consultation"]
    title: str
    organ: str
    served_on: date
    rate_until: date
    may_rate: bool
    level: int | None
    answer: str


class Services(Schema):
    items: list[Service]


class Share(Schema):
    """A share, or the ten-point average, with what it was counted from; ``shown`` is empty where nothing was counted."""

    id: str
    title: str
    numerator: int
    denominator: int
    shown: str
    formula: str


class OrganShares(Schema):
    organ: str
    figures: list[Share]


class Mended(Schema):
    """A bad rating and what the unit did; measures once its leader signed."""

    title: str
    organ: str
    month: str
    level: str
    outcome: str
    excluded: bool
    measures: str
    signed_on: date | None


class Results(Schema):
    year: int
    as_of: date
    figures: list[Share]
    organs: list[OrganShares]
    rectifications: list[Mended]


@router.get("/my/ratings", response={200: Services, 401: Problem}, summary="我可以评价和已经评价的服务")
def my_ratings(request: HttpRequest) -> dict[str, Any]:
    return {
        "items": [
            {
                "occasion": one.occasion.pk,
                "kind": one.occasion.kind,
                "title": one.occasion.title,
                "organ": one.organ,
                "served_on": one.occasion.opened_on,
                "rate_until": one.until,
                "may_rate": one.may_rate,
                "level": one.first.level if one.first else None,
                "answer": one.answer,
            }
            for one in queries.mine(doer(request), now())
        ]
    }


@router.post("/my/ratings/{occasion_id}", response={201: Rated, **DEED}, summary="评价一次服务；第二次为追评")
def rate(request: HttpRequest, occasion_id: OccasionId, body: Given, key: Key) -> Any:
    """409 once the service was rated and followed up. Staff rate nothing; a service of somebody else's is 404."""
    by = doer(request)

    def deed() -> dict[str, Any]:
        given = actions.rate(
            occasion_id=occasion_id,
            level=body.level,
            labels=body.labels,
            text=body.text,
            by=by,
            at=now(),
            channel=Rating.Channel.API,
            address=request.META.get("REMOTE_ADDR", ""),
            terminal=terminal(request),
        )
        return {"rating": given.pk, "level": given.level, "follows": given.follows_id}

    return Status(201, done_once(request, by, f"rate.{occasion_id}", key, deed))


@router.post(
    "/switchboard/services",
    response={201: Taken, 401: Problem, 409: Problem, 422: Problem},
    auth=Switchboard(),
    summary="电话系统报送咨询、窗口服务和来电人的评价",
)
def switchboard(request: HttpRequest, body: Reported) -> Any:
    """The same message again changes nothing; 409 where another level is already on record."""
    call = actions.Call(**body.model_dump())
    by: Doer = request.auth  # type: ignore[attr-defined]
    heard = actions.hear(call=call, by=by, at=now())
    rating = heard.rating.pk if heard.rating else None
    return Status(201, {"occasion": heard.occasion.pk, "rating": rating, "fresh": heard.fresh})


@router.get("/ratings/results", response={200: Results, 422: Problem}, auth=None, summary="评价结果和整改情况公示")
def results(request: HttpRequest, year: Annotated[int | None, Query(ge=2000, le=2999)] = None) -> dict[str, Any]:
    """Open to everybody: every share with numerator and denominator; no person, no case number, no words of a rating."""
    on = day_of(now())
    asked = year or on.year
    if not on.year - 5 <= asked <= on.year:
        raise Refusal("没有这一年的数据。", code="year", field="year")
    shown = queries.public_results(asked, on)
    return {
        "year": asked,
        "as_of": on,
        "figures": [_share(one) for one in shown["figures"]],
        "organs": [{"organ": row.organ, "figures": [_share(one) for one in row.figures]} for row in shown["organs"]],
        "rectifications": [{**row, "month": f"{row['month']:%Y-%m}"} for row in shown["rectifications"]],
    }


def _share(figure: rules.Figure) -> dict[str, Any]:
    return {
        "id": figure.id,
        "title": figure.title,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "shown": figure.shown,
        "formula": figure.formula,
    }
