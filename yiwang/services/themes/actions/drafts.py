"""The draft of the one form: started with all answers, kept as typed, materials attached once."""

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
from yiwang.kernel.refusal import Fault, NotAllowed, NotFound, Refusal
from yiwang.services.cases.limits import UPLOADS_A_MATERIAL
from yiwang.services.cases.sealing import seal_form
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.themes import composing, queries
from yiwang.services.themes.models import ThemeDraft, ThemeDraftFile


def start(*, theme_id: str, party_id: int, answers: Mapping[str, str], by: Doer, at: datetime) -> ThemeDraft:
    """The draft of this account for this applicant and theme; an earlier one is taken up with the new answers.

    Refused: a stranger, an account without a verified person, an applicant the doer does not act for in every item,
    questions not answered, answers that need nothing applied for here.
    """
    if by.kind != "citizen" or by.account_id is None or by.person_id is None:
        raise NotAllowed("请先登录并完成实名认证，再申请办理。", code="not-verified")
    found = queries.way(theme_id, answers, day_of(at))
    allow_for(by, party_id, found, at)
    if not found.complete:
        open_asks = [one for one in found.asks if one.id not in found.answers]
        faults = [Fault(one.id, f"请回答：{one.asks}", "unanswered") for one in open_asks]
        raise Refusal("还有问题没有回答。", code="unanswered", faults=faults)
    if not found.parts:
        raise Refusal("按您的情况，没有需要在这里申请的事项。", code="nothing-to-apply")
    draft, _ = ThemeDraft.objects.update_or_create(
        account_id=by.account_id,
        party_id=party_id,
        theme=theme_id,
        defaults={"answers": dict(found.answers), "updated_at": at},
        create_defaults={"answers": dict(found.answers), "created_at": at, "updated_at": at},
    )
    return draft


def allow_for(by: Doer, party_id: int, found: composing.Way, at: datetime) -> None:
    """Refuse whoever does not act for the applicant in every one of the items."""
    on = day_of(at)
    if not by.may(Permission.CASE_APPLY):
        raise NotAllowed("您的账号不能提交申请。")
    items = [part.item for part in found.parts] or [""]
    if not all(people.acting(by, on, item_code=item).is_party(party_id) for item in items):
        raise NotAllowed("您没有代这位申请人办理全部事项的委托。", code="no-mandate", field="party")


def keep_form(*, draft: ThemeDraft, values: Mapping[str, Any], at: datetime) -> ThemeDraft:
    """Keep the one form as typed so far."""
    draft.form, draft.updated_at = seal_form(values, about=f"theme-draft:{draft.pk}", at=at), at
    draft.save(update_fields=["form", "updated_at"])
    return draft


@transaction.atomic
def attach(*, draft: ThemeDraft, key: str, content: bytes, name: str, by: Doer, at: datetime) -> ThemeDraftFile:
    """Store one file under a material of the way; what the government holds is taken too if it is offered freely. Refused:
    somebody else's draft, a material nobody asks for or that an earlier item makes, too many files, a bad file."""
    if draft.account_id != by.account_id:
        raise NotFound("没有这份草稿，可能已经提交或删除。", code="no-such-draft")
    found = queries.way(draft.theme, draft.answers, day_of(at))
    paper = next((one for one in composing.papers(found) if one.key == key), None)
    if paper is None:
        raise Refusal("这项材料不在您需要提交的清单里。", code="not-in-guide", field=key)
    if paper.by == "result":
        raise Refusal("这项材料由前一步办出来，不用上传。", code="made-before", field=key)
    if draft.uploads.filter(key=key).count() >= UPLOADS_A_MATERIAL:
        raise Refusal(f"一项材料最多上传{UPLOADS_A_MATERIAL}个文件。", code="too-many-files", field=key)
    part = next(one for one in found.parts if one.id == paper.uses[0][0])
    file = files.store(
        content=content,
        name=name,
        by=by,
        at=at,
        party_id=draft.party_id,
        organ_id=catalogue.item(part.item, on=day_of(at)).organ_id,
        retention=StoredFile.Retention.DRAFT,
        field=key,
    )
    draft.updated_at = at
    draft.save(update_fields=["updated_at"])
    return ThemeDraftFile.objects.create(draft=draft, key=key, file=file)


def detach(*, draft: ThemeDraft, upload_id: int, at: datetime) -> None:
    """Take a file out of the draft."""
    ThemeDraftFile.objects.filter(draft=draft, pk=upload_id).delete()
    draft.updated_at = at
    draft.save(update_fields=["updated_at"])


def discard(*, draft: ThemeDraft) -> None:
    """Throw the draft away."""
    draft.delete()
