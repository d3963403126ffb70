"""One submission: the theme's matter with its items, and the first of them opened, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.models import Organ, OrganName, Place
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing
from yiwang.services.cases.actions.together import prepared
from yiwang.services.cases.application_checks import refuse_faulty
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.cases.sealing import open_form, seal_form
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide
from yiwang.services.themes import composing, queries
from yiwang.services.themes.actions.advancing import open_ready
from yiwang.services.themes.actions.drafts import allow_for
from yiwang.services.themes.composing import Part, Way
from yiwang.services.themes.models import ItemApplication, ThemeDraft, ThemeItem

PROCESS = "services.theme"


@transaction.atomic
def submit(*, draft_id: int, delivery: str, by: Doer, at: datetime, channel: str = Case.Channel.PORTAL) -> Standing:
    """Submit the doer's draft: every item's application is checked now, all faults named at once; what waits for nothing
    opens now, the rest is frozen and opens when what it waits for is done.

    Refused: somebody else's draft (404), an applicant the doer no longer acts for, an incomplete form or material of any
    item, a theme or guide that changed so that the answers no longer fit.
    """
    draft, on = queries.own_draft(draft_id, by), day_of(at)
    found = queries.way(draft.theme, draft.answers, on)
    if not found.complete or not found.parts:
        raise Refusal("导办的问题已更新，请重新回答。", code="guide-changed")
    allow_for(by, draft.party_id, found, at)
    guides = {part.id: catalogue.guide_in_force(part.item, on) for part in found.parts}
    filled = composing.shares(found, open_form(draft.form, about=f"theme-draft:{draft.pk}"))
    files = composing.files_for(found, _uploads(draft))
    _refuse_faulty(found, guides, filled, files, party_id=draft.party_id, delivery=delivery, channel=channel)
    standing = _open(found, draft, guides, filled, files, delivery=delivery, channel=channel, by=by, at=at)
    open_ready(standing.reference, at=at)
    draft.delete()
    return standing


def _uploads(draft: ThemeDraft) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for upload in draft.uploads.all():
        found.setdefault(upload.key, []).append(upload.file_id)
    return found


def _refuse_faulty(
    found: Way,
    guides: Mapping[str, Guide],
    filled: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, Mapping[str, list[int]]],
    **how: Any,
) -> None:
    """All faults of all items at once, each beside its place in the one form."""
    faults: dict[tuple[str, str], Fault] = {}
    for part in found.parts:
        guide = guides[part.id]
        declaration = declaration_of(guide)
        application = prepared(guide, answers=part.answers, form=filled[part.id], files=files[part.id], **how)
        try:
            refuse_faulty(declaration, application, declaration.materials_for(part.answers))
        except Refusal as refusal:
            for fault in refusal.faults:
                where = fault.field if fault.field.startswith("material-") else part.prefix + fault.field
                # the same missing paper is missing for every item: said once
                faults.setdefault((fault.says, fault.code), Fault(where, fault.says, fault.code))
    if faults:
        raise Refusal("申请还不完整，请按列出的内容补充。", code="application-incomplete", faults=list(faults.values()))


def _open(
    found: Way,
    draft: ThemeDraft,
    guides: Mapping[str, Guide],
    filled: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, Mapping[str, list[int]]],
    *,
    delivery: str,
    channel: str,
    by: Doer,
    at: datetime,
) -> Standing:
    lead = _lead(found.theme.organ, at)
    whole = queries.promised(found, day_of(at))
    organs = {"hall": _hall_id()} | {f"item-{part.id}": guides[part.id].item.organ_id for part in found.parts}

    def also(ctx: Context) -> None:
        for ordinal, part in enumerate(found.parts, 1):
            _freeze(ctx.matter, part, ordinal, guides[part.id], filled[part.id], files[part.id], draft.party_id, at)

    return matters.open(
        process=PROCESS,
        by=replace(by, delegations=by.delegations | {draft.party_id}),  # asked for each item in ``allow_for``
        at=at,
        organ_id=lead.pk,
        title=found.theme.title[:120],
        party_id=draft.party_id,
        item=draft.theme,
        # a way that is all on the spot still takes its day
        budgets={"theme.days": (max(1, whole.days if whole else 1), "working-day")},
        organs=organs,
        given={
            "columns": {
                "theme": draft.theme,
                "theme_version": found.theme.version,
                "organ_id": lead.pk,
                "party_id": draft.party_id,
                "account_id": by.account_id,
                "answers": json.dumps(dict(found.answers), ensure_ascii=False),
                "channel": str(channel),
                "delivery": delivery,
            },
            "items": [part.item for part in found.parts],
        },
        step="submit",
        also=also,
    )


def _freeze(
    matter: Standing,
    part: Part,
    ordinal: int,
    guide: Guide,
    form: Mapping[str, Any],
    files: Mapping[str, list[int]],
    party_id: int,
    at: datetime,
) -> None:
    limit = part.limit
    item = ThemeItem.objects.create(
        matter_id=matter.id,
        code=part.id,
        ordinal=ordinal,
        title=part.title[:120],
        item_code=part.item,
        organ_id=guide.item.organ_id,
        after=list(part.after),
        days=limit.days if limit else None,
        unit=limit.unit if limit else "working-day",
    )
    ItemApplication.objects.create(
        item=item,
        organ_id=guide.item.organ_id,
        party_id=party_id,
        answers=dict(part.answers),
        form=seal_form(form, about=f"theme-item:{item.pk}", at=at),
        files=dict(files),
    )


def _lead(name: str, at: datetime) -> Organ:
    named = OrganName.objects.filter(name=name, organ__until_on=None).select_related("organ").first()
    if named is None:
        raise Refusal(f"牵头部门“{name}”没有登记，暂时不能一次申请。", code="no-lead-organ")
    return named.organ


def _hall_id() -> int:
    """The organ that runs the county's hall: its helpers follow themes up."""
    hall = Place.objects.filter(kind=Place.Kind.HALL, until_on=None).order_by("position").first()
    if hall is None:
        raise Refusal("本县还没有登记政务服务大厅，无法确定帮办窗口。", code="no-hall")
    return hall.organ_id
