"""Submitting: a draft, or what the counter took in, becomes a case with its first letter, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.models import Organ, Place
from yiwang.foundation.organs.queries import places
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing
from yiwang.services.cases import joint, papers, renewing
from yiwang.services.cases.actions.drafts import owned
from yiwang.services.cases.application_checks import lawfully_asked, offer_of, outside_window, refuse_faulty
from yiwang.services.cases.applications import Application, Handed, handed_of, is_required, state_of
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held import actions as held_actions
from yiwang.services.cases.held import copies
from yiwang.services.cases.held import queries as held
from yiwang.services.cases.identity import identity
from yiwang.services.cases.models import Case, CaseMaterial, HeldAsk
from yiwang.services.cases.sealing import open_form, seal_form
from yiwang.services.cases.tolerance import making
from yiwang.services.cases.tolerance import queries as tolerance
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.declarations import Declaration, Material


@transaction.atomic
def submit(
    *,
    draft_id: int,
    delivery: str,
    by: Doer,
    at: datetime,
    channel: str = Case.Channel.PORTAL,
    defers: bool = False,
    promises: bool = False,
) -> Case:
    """Submit the doer's draft under the guide in force today. Every fault of the form and the materials is named.

    ``defers``: the applicant promises to bring later what may come later (容缺受理); ``promises``: a promise stands for
    what the published list lets it stand for (告知承诺). Neither is chosen for anybody.

    Refused: an incomplete form, a required material neither held, chosen so nor uploaded, a guide that went out of
    force since the draft was begun. The 接收回执 takes its number in the same transaction.
    """
    draft = owned(draft_id, by)
    guide, on = draft.guide, day_of(at)
    if catalogue.guide_in_force(guide.item.code, on).pk != guide.pk:
        raise Refusal("办事指南已更新，请按新的指南重新填写。", code="guide-changed")
    declaration = declaration_of(guide)
    form = open_form(draft.form, about=f"draft:{draft.pk}")
    uploads: dict[str, list[int]] = {}
    for upload in (kept := list(draft.uploads.all())):
        uploads.setdefault(upload.code, []).append(upload.file_id)
    asked = declaration.materials_for(draft.answers)
    offered = tolerance.offer(
        item=guide.item.code,
        party_id=draft.party_id,
        asked=[one for one in asked if not held.is_held(one)],
        without=[one.id for one in asked if not uploads.get(one.id)],
        on=on,
    )
    chosen = {one.id: CaseMaterial.State.DEFERRED for one in offered.deferrable if defers}
    chosen |= {one.id: CaseMaterial.State.PROMISED for one in offered.promisable if promises}
    handed = {
        one.id: Handed(chosen.get(one.id) or state_of(one, bool(uploads.get(one.id))), tuple(uploads.get(one.id, ())))
        for one in asked
    }
    agent, mandate = agent_of(by, draft.party_id, guide.item.code, at)
    case = open_case(
        Application(
            guide=guide,
            party_id=draft.party_id,
            answers=draft.answers,
            form=form,
            handed=handed,
            channel=channel,
            delivery=delivery,
            agent_id=agent,
            mandate_id=mandate,
        ),
        by=people.acting(by, on, item_code=guide.item.code),
        at=at,
    )
    copies.keep_consent(case, kept, by=by, at=at)
    draft.delete()
    return case


def open_case(application: Application, *, by: Doer, at: datetime, step: str = "submit") -> Case:
    """Open the matter, write the case and its materials, and issue the 接收回执. Must run in a transaction."""
    guide = application.guide
    declaration = declaration_of(guide)
    asked = declaration.materials_for(application.answers)
    refuse_faulty(declaration, application, asked)
    grounds = lawfully_asked(declaration, application, asked, day_of(at))
    offered = offer_of(application, asked, day_of(at))
    organ = Organ.objects.get(pk=guide.item.organ_id)
    renewing.refuse_barred(application.party_id, guide.item_id, day_of(at))
    renewed = renewing.to_renew(declaration, application.form, party_id=application.party_id, organ_id=organ.pk)
    if renewed is not None and (objection := outside_window(declaration, renewed, day_of(at))):
        raise objection
    hall_id = application.hall_id or _hall_id()
    seats = {"accepting": organ.pk, "hall": hall_id, **application.organs}
    for_views: dict[str, Any] = {}
    if declaration.joint_organs:  # its head extends what several organs handle together (第四十二条第二款)
        seats["government"] = _government_id()
        asked_too = joint.organs_of(declaration.joint_organs, day_of(at), responsible=organ.pk)
        seats |= asked_too
        for_views = joint.budgets(guide.process_id, asked_too, day_of(at))

    def columns(matter: Standing) -> dict[str, Any]:
        return _columns(matter, application, organ, hall_id, at)

    def also(ctx: Context) -> None:
        _hand_in(ctx.matter, application, asked, organ.pk)

    standing = matters.open(
        process=guide.process_id,
        by=by,
        at=at,
        organ_id=organ.pk,
        title=guide.item.name[:120],
        party_id=application.party_id,
        item=guide.item.code,
        guide=f"{guide.item.code}#{guide.version}",
        chain=guide.chain,
        budgets={
            **catalogue.budgets(guide, promised_days(declaration, application.answers)),
            **renewing.budgets_of(renewed, day_of(at)),
            **inspection_budget(declaration),
            **making.budget(offered),
            **for_views,
        },
        organs=seats,
        given={"columns": columns},
        step=step,
        parent=application.parent,
        hours=places.business_hours(application.counter, at) if application.counter else None,
        also=also,
    )
    case = Case.objects.select_related("matter", "guide__item").get(matter_id=standing.id)
    if renewed is not None:
        renewing.keep(declaration, renewed, matter_id=case.pk, by=by, at=at)
    held_actions.keep(case, grounds, place=HeldAsk.Place.COUNTER, by=by, at=at)
    papers.receipt(case, by=by, at=at)
    making.make(case, offered, by=by, at=at)
    return case


INSPECTED = frozenset({"inspection", "testing", "quarantine"})
ASSIGNMENT_DAYS = 5


def inspection_budget(declaration: Declaration) -> dict[str, int]:
    """Five days to name two inspectors, where the guide has an 检验, 检测 or 检疫 (行政许可法 第五十五条第二款)."""
    asked = any(one.ground in INSPECTED for one in declaration.specials)
    return {"law.assignment_days": ASSIGNMENT_DAYS} if asked else {}


def _government_id() -> int:
    """The county's government: the organ above all others."""
    return Organ.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[0]


