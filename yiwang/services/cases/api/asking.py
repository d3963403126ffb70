"""Questions: who am I, what does an item ask, my cases, one case, its letters, the public progress."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Query, Schema

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.letters import queries as letters
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.refusal import NotFound
from yiwang.services.cases import queries
from yiwang.services.cases.api import reading, shapes
from yiwang.services.cases.api.routing import UNSEEN, Answers, Before, Number, Reference, Slug, router
from yiwang.services.cases.limits import rate_limited
from yiwang.services.catalogue import queries as catalogue
from yiwang.web.problems import Problem


class Situation(Schema):
    """Answers given so far."""

    answers: Answers = {}


@router.get("/me", response={200: shapes.Me, 401: Problem}, summary="我是谁，可以为谁申请")
def me(request: HttpRequest) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    parties = [by.person_id, *sorted(by.delegations | people.parties_of(by, on))] if by.person_id else []
    names = people.names_of(parties)
    return {
        "kind": by.kind,
        "name": by.name,
        "organ_id": by.organ_id,
        "posts": sorted(f"{organ}:{role}" for organ, role in by.posts),
        "permissions": sorted({str(permission) for permission, _ in by.grants}),
        "parties": [{"party_id": one, "name": names[one]} for one in dict.fromkeys(parties) if one in names],
        "csrf_token": get_token(request),
    }


@router.post(
    "/items/{code}/checklist",
    response={200: shapes.Checklist, **UNSEEN, 400: Problem, 403: Problem},
    summary="按情形列出要填的栏目和要交的材料",
)
def checklist(request: HttpRequest, code: Slug, body: Situation) -> dict[str, Any]:
    """Questions not answered yet come back; a question not answered excludes no field and no material."""
    by, at = doer(request), now()
    guide = catalogue.guide_in_force(code, day_of(at))
    known = queries.known(by, by.person_id) if by.person_id else {}
    return reading.checklist(guide, body.answers, known)


@router.get("/my/cases", response={200: shapes.MyCases, 401: Problem, 422: Problem}, summary="我的办件，新的在前")
def my_cases(request: HttpRequest, before: Before = None) -> dict[str, Any]:
    rows, following = queries.my_cases(doer(request), now(), before=before)
    return {"items": [{**_line(row)} for row in rows], "next": following}


def _line(row: queries.MyCase) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "title": row.title,
        "state": row.state,
        "state_title": row.state_title,
        "sentence": row.sentence,
        "waits_for_me": row.todo,
        "received_at": row.received_at,
        "closed": row.closed,
    }


@router.get("/cases/{reference}", response={200: shapes.CaseOut, **UNSEEN}, summary="一件办件")
def case(request: HttpRequest, response: HttpResponse, reference: Reference) -> dict[str, Any]:
    """For its parties and for staff who see it. ``ETag`` is the version to send as ``If-Match``."""
    found, version = reading.whole(doer(request), reference)
    response["ETag"] = f'"{version}"'
    return found


@router.get("/cases/{reference}/letters", response={200: list[shapes.LetterOut], **UNSEEN}, summary="一件办件的文书")
def case_letters(request: HttpRequest, reference: Reference) -> list[dict[str, Any]]:
    by, _, _, _ = queries.seen(doer(request), reference, now())
    return reading.letters_of(by, reference)


@router.get(
    "/cases/{reference}/letters/{letter_id}",
    response=UNSEEN,
    summary="下载一份文书（PDF）",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def letter_file(request: HttpRequest, reference: Reference, letter_id: Number) -> HttpResponse:
    """404 with code ``letter-not-ready`` while the file is being made."""
    by, _, _, _ = queries.seen(doer(request), reference, now())
    letter = letters.letter(by, letter_id)
    if letter.matter_reference != reference:
        raise NotFound("本件没有这份文书。", code="letter-not-found")
    response = HttpResponse(letters.content(by, letter_id), content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(letter.title)}.pdf"
    return response


@router.get(
    "/progress",
    response={200: shapes.ProgressOut, 404: Problem, 422: Problem, 429: Problem},
    auth=None,
    summary="凭编号和查询码看进度（不用登录）",
)
def progress(
    request: HttpRequest,
    reference: Annotated[str, Query(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z-]+$")],
    code: Annotated[str, Query(min_length=1, max_length=16, pattern=r"^[0-9A-Za-z]+$", description="查询码")],
) -> dict[str, Any]:
    """One answer for every mistake; so many tries an address in a quarter of an hour."""
    rate_limited(request.META.get("REMOTE_ADDR", ""), now())
    return reading.standing_said(queries.public_progress(reference, code, now()))
