"""Drafts: started, kept at every page, found again on another device, discarded. Only their owner touches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held.copies import compared_copies
from yiwang.services.cases.limits import UPLOADS_A_MATERIAL
from yiwang.services.cases.models import Draft, DraftFile
from yiwang.services.cases.sealing import seal_form
from yiwang.services.catalogue import queries as catalogue


def start(*, item_code: str, party_id: int, by: Doer, at: datetime) -> Draft:
    """The draft of this account for this applicant and the guide in force today; an earlier one is taken up again.

    Refused: a stranger, an account without a verified person, an applicant the doer does not act for.
    """
    if by.kind != "citizen" or by.account_id is None or by.person_id is None:
        raise NotAllowed("请先登录并完成实名认证，再申请办理。", code="not-verified")
    if not people.acting(by, day_of(at), item_code=item_code).is_party(party_id):
        raise NotAllowed("您没有代这位申请人办理的委托。", code="no-mandate", field="party")
    if not by.may(Permission.CASE_APPLY):
        raise NotAllowed("您的账号不能提交申请。")
    guide = catalogue.guide_in_force(item_code, day_of(at))
    draft, _ = Draft.objects.get_or_create(
        account_id=by.account_id, party_id=party_id, guide=guide, defaults={"created_at": at, "updated_at": at}
    )
    return draft


def owned(draft_id: int, by: Doer) -> Draft:
    """The draft, if it is the doer's own; otherwise it does not exist."""
    draft = Draft.objects.select_related("guide__item").filter(pk=draft_id, account_id=by.account_id or 0).first()
    if draft is None:
        raise NotFound("没有这份草稿，可能已经提交或删除。", code="no-such-draft")
    return draft


def keep_answers(*, draft: Draft, answers: Mapping[str, str], at: datetime) -> Draft:
    """Keep the answers that tell the situation."""
    draft.answers, draft.updated_at, draft.page = dict(answers), at, max(draft.page, 1)
    draft.save(update_fields=["answers", "updated_at", "page"])
    return draft


def keep_form(*, draft: Draft, values: Mapping[str, Any], page: int, at: datetime) -> Draft:
    """Keep the whole form as typed so far (``values`` replaces what was kept), and how far the applicant got."""
    draft.form = seal_form(values, about=f"draft:{draft.pk}", at=at)
    draft.page, draft.updated_at = max(draft.page, page), at
    draft.save(update_fields=["form", "page", "updated_at"])
    return draft


@transaction.atomic
def attach(*, draft: Draft, code: str, content: bytes, name: str, by: Doer, at: datetime) -> DraftFile:
    """Store one file under a material; what the government holds is taken too if it is offered freely. Refused: somebody else's draft, a material the guide does not ask, too many files, a bad file."""
    if draft.account_id != by.account_id:
        raise NotFound("没有这份草稿，可能已经提交或删除。", code="no-such-draft")
    asked = {one.id for one in declaration_of(draft.guide).materials_for(draft.answers)}
    if code not in asked:
        raise Refusal("这项材料不在您需要提交的清单里。", code="not-in-guide", field=code)
    if draft.uploads.filter(code=code).count() >= UPLOADS_A_MATERIAL:
        raise Refusal(f"一项材料最多上传{UPLOADS_A_MATERIAL}个文件。", code="too-many-files", field=code)
    file = files.store(
        content=content,
        name=name,
        by=by,
        at=at,
        party_id=draft.party_id,
        organ_id=draft.guide.item.organ_id,
        retention=StoredFile.Retention.DRAFT,
        field=code,
    )
    draft.updated_at = at
    draft.save(update_fields=["updated_at"])
    return DraftFile.objects.create(draft=draft, code=code, file=file)


@transaction.atomic
def reuse(*, draft: Draft, code: str, file_id: int, agrees: bool, by: Doer, at: datetime) -> DraftFile:
    """Put a copy a clerk has compared with its original (trust B) in an earlier case of this applicant into the draft.

    The consent is kept with the draft and written to the file's ledger when the application is submitted. Refused: somebody
    else's draft, a material the guide does not ask, no consent, a file that is not such a copy of this applicant and this
    material (404), too many files.
    """
    if draft.account_id != by.account_id:
        raise NotFound("没有这份草稿，可能已经提交或删除。", code="no-such-draft")
    if not people.acting(by, day_of(at), item_code=draft.guide.item.code).is_party(draft.party_id):
        raise NotAllowed("您没有代这位申请人办理的委托。", code="no-mandate", field="party")
    if code not in {one.id for one in declaration_of(draft.guide).materials_for(draft.answers)}:
        raise Refusal("这项材料不在您需要提交的清单里。", code="not-in-guide", field=code)
    if not agrees:
        raise Refusal("请先勾选同意，再使用以前核对过的材料。", code="no-consent", field=code)
    if file_id not in {one.pk for one in compared_copies(draft).get(code, ())}:
        raise NotFound("没有这份核对过的材料。", code="no-such-copy")
    if draft.uploads.filter(code=code).count() >= UPLOADS_A_MATERIAL:
        raise Refusal(f"一项材料最多上传{UPLOADS_A_MATERIAL}个文件。", code="too-many-files", field=code)
    kept, _ = DraftFile.objects.get_or_create(draft=draft, code=code, file_id=file_id, defaults={"agreed_at": at})
    draft.updated_at = at
    draft.save(update_fields=["updated_at"])
    return kept


def detach(*, draft: Draft, upload_id: int, at: datetime) -> None:
    """Take a file out of the draft; its blob goes with the retention of drafts."""
    DraftFile.objects.filter(draft=draft, pk=upload_id).delete()
    draft.updated_at = at
    draft.save(update_fields=["updated_at"])


def discard(*, draft: Draft) -> None:
    """Throw the draft away."""
    draft.delete()