def promised_days(declaration: Declaration, answers: Mapping[str, str]) -> int | None:
    """The promise of the situation these answers lead to."""
    promised = declaration.promised_for(answers)
    return promised.days if promised else None


def _columns(matter: Standing, application: Application, organ: Organ, hall_id: int, at: datetime) -> dict[str, Any]:
    """The detail row, written by the engine in the statement that opens the matter."""
    guide = application.guide
    return {
        **identity(matter, guide, organ, received_on=day_of(at)),
        "organ_id": organ.pk,
        "hall_id": hall_id,
        "counter_id": application.counter.pk if application.counter else None,
        "party_id": application.party_id,
        "agent_id": application.agent_id,
        "mandate_id": application.mandate_id,
        "channel": str(application.channel),
        "answers": json.dumps(dict(application.answers), ensure_ascii=False),
        "form": seal_form(application.form, about=f"case:{matter.id}", at=at),
        "delivery": application.delivery,
        "outcome": "",
    }


def _hand_in(matter: Standing, application: Application, asked: Sequence[Material], organ_id: int) -> None:
    """One row a material asked for, with the files handed in."""
    rows = CaseMaterial.objects.bulk_create(_rows(matter, application, asked, organ_id))
    links = CaseMaterial.files.through
    links.objects.bulk_create(
        links(casematerial_id=row.pk, storedfile_id=file_id)
        for row in rows
        for file_id in application.handed.get(row.code, Handed("missing")).file_ids
    )


def _rows(matter: Standing, application: Application, asked: Iterable[Material], organ_id: int) -> list[CaseMaterial]:
    return [
        CaseMaterial(
            matter_id=matter.id,
            organ_id=organ_id,
            party_id=application.party_id,
            code=one.id,
            name=one.name,
            ordinal=ordinal,
            main=one.grade == "main",
            required=is_required(one, handed_of(application, one).state) or bool(application.grounds.get(one.id)),
            source=one.source.of if one.source else CaseMaterial.Source.APPLICANT,
            ground=application.grounds.get(one.id, ""),
            state=handed_of(application, one).state,
        )
        for ordinal, one in enumerate(asked, 1)
    ]


def agent_of(by: Doer, party_id: int, item_code: str, at: datetime) -> tuple[int | None, int | None]:
    """Who acts for whom: nobody for oneself and one's own firm, a person with a mandate otherwise."""
    if by.person_id is None or by.person_id == party_id:
        return None, None
    covering = people.mandates_covering(by, day_of(at), item_code=item_code)
    mandate = next((one.pk for one in covering if one.principal_id == party_id), None)
    return by.person_id, mandate


def _hall_id() -> int:
    """The organ that runs the county's hall: where results come out (统一窗口出件)."""
    hall = Place.objects.filter(kind=Place.Kind.HALL, until_on=None).order_by("position").first()
    if hall is None:
        raise Refusal("本县还没有登记政务服务大厅，无法确定出件窗口。", code="no-hall")
    return hall.organ_id
