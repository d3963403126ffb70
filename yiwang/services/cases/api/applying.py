"""A citizen applies: drafts with their uploads, submitting, everything in one call; corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import File, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.cases import actions, queries
from yiwang.services.cases.actions.drafts import owned
from yiwang.services.cases.api import reading, shapes
from yiwang.services.cases.api.routing import (
    DEED,
    UNSEEN,
    Answers,
    Code,
    Form,
    Id,
    Key,
    Number,
    Reference,
    Slug,
    Word,
    as_typed,
    content_of,
    decoded,
    done_once,
    made,
    router,
)
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import GuideForm
from yiwang.services.cases.models import Case, Draft
from yiwang.web.problems import Problem

Delivery = Literal["collect", "post", "online"]
CREATED: dict[int, Any] = {201: shapes.CaseCreated, **DEED}


class DraftIn(Schema):
    """``party_id`` is whom the application is for (``/me`` lists them); without one, oneself."""

    item_code: Code
    party_id: Id | None = None
    answers: Answers = {}
    form: Form = {}


class DraftChange(Schema):
    answers: Answers
    form: Form


class FileIn(Schema):
    """A small file inside the request. Larger ones are uploaded to a draft."""

    material: Code
    name: Word
    content: Annotated[str, StringConstraints(max_length=4_000_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")] = Field(
        description="base64"
    )


class CopyIn(Schema):
    """A compared copy of an earlier case, and the consent to use it here."""

    file: Id
    agrees: bool = False


class Choices(Schema):
    """What the applicant chooses; nothing is chosen for anybody."""

    defers: bool = Field(default=False, description="选择容缺受理：承诺以后补交可容缺的材料")
    promises: bool = Field(default=False, description="选择告知承诺：以承诺代替清单内的证明")


class CaseIn(DraftIn, Choices):
    delivery: Delivery = "collect"
    files: Annotated[list[FileIn], Field(max_length=50)] = []


class Submission(Choices):
    delivery: Delivery = "collect"


@router.get("/drafts", response={200: list[shapes.DraftLine], 401: Problem}, summary="我的草稿")
def drafts(request: HttpRequest) -> list[dict[str, Any]]:
    rows = queries.drafts_of(doer(request), now())
    return [{**row, "id": row["pk"], "expired": bool(row["expired"])} for row in rows]


@router.post("/drafts", response={201: shapes.DraftOut, **DEED}, summary="开始或接着填一份申请")
def start(request: HttpRequest, response: HttpResponse, body: DraftIn) -> Any:
    """One draft for each account, applicant and guide: an earlier one is taken up again and what is sent replaces it."""
    draft = _drafted(doer(request), body)
    response["Location"] = f"/api/v1/drafts/{draft.pk}"
    return Status(201, reading.draft_out(draft))


@router.get("/drafts/{draft_id}", response={200: shapes.DraftOut, **UNSEEN}, summary="一份草稿")
def draft(request: HttpRequest, draft_id: Number) -> dict[str, Any]:
    return reading.draft_out(owned(draft_id, doer(request)))


@router.put("/drafts/{draft_id}", response={200: shapes.DraftOut, **DEED}, summary="保存草稿")
def keep(request: HttpRequest, draft_id: Number, body: DraftChange) -> dict[str, Any]:
    """Answers and form replace what was kept; whether they are complete is asked when it is submitted."""
    found = owned(draft_id, doer(request))
    _keep(found, body.answers, body.form)
    return reading.draft_out(found)


@router.delete("/drafts/{draft_id}", response={204: None, **DEED}, summary="删除草稿")
def discard(request: HttpRequest, draft_id: Number) -> Any:
    actions.discard(draft=owned(draft_id, doer(request)))
    return Status(204, None)


@router.post("/drafts/{draft_id}/materials/{code}", response={201: shapes.UploadOut, **DEED}, summary="给草稿上传材料")
def attach(request: HttpRequest, draft_id: Number, code: Slug, file: Annotated[UploadedFile, File()]) -> Any:
    """Judged by its content: PDF, pictures, Office files. Pictures are tidied; what the guide does not ask is refused."""
    by = doer(request)
    content, name = content_of(file, code)
    kept = actions.attach(draft=owned(draft_id, by), code=code, content=content, name=name, by=by, at=now())
    stored = kept.file
    return Status(201, {"id": kept.pk, "material": code, "name": stored.name, "kind": stored.kind, "size": stored.size})


@router.post(
    "/drafts/{draft_id}/materials/{code}/copies",
    response={201: shapes.UploadOut, **DEED},
    summary="在草稿里再用一份窗口核对过的材料",
)
def reuse(request: HttpRequest, draft_id: Number, code: Slug, body: CopyIn) -> Any:
    """One of the draft's ``copies``, with the applicant's consent, which is kept and written to the file's ledger."""
    by = doer(request)
    kept = actions.reuse(draft=owned(draft_id, by), code=code, file_id=body.file, agrees=body.agrees, by=by, at=now())
    stored = kept.file
    return Status(201, {"id": kept.pk, "material": code, "name": stored.name, "kind": stored.kind, "size": stored.size})


@router.delete("/drafts/{draft_id}/uploads/{upload_id}", response={204: None, **DEED}, summary="去掉草稿的一个文件")
def detach(request: HttpRequest, draft_id: Number, upload_id: Number) -> Any:
    actions.detach(draft=owned(draft_id, doer(request)), upload_id=upload_id, at=now())
    return Status(204, None)


@router.post("/drafts/{draft_id}/submission", response=CREATED, summary="提交草稿")
def submit(request: HttpRequest, response: HttpResponse, draft_id: Number, body: Submission, key: Key) -> Any:
    """201 with the case; 422 names everything that is missing. The same key again answers the same case."""
    by = doer(request)

    def deed() -> Mapping[str, Any]:
        return _submitted(draft_id, body, by)

    return made(response, done_once(request, by, f"drafts.{draft_id}.submission", key, deed))


@router.post("/cases", response=CREATED, summary="一次提交一件申请")
def apply(request: HttpRequest, response: HttpResponse, body: CaseIn, key: Key) -> Any:
    """Draft, small files and submission in one call: all of it, or nothing with every fault named."""
    by = doer(request)

    @transaction.atomic
    def deed() -> Mapping[str, Any]:
        draft = _drafted(by, body)
        for number, one in enumerate(body.files):
            content = decoded(one.content, f"files.{number}.content")
            actions.attach(draft=draft, code=one.material, content=content, name=one.name, by=by, at=now())
        return _submitted(draft.pk, body, by)

    return made(response, done_once(request, by, "cases", key, deed))


@router.post(
    "/cases/{reference}/corrections/{code}",
    response={201: shapes.ShortcomingOut, **DEED},
    summary="上传一份补正材料",
)
def correct(request: HttpRequest, reference: Reference, code: Slug, file: Annotated[UploadedFile, File()]) -> Any:
    """May be repeated until the step ``hand-in-correction`` is taken. For the applicant, or the clerk on the seat."""
    content, name = content_of(file, code)
    kept = actions.supply(reference=reference, code=code, content=content, name=name, by=doer(request), at=now())
    return Status(201, {"code": kept.code, "name": kept.name, "reason": kept.reason, "supplied": True})


# -- shared ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def _drafted(by: Doer, body: DraftIn) -> Draft:
    party = body.party_id if body.party_id is not None else by.person_id or 0
    draft = actions.start(item_code=body.item_code, party_id=party, by=by, at=now())
    _keep(draft, body.answers, body.form)
    return draft


def _keep(draft: Draft, answers: Mapping[str, str], form: Mapping[str, Any]) -> None:
    at = now()
    declaration = declaration_of(draft.guide)
    asked = {question.id: question.choices for question in declaration.questions}
    faults = [
        Fault(f"answers.{name}", "没有这个问题，或选项不在列表内。", "choice")
        for name, value in answers.items()
        if value not in asked.get(name, ())
    ]
    fields = reading.asked_fields(declaration, dict(answers))
    faults += [Fault(f"form.{name}", "申请表没有这一栏。", "unknown") for name in form if name not in fields]
    faults += [
        Fault(f"form.{name}", "这一栏只填一个值。", "type")
        for name, value in form.items()
        if name in fields and isinstance(value, list) and fields[name].kind != "choices"
    ]
    if faults:
        raise Refusal("申请内容有不能识别的部分，请按列出的字段改正。", code="draft", faults=faults)
    typed = {name: value if isinstance(value, list) else as_typed(value) for name, value in form.items()}
    filled = GuideForm(declaration.form_for(answers), data=typed, lenient=True)
    actions.keep_answers(draft=draft, answers=answers, at=at)
    actions.keep_form(draft=draft, values=filled.keep(), page=draft.page, at=at)


def _submitted(draft_id: int, chosen: CaseIn | Submission, by: Doer) -> dict[str, Any]:
    by = people.acting(by, day_of(now()))
    case = actions.submit(
        draft_id=draft_id,
        delivery=chosen.delivery,
        defers=chosen.defers,
        promises=chosen.promises,
        by=by,
        at=now(),
        channel=Case.Channel.API,
    )
    return reading.created(case)
